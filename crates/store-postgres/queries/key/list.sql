SELECT part AS "part!", kek_id AS "kek_id!", bytes AS "bytes!"
FROM wrapped_keys
WHERE bucket = $1 AND key_id = $2
ORDER BY part
