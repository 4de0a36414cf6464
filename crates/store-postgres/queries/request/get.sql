SELECT content AS "content!", answer AS "answer!"
FROM request_keys
WHERE issuer = $1 AND subject = $2 AND request_id = $3
