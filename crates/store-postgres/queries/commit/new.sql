-- One batch of commands that each open a case, all or none; the arrays are the columns of its rows.
--
-- As `batch.sql`, without what only a case that was there needs: few steps, because starting them is most of what a
-- small batch costs. That none of the cases is there is not asked: one that is fails the statement, and the commands
-- are done again by the other one, which asks.
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
),

wrote_cases AS (
    INSERT INTO cases (
        id, reference_year, reference_number, version, organisation, opener, shared, departement, opened_at_us, open,
        key_id, sealed_words, state
    )
    SELECT
        unnest($31::UUID []),
        unnest($32::INTEGER []),
        unnest($33::BIGINT []),
        unnest($34::BIGINT []),
        unnest($35::TEXT []),
        unnest($36::TEXT []),
        unnest($37::BOOLEAN []),
        unnest($38::TEXT []),
        unnest($39::BIGINT []),
        unnest($40::BOOLEAN []),
        unnest($41::UUID []),
        unnest($42::BYTEA []),
        unnest($43::BYTEA [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_tickets AS (
    INSERT INTO tickets (
        case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state, timer_at_us
    )
    SELECT
        unnest($44::UUID []),
        unnest($45::INTEGER []),
        unnest($46::BIGINT []),
        unnest($47::SMALLINT []),
        unnest($48::BOOLEAN []),
        unnest($49::TEXT []),
        unnest($50::TEXT []),
        unnest($51::BIGINT []),
        unnest($52::BYTEA []),
        unnest($53::BYTEA []),
        unnest($64::BIGINT [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_reach AS (
    INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us, summary, urgent, turn_us)
    SELECT
        unnest($54::UUID []),
        unnest($55::INTEGER []),
        unnest($56::TEXT []),
        unnest($57::SMALLINT []),
        unnest($58::BIGINT []),
        unnest($63::BYTEA []),
        unnest($65::BOOLEAN []),
        unnest($66::BIGINT [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_case_reach AS (
    INSERT INTO case_reach (case_id, key, open, opened_at_us)
    SELECT unnest($59::UUID []), unnest($60::TEXT []), unnest($61::BOOLEAN []), unnest($62::BIGINT [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_blind AS (
    INSERT INTO blind_tags (audience, tag, case_id)
    SELECT unnest($28::TEXT []), unnest($29::BYTEA []), unnest($30::UUID [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_states AS (
    SELECT 1 FROM wrote_cases
    UNION ALL
    SELECT 1 FROM wrote_tickets
    UNION ALL
    SELECT 1 FROM wrote_reach
    UNION ALL
    SELECT 1 FROM wrote_case_reach
    UNION ALL
    SELECT 1 FROM wrote_blind
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

SELECT refused.command AS "command!", refused.outcome AS "outcome!"
FROM refused
UNION ALL
SELECT 0, 0
FROM head
WHERE pg_notify('declic_commits', '')::TEXT IS NOT NULL
