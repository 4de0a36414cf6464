SELECT content AS "content!: Vec<u8>", answer AS "answer!: Vec<u8>"
FROM request_keys
WHERE issuer = $1 AND subject = $2 AND request_id = $3
