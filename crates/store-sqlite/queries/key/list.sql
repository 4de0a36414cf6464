SELECT part AS "part!: i64", kek_id AS "kek_id!: String", bytes AS "bytes!: Vec<u8>"
FROM wrapped_keys
WHERE key_id = $1
ORDER BY part
