SELECT seq AS "seq!: i64", size AS "size!: i64", root AS "root!: Vec<u8>", frontier AS "frontier!: Vec<u8>"
FROM log_state
WHERE one = 1
