SELECT size AS "size!: i64", root AS "root!: Vec<u8>", note AS "note!: String"
FROM checkpoints
WHERE size > $1
ORDER BY size
LIMIT $2
