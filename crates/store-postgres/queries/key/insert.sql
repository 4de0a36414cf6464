INSERT INTO wrapped_keys (bucket, key_id, part, kek_id, bytes)
SELECT key.bucket, key.key_id, key.part, key.kek_id, key.bytes
FROM unnest($1::SMALLINT [], $2::UUID [], $3::SMALLINT [], $4::TEXT [], $5::BYTEA [])
    AS key (bucket, key_id, part, kek_id, bytes)
ORDER BY key.key_id, key.part
