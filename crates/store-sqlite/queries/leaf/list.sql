SELECT leaf AS "leaf!: Vec<u8>"
FROM leaves
WHERE idx >= $1
ORDER BY idx
LIMIT $2
