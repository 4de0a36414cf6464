SELECT version AS "version!: i64", state AS "state!: Vec<u8>"
FROM cases
WHERE id = $1
