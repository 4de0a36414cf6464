SELECT size AS "size!", root AS "root!", note AS "note!"
FROM checkpoints
WHERE size > $1
ORDER BY size
LIMIT $2
