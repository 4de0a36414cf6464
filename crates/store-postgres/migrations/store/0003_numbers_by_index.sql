-- Whether numbers have gaps is asked by walking an index to the number before, for each mailbox of a statement. Asked as
-- NOT EXISTS it was answered from a hash of the whole table, once there were mailboxes enough in a batch.
CREATE OR REPLACE FUNCTION journal_takes_the_next_number() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (
        SELECT count(*) <> max(seq) - min(seq) + 1
            OR min(seq) - 1 <> (
                SELECT coalesce(max(earlier.seq), 0) FROM journal_order AS earlier WHERE earlier.seq < min(inserted.seq)
            )
        FROM inserted
    )
    THEN
        RAISE EXCEPTION 'the journal takes the next number';
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION mailbox_takes_the_next_number() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT audience, min(no) AS first, max(no) AS last, count(*) AS rows FROM inserted GROUP BY audience) AS ours
        WHERE ours.rows <> ours.last - ours.first + 1
            OR ours.first - 1 <> (
                SELECT coalesce(max(earlier.no), 0) FROM mailbox AS earlier
                WHERE earlier.audience = ours.audience AND earlier.no < ours.first
            )
    )
    THEN
        RAISE EXCEPTION 'a mailbox takes the next number';
    END IF;
    RETURN NULL;
END
$body$;
