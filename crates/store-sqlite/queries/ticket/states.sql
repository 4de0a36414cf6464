SELECT state AS "state!: Vec<u8>"
FROM tickets
WHERE case_id = $1
