INSERT INTO wrapped_keys (key_id, part, kek_id, bytes)
VALUES ($1, $2, $3, $4)
