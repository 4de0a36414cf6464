SELECT size AS "size!", root AS "root!", note AS "note!"
FROM checkpoints
ORDER BY size DESC
LIMIT 1
