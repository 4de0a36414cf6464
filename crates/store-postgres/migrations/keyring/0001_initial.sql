-- Wrapped keys of cases: a database of its own, with short-lived backups. Destroying a part is deleting its row and
-- rewriting the bucket it was in: PostgreSQL leaves the bytes of a deleted row in its file otherwise.
CREATE TABLE wrapped_keys (
    bucket SMALLINT NOT NULL,
    key_id UUID     NOT NULL,
    part   SMALLINT NOT NULL CHECK (part IN (1, 2)),
    kek_id TEXT     NOT NULL,
    bytes  BYTEA    NOT NULL,
    PRIMARY KEY (bucket, key_id, part)
) PARTITION BY LIST (bucket);

-- One file for each: what is rewritten to destroy one key is a 64th of all.
DO $body$
BEGIN
    FOR bucket IN 0..63 LOOP
        EXECUTE format('CREATE TABLE wrapped_keys_%s PARTITION OF wrapped_keys FOR VALUES IN (%s)', bucket, bucket);
    END LOOP;
END
$body$;

CREATE FUNCTION key_is_never_overwritten() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a wrapped key is never overwritten';
END
$body$;

CREATE TRIGGER wrapped_keys_never_change BEFORE UPDATE ON wrapped_keys
FOR EACH STATEMENT EXECUTE FUNCTION key_is_never_overwritten();
