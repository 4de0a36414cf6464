SELECT idx AS "idx!: i64"
FROM leaves
WHERE event = $1
