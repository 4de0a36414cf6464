-- What the commands of a batch leave beside the states: answers, tags, and entries with their numbers.
-- Every argument is a list of rows, followed by the bytes that its pairs of numbers point into (from, length). No argument
-- is named by two statements: the checks of a script count those of each.

-- $1: [issuer, subject, request id, content, answer]
INSERT INTO request_keys (issuer, subject, request_id, content, answer)
SELECT
    given.value ->> 0,
    given.value ->> 1,
    substr($2, given.value ->> 2, given.value ->> 3),
    substr($2, given.value ->> 4, given.value ->> 5),
    substr($2, given.value ->> 6, given.value ->> 7)
FROM jsonb_each($1) AS given;

-- $3: [audience, tag, case]
INSERT INTO blind_tags (audience, tag, case_id)
SELECT
    given.value ->> 0,
    substr($4, given.value ->> 1, given.value ->> 2),
    substr($4, given.value ->> 3, given.value ->> 4)
FROM jsonb_each($3) AS given
WHERE true
ON CONFLICT DO NOTHING;

-- $5: [event, case, number, version, kind, key, recorded, commitments, leaf, traceparent], in the order of the journal
INSERT INTO entries (
    event, case_id, number, version, kind, key_id, recorded_at_us, commitments, leaf, traceparent
)
SELECT
    substr($6, given.value ->> 0, given.value ->> 1),
    substr($6, given.value ->> 2, given.value ->> 3),
    given.value ->> 4,
    given.value ->> 5,
    given.value ->> 6,
    substr($6, given.value ->> 7, given.value ->> 8),
    given.value ->> 9,
    substr($6, given.value ->> 10, given.value ->> 11),
    substr($6, given.value ->> 12, given.value ->> 13),
    given.value ->> 14
FROM jsonb_each($5) AS given;

-- $7: [event, position, group, number, section] for each sealed section
INSERT INTO entry_objects (event, position, grp, no, bytes)
SELECT
    substr($8, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    given.value ->> 3,
    given.value ->> 4,
    substr($8, given.value ->> 5, given.value ->> 6)
FROM jsonb_each($7) AS given;

-- $9: [event] for each entry, in the order of the journal
INSERT INTO journal_order (seq, event)
SELECT
    (SELECT coalesce(max(journal_order.seq), 0) FROM journal_order) + 1 + given.key,
    substr($10, given.value ->> 0, given.value ->> 1)
FROM jsonb_each($9) AS given
ORDER BY given.key;

-- $11: [audience, how many of this batch are before it in that mailbox, how many entries of this batch come after its own].
-- What is selected was numbered before anything is inserted: the statement reads the table that it writes.
INSERT INTO mailbox (audience, no, seq)
SELECT
    given.value ->> 0,
    (SELECT coalesce(max(mailbox.no), 0) FROM mailbox WHERE mailbox.audience = given.value ->> 0)
        + 1 + (given.value ->> 1),
    (SELECT max(journal_order.seq) FROM journal_order) - (given.value ->> 2)
FROM jsonb_each($11) AS given
ORDER BY given.key;

-- $12: [audience, tag, case] of the tags that go
DELETE FROM blind_tags
WHERE (audience, tag, case_id) IN (
    SELECT
        given.value ->> 0,
        substr($13, given.value ->> 1, given.value ->> 2),
        substr($13, given.value ->> 3, given.value ->> 4)
    FROM jsonb_each($12) AS given
)
