SELECT leaf AS "leaf!"
FROM leaves
WHERE idx >= $1
ORDER BY idx
LIMIT $2
