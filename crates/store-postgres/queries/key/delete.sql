DELETE FROM wrapped_keys
WHERE bucket = $1 AND key_id = $2 AND part = $3
