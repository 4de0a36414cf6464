-- Destroys a part of a case's keys, and tells whether it was there. All in one statement, so that no hub is stopped in the
-- middle of it with the bucket in its hands.
--
-- A deleted row stays in its file for snapshots from before, and a vacuum leaves it there as long as any session of the
-- server has one. Truncating gives the bucket a new file at once, into which the other keys go back.
CREATE FUNCTION shred_key(shred_bucket SMALLINT, shred_key_id UUID, shred_part SMALLINT) RETURNS BOOLEAN
LANGUAGE plpgsql AS $body$
DECLARE
    kept wrapped_keys [];
BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', 'wrapped_keys_' || shred_bucket);
    DELETE FROM wrapped_keys WHERE bucket = shred_bucket AND key_id = shred_key_id AND part = shred_part;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    SELECT array_agg(wrapped_keys) INTO kept FROM wrapped_keys WHERE bucket = shred_bucket;
    EXECUTE format('TRUNCATE %I', 'wrapped_keys_' || shred_bucket);
    INSERT INTO wrapped_keys (bucket, key_id, part, kek_id, bytes)
    SELECT bucket, key_id, part, kek_id, bytes FROM unnest(kept);
    RETURN TRUE;
END
$body$;
