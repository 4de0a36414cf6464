-- Changes of the directory with their items, all or none; the arrays are the columns of its rows. Rare, and so a statement of its own:
-- the others have nothing to do for it.
--
-- A change whose number another hub writes at the same moment fails the whole statement: it is done again command by
-- command, and then the other's is there to be seen.
WITH refused AS MATERIALIZED (
    SELECT asked.command, 1 AS outcome
    FROM (
        SELECT
            unnest($1::INTEGER []) AS command,
            unnest($2::TEXT []) AS issuer,
            unnest($3::TEXT []) AS subject,
            unnest($4::UUID []) AS request_id
    ) AS asked
    JOIN request_keys
        ON request_keys.issuer = asked.issuer
        AND request_keys.subject = asked.subject
        AND request_keys.request_id = asked.request_id
    UNION ALL
    SELECT judged.command, 2
    FROM (SELECT unnest($28::INTEGER []) AS command, unnest($29::BIGINT []) AS expected) AS judged
    WHERE judged.expected <> (SELECT coalesce(max(directory_changes.no), 0) FROM directory_changes)
),

wrote_states AS (
    INSERT INTO directory_changes (no, record)
    SELECT unnest($30::BIGINT []), unnest($31::BYTEA [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

-- The same in every statement that commits: from here ...
wrote_keys AS (
    INSERT INTO request_keys (issuer, subject, request_id, content, answer)
    SELECT
        unnest($2::TEXT []),
        unnest($3::TEXT []),
        unnest($4::UUID []),
        unnest($5::BYTEA []),
        unnest($6::BYTEA [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_entries AS (
    INSERT INTO entries (
        event, case_id, number, version, kind, key_id, recorded_at_us, commitments, leaf, traceparent
    )
    SELECT
        unnest($7::UUID []),
        unnest($8::UUID []),
        unnest($9::INTEGER []),
        unnest($10::BIGINT []),
        unnest($11::TEXT []),
        unnest($12::UUID []),
        unnest($13::BIGINT []),
        unnest($14::BYTEA []),
        unnest($15::BYTEA []),
        unnest($16::TEXT [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_objects AS (
    INSERT INTO entry_objects (event, position, grp, no, bytes)
    SELECT
        unnest($17::UUID []),
        unnest($18::SMALLINT []),
        unnest($19::SMALLINT []),
        unnest($20::SMALLINT []),
        unnest($21::BYTEA [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

-- Counting makes the head wait for every write above.
head AS (
    INSERT INTO journal_head (one, seq, directory)
    SELECT 1, cardinality($7::UUID []), $22::BIGINT
    WHERE NOT EXISTS (SELECT 1 FROM refused)
        AND (
            SELECT count(*)
            FROM (
                SELECT 1 FROM wrote_states
                UNION ALL
                SELECT 1 FROM wrote_keys
                UNION ALL
                SELECT 1 FROM wrote_entries
                UNION ALL
                SELECT 1 FROM wrote_objects
            ) AS written
        ) >= 0
    ON CONFLICT (one) DO UPDATE SET
        seq = journal_head.seq + excluded.seq,
        directory = journal_head.directory + excluded.directory
    RETURNING seq, directory
),

wrote_order AS (
    INSERT INTO journal_order (seq, event)
    SELECT head.seq - cardinality($7::UUID []) + generate_subscripts($7::UUID [], 1), unnest($7::UUID [])
    FROM head
),

mailbox_end AS (
    INSERT INTO mailbox_heads (audience, no)
    SELECT unnest($23::TEXT []), unnest($24::BIGINT [])
    FROM head
    ON CONFLICT (audience) DO UPDATE SET no = mailbox_heads.no + excluded.no
    RETURNING audience, no
),

-- Each gives how many of its mailbox come after it in the batch, and which entry of the batch it is.
wrote_mailbox AS (
    INSERT INTO mailbox (audience, no, seq)
    SELECT mail.audience, mailbox_end.no - mail.later, head.seq - cardinality($7::UUID []) + mail.entry
    FROM head
    CROSS JOIN mailbox_end
    JOIN (
        SELECT unnest($25::TEXT []) AS audience, unnest($26::BIGINT []) AS later, unnest($27::BIGINT []) AS entry
    ) AS mail ON mail.audience = mailbox_end.audience
)
-- ... to here.

, wrote_directory AS (
    INSERT INTO directory_items (name, no, record)
    SELECT unnest($32::TEXT []), head.directory - unnest($33::BIGINT []), unnest($34::BYTEA [])
    FROM head
    ON CONFLICT (name) DO UPDATE SET no = excluded.no, record = excluded.record
)

SELECT refused.command AS "command!", refused.outcome AS "outcome!"
FROM refused
UNION ALL
SELECT 0, 0
FROM head
WHERE pg_notify('declic_commits', '')::TEXT IS NOT NULL
