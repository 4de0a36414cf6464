INSERT INTO request_keys (issuer, subject, request_id, content, answer)
VALUES ($1, $2, $3, $4, $5)
