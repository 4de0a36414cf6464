SELECT size AS "size!: i64", root AS "root!: Vec<u8>", note AS "note!: String"
FROM checkpoints
ORDER BY size DESC
LIMIT 1
