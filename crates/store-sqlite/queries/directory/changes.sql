SELECT no AS "no!: i64", record AS "record!: Vec<u8>"
FROM directory_changes
WHERE no < $1
ORDER BY no DESC
LIMIT $2
