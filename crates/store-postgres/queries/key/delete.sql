-- As a function of the database: see the migration that makes it.
SELECT shred_key($1, $2, $3) AS "shredded!"
