-- An entry with its sealed sections, its number in the journal, and one in the mailbox of each audience.
INSERT INTO entries (
    event, case_id, number, version, kind, key_id, recorded_at_us, commitments, leaf, traceparent
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- $12: one [group, number, from, length] for each section; $13: their bytes, one after the other, counted from 1.
INSERT INTO entry_objects (event, position, grp, no, bytes)
SELECT
    $11,
    sections.key,
    sections.value ->> 0,
    sections.value ->> 1,
    substr($13, sections.value ->> 2, sections.value ->> 3)
FROM json_each($12) AS sections;

INSERT INTO journal_order (seq, event)
SELECT coalesce(max(seq), 0) + 1, $14 FROM journal_order;

-- $15: the audiences, each once.
INSERT INTO mailbox (audience, no, seq)
SELECT
    audiences.value,
    (SELECT coalesce(max(mailbox.no), 0) + 1 FROM mailbox WHERE mailbox.audience = audiences.value),
    (SELECT max(journal_order.seq) FROM journal_order)
FROM json_each($15) AS audiences
