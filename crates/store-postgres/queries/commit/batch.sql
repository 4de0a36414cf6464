-- One batch of commands, all or none; the arrays are the columns of its rows.
--
-- What orders it are the rows each step reads of the step before. First the cases relied on are taken, in the order of
-- their ids, whichever hub asks. The verdict on every command follows; when one is refused nothing is written, and what
-- is left is sent again without it. Then the writes; the head of the journal only when all of it is written; after it
-- what it numbers. Nothing here waits for another batch once it holds the head, so the head is held only while this
-- statement ends.
--
-- What it returns is one row, or a few bytes for each command refused, so that the server never waits, with the head in
-- its hands, for a hub that has stopped reading.
--
-- A row that another hub writes at the same moment (the same request, the same new case) fails the whole statement: it is
-- done again command by command, and then the other's row is there to be seen.
WITH command AS MATERIALIZED (
    SELECT
        unnest($31::INTEGER []) AS command,
        unnest($32::BIGINT []) AS expected,
        unnest($33::UUID []) AS case_id,
        unnest($34::INTEGER []) AS reference_year,
        unnest($35::BIGINT []) AS reference_number,
        unnest($36::BIGINT []) AS version,
        unnest($37::TEXT []) AS organisation,
        unnest($38::TEXT []) AS opener,
        unnest($39::BOOLEAN []) AS shared,
        unnest($40::TEXT []) AS departement,
        unnest($41::BIGINT []) AS opened_at_us,
        unnest($42::UUID []) AS key_id,
        unnest($43::BYTEA []) AS sealed_words,
        unnest($44::BYTEA []) AS state,
        unnest($45::BOOLEAN []) AS opens,
        string_to_array(unnest($46::TEXT []), ',')::INTEGER [] AS given,
        string_to_array(unnest($47::TEXT []), E'\n') AS keys
),

held AS MATERIALIZED (
    SELECT cases.id, cases.version, cases.organisation, cases.opener, cases.shared, cases.departement
    FROM cases
    WHERE cases.id = ANY($33::UUID [])
    ORDER BY cases.id
    FOR NO KEY UPDATE
),

-- 1 its request was answered before, 2 stale, 3 the keys of tickets it does not name change too.
refused AS MATERIALIZED (
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
    SELECT judged.command, judged.outcome
    FROM (
        SELECT
            command.command,
            CASE
                WHEN command.expected = -1 THEN CASE WHEN held.id IS NULL THEN 0 ELSE 2 END
                WHEN held.version IS DISTINCT FROM command.expected THEN 2
                WHEN
                    (held.organisation, held.opener, held.shared, held.departement)
                    IS DISTINCT FROM (command.organisation, command.opener, command.shared, command.departement)
                    AND EXISTS (
                        SELECT 1 FROM tickets
                        WHERE tickets.case_id = command.case_id AND tickets.number <> ALL (command.given)
                    ) THEN 3
                ELSE 0
            END AS outcome
        FROM command
        LEFT JOIN held ON held.id = command.case_id
    ) AS judged
    WHERE judged.outcome <> 0
),

-- A case is open while one of its tickets is. Tickets not given are as this statement sees them: its version would not be
-- the expected one otherwise.
case_after AS MATERIALIZED (
    SELECT
        command.expected,
        command.case_id,
        command.reference_year,
        command.reference_number,
        command.version,
        command.organisation,
        command.opener,
        command.shared,
        command.departement,
        command.opened_at_us,
        command.key_id,
        command.sealed_words,
        command.state,
        command.given,
        command.keys,
        command.opens OR (
            command.expected >= 0
            AND EXISTS (
                SELECT 1 FROM tickets
                WHERE tickets.case_id = command.case_id AND tickets.open AND tickets.number <> ALL (command.given)
            )
        ) AS open
    FROM command
    WHERE NOT EXISTS (SELECT 1 FROM refused)
),

wrote_cases AS (
    INSERT INTO cases (
        id, reference_year, reference_number, version, organisation, opener, shared, departement, opened_at_us, open,
        key_id, sealed_words, state
    )
    SELECT
        case_after.case_id,
        case_after.reference_year,
        case_after.reference_number,
        case_after.version,
        case_after.organisation,
        case_after.opener,
        case_after.shared,
        case_after.departement,
        case_after.opened_at_us,
        case_after.open,
        case_after.key_id,
        case_after.sealed_words,
        case_after.state
    FROM case_after
    WHERE case_after.expected = -1
    ORDER BY case_after.case_id
    RETURNING 1
),

changed_cases AS (
    UPDATE cases
    SET version = case_after.version,
        organisation = case_after.organisation,
        opener = case_after.opener,
        shared = case_after.shared,
        departement = case_after.departement,
        open = case_after.open,
        key_id = case_after.key_id,
        sealed_words = case_after.sealed_words,
        state = case_after.state
    FROM case_after
    WHERE cases.id = case_after.case_id AND case_after.expected >= 0
    RETURNING 1
),

wrote_tickets AS (
    INSERT INTO tickets (
        case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state, timer_at_us
    )
    SELECT
        unnest($48::UUID []),
        unnest($49::INTEGER []),
        unnest($50::BIGINT []),
        unnest($51::SMALLINT []),
        unnest($52::BOOLEAN []),
        unnest($53::TEXT []),
        unnest($54::TEXT []),
        unnest($55::BIGINT []),
        unnest($56::BYTEA []),
        unnest($57::BYTEA []),
        unnest($71::BIGINT [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    ON CONFLICT (case_id, number) DO UPDATE SET
        version = excluded.version,
        state_code = excluded.state_code,
        open = excluded.open,
        agency = excluded.agency,
        desk = excluded.desk,
        held_since_us = excluded.held_since_us,
        last_leaf = excluded.last_leaf,
        state = excluded.state,
        timer_at_us = excluded.timer_at_us
    RETURNING 1
),

-- Who may see the tickets given: those named, and all of the case when it changes hands.
reach AS MATERIALIZED (
    SELECT
        unnest($58::BOOLEAN []) AS is_old,
        unnest($59::UUID []) AS case_id,
        unnest($60::INTEGER []) AS number,
        unnest($61::SMALLINT []) AS state_code,
        unnest($62::BIGINT []) AS held_since_us,
        string_to_array(unnest($63::TEXT []), E'\n') AS keys,
        unnest($67::BYTEA []) AS summary,
        unnest($72::BOOLEAN []) AS urgent,
        string_to_array(unnest($73::TEXT []), E'\n')::BIGINT [] AS turns
    WHERE NOT EXISTS (SELECT 1 FROM refused)
),

wrote_reach AS (
    INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us, summary, urgent, turn_us)
    SELECT
        reach.case_id,
        reach.number,
        carried.key,
        reach.state_code,
        reach.held_since_us,
        reach.summary,
        reach.urgent,
        carried.turn_us
    FROM reach
    CROSS JOIN unnest(reach.keys, reach.turns) AS carried (key, turn_us)
    ON CONFLICT (case_id, number, key) DO UPDATE SET
        state_code = excluded.state_code,
        held_since_us = excluded.held_since_us,
        summary = excluded.summary,
        urgent = excluded.urgent,
        turn_us = excluded.turn_us
    WHERE
        (
            ticket_reach.state_code,
            ticket_reach.held_since_us,
            ticket_reach.summary,
            ticket_reach.urgent,
            ticket_reach.turn_us
        )
        IS DISTINCT FROM (
            excluded.state_code, excluded.held_since_us, excluded.summary, excluded.urgent, excluded.turn_us
        )
    RETURNING 1
),

dropped_reach AS (
    DELETE FROM ticket_reach
    USING reach
    WHERE reach.is_old
        AND ticket_reach.case_id = reach.case_id
        AND ticket_reach.number = reach.number
        AND ticket_reach.key <> ALL (reach.keys)
    RETURNING 1
),

wrote_case_reach AS (
    INSERT INTO case_reach (case_id, key, open, opened_at_us)
    SELECT case_after.case_id, carried.key, case_after.open, case_after.opened_at_us
    FROM case_after
    CROSS JOIN LATERAL (
        SELECT unnest(case_after.keys) AS key
        UNION
        SELECT ticket_reach.key
        FROM ticket_reach
        WHERE case_after.expected >= 0
            AND ticket_reach.case_id = case_after.case_id
            AND ticket_reach.number <> ALL (case_after.given)
    ) AS carried
    ON CONFLICT (case_id, key) DO UPDATE SET open = excluded.open WHERE case_reach.open <> excluded.open
    RETURNING 1
),

dropped_case_reach AS (
    DELETE FROM case_reach
    USING case_after
    WHERE case_after.expected >= 0
        AND case_reach.case_id = case_after.case_id
        AND case_reach.key <> ALL (case_after.keys)
        AND NOT EXISTS (
            SELECT 1 FROM ticket_reach
            WHERE ticket_reach.case_id = case_after.case_id
                AND ticket_reach.key = case_reach.key
                AND ticket_reach.number <> ALL (case_after.given)
        )
    RETURNING 1
),

wrote_blind AS (
    INSERT INTO blind_tags (audience, tag, case_id)
    SELECT unnest($28::TEXT []), unnest($29::BYTEA []), unnest($30::UUID [])
    WHERE NOT EXISTS (SELECT 1 FROM refused)
    ON CONFLICT DO NOTHING
    RETURNING 1
),

dropped_blind AS (
    DELETE FROM blind_tags
    USING (
        SELECT
            unnest($68::TEXT []) AS audience,
            unnest($69::BYTEA []) AS tag,
            unnest($70::UUID []) AS case_id
    ) AS gone
    WHERE blind_tags.audience = gone.audience
        AND blind_tags.tag = gone.tag
        AND blind_tags.case_id = gone.case_id
        AND NOT EXISTS (SELECT 1 FROM refused)
    RETURNING 1
),

wrote_states AS (
    SELECT 1 FROM wrote_cases
    UNION ALL
    SELECT 1 FROM changed_cases
    UNION ALL
    SELECT 1 FROM wrote_tickets
    UNION ALL
    SELECT 1 FROM wrote_reach
    UNION ALL
    SELECT 1 FROM dropped_reach
    UNION ALL
    SELECT 1 FROM wrote_case_reach
    UNION ALL
    SELECT 1 FROM dropped_case_reach
    UNION ALL
    SELECT 1 FROM wrote_blind
    UNION ALL
    SELECT 1 FROM dropped_blind
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
    SELECT unnest($64::TEXT []), head.directory - unnest($65::BIGINT []), unnest($66::BYTEA [])
    FROM head
    ON CONFLICT (name) DO UPDATE SET no = excluded.no, record = excluded.record
)

SELECT refused.command AS "command!", refused.outcome AS "outcome!"
FROM refused
UNION ALL
SELECT 0, 0
FROM head
WHERE pg_notify('declic_commits', '')::TEXT IS NOT NULL
