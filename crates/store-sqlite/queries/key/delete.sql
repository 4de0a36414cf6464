DELETE FROM wrapped_keys
WHERE key_id = $1 AND part = $2
