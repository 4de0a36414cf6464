-- One batch of commands, each done or refused alone; the arrays are the columns of its rows.
--
-- What orders it are the rows each step reads of the step before. First the cases relied on are taken, in the order of
-- their ids, whichever hub asks. The verdict on every command follows. Then what accepted commands write; the head of
-- the journal only when all of it is written; after it what it numbers. Nothing here waits for another batch once it
-- holds the head, so the head is held only while this statement ends.
--
-- What it returns is a few bytes for each command, so that the server never waits, with the head in its hands, for a
-- hub that has stopped reading.
--
-- A row that another hub writes at the same moment (the same request, the same new case) fails the whole statement: it is
-- done again command by command, and then the other's row is there to be seen.
WITH command AS MATERIALIZED (
    SELECT
        asked.n,
        asked.issuer,
        asked.subject,
        asked.request_id,
        asked.content,
        asked.answer,
        asked.expected,
        asked.case_id,
        asked.reference_year,
        asked.reference_number,
        asked.version,
        asked.organisation,
        asked.opener,
        asked.shared,
        asked.departement,
        asked.opened_at_us,
        asked.key_id,
        asked.sealed_words,
        asked.state,
        asked.opens,
        string_to_array(asked.given, ',')::INTEGER [] AS given,
        string_to_array(asked.keys, E'\n') AS keys
    FROM unnest(
        $1::TEXT [], $2::TEXT [], $3::UUID [], $4::BYTEA [], $5::BYTEA [], $6::BIGINT [], $7::UUID [],
        $8::INTEGER [], $9::BIGINT [], $10::BIGINT [], $11::TEXT [], $12::TEXT [], $13::BOOLEAN [], $14::TEXT [],
        $15::BIGINT [], $16::UUID [], $17::BYTEA [], $18::BYTEA [], $19::BOOLEAN [], $20::TEXT [], $21::TEXT []
    ) WITH ORDINALITY AS asked (
        issuer, subject, request_id, content, answer, expected, case_id,
        reference_year, reference_number, version, organisation, opener, shared, departement,
        opened_at_us, key_id, sealed_words, state, opens, given, keys, n
    )
),

held AS MATERIALIZED (
    SELECT cases.id, cases.version, cases.organisation, cases.opener, cases.shared, cases.departement
    FROM cases
    WHERE cases.id = ANY($7::UUID [])
    ORDER BY cases.id
    FOR NO KEY UPDATE
),

-- 0 accepted, 1 its request was answered before, 2 stale, 3 the keys of tickets it does not name change too.
verdict AS MATERIALIZED (
    SELECT
        command.n,
        CASE
            WHEN request_keys.request_id IS NOT NULL THEN 1
            WHEN command.expected IS NULL THEN 0
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
    LEFT JOIN request_keys
        ON request_keys.issuer = command.issuer
        AND request_keys.subject = command.subject
        AND request_keys.request_id = command.request_id
    LEFT JOIN held ON held.id = command.case_id
),

-- Asked by position for every row below: cheaper than a join for each table.
accepted AS MATERIALIZED (
    SELECT array_agg(verdict.outcome = 0 ORDER BY verdict.n) AS flags FROM verdict
),

wrote_keys AS (
    INSERT INTO request_keys (issuer, subject, request_id, content, answer)
    SELECT command.issuer, command.subject, command.request_id, command.content, command.answer
    FROM command
    WHERE (SELECT accepted.flags FROM accepted)[command.n] AND command.request_id IS NOT NULL
    ORDER BY command.issuer, command.subject, command.request_id
    RETURNING 1
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
    WHERE (SELECT accepted.flags FROM accepted)[command.n] AND command.expected IS NOT NULL
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
        case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state
    )
    SELECT
        ticket.case_id,
        ticket.number,
        ticket.version,
        ticket.state_code,
        ticket.open,
        ticket.agency,
        ticket.desk,
        ticket.held_since_us,
        ticket.last_leaf,
        ticket.state
    FROM unnest(
        $22::INTEGER [], $23::UUID [], $24::INTEGER [], $25::BIGINT [], $26::SMALLINT [], $27::BOOLEAN [],
        $28::TEXT [], $29::TEXT [], $30::BIGINT [], $31::BYTEA [], $32::BYTEA []
    ) AS ticket (
        command, case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state
    )
    WHERE (SELECT accepted.flags FROM accepted)[ticket.command]
    ON CONFLICT (case_id, number) DO UPDATE SET
        version = excluded.version,
        state_code = excluded.state_code,
        open = excluded.open,
        agency = excluded.agency,
        desk = excluded.desk,
        held_since_us = excluded.held_since_us,
        last_leaf = excluded.last_leaf,
        state = excluded.state
    RETURNING 1
),

-- Who may see the tickets given: those named, and all of the case when it changes hands.
reach AS MATERIALIZED (
    SELECT
        given.is_old,
        given.case_id,
        given.number,
        given.state_code,
        given.held_since_us,
        string_to_array(given.keys, E'\n') AS keys
    FROM unnest(
        $33::INTEGER [], $34::BOOLEAN [], $35::UUID [], $36::INTEGER [], $37::SMALLINT [], $38::BIGINT [], $39::TEXT []
    ) AS given (command, is_old, case_id, number, state_code, held_since_us, keys)
    WHERE (SELECT accepted.flags FROM accepted)[given.command]
),

wrote_reach AS (
    INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us)
    SELECT reach.case_id, reach.number, carried.key, reach.state_code, reach.held_since_us
    FROM reach
    CROSS JOIN unnest(reach.keys) AS carried (key)
    ON CONFLICT (case_id, number, key) DO UPDATE SET
        state_code = excluded.state_code,
        held_since_us = excluded.held_since_us
    WHERE ticket_reach.state_code <> excluded.state_code OR ticket_reach.held_since_us <> excluded.held_since_us
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
    SELECT blind.audience, blind.tag, blind.case_id
    FROM unnest($40::INTEGER [], $41::TEXT [], $42::BYTEA [], $43::UUID [])
        AS blind (command, audience, tag, case_id)
    WHERE (SELECT accepted.flags FROM accepted)[blind.command]
    ON CONFLICT DO NOTHING
    RETURNING 1
),

-- `rank` counts accepted entries up to this one.
entry AS MATERIALIZED (
    SELECT
        asked.event,
        asked.case_id,
        asked.number,
        asked.version,
        asked.kind,
        asked.key_id,
        asked.recorded_at_us,
        asked.commitments,
        asked.leaf,
        asked.traceparent,
        asked.position,
        (SELECT accepted.flags FROM accepted)[asked.command] AS is_accepted,
        count(*) FILTER (WHERE (SELECT accepted.flags FROM accepted)[asked.command])
            OVER (ORDER BY asked.position ROWS UNBOUNDED PRECEDING) AS rank
    FROM unnest(
        $44::INTEGER [], $45::UUID [], $46::UUID [], $47::INTEGER [], $48::BIGINT [], $49::TEXT [], $50::UUID [],
        $51::BIGINT [], $52::BYTEA [], $53::BYTEA [], $54::TEXT []
    ) WITH ORDINALITY AS asked (
        command, event, case_id, number, version, kind, key_id,
        recorded_at_us, commitments, leaf, traceparent, position
    )
),

ranks AS MATERIALIZED (
    SELECT array_agg(entry.rank ORDER BY entry.position) AS by_position, coalesce(max(entry.rank), 0) AS total
    FROM entry
),

wrote_entries AS (
    INSERT INTO entries (
        event, case_id, number, version, kind, key_id, recorded_at_us, commitments, leaf, traceparent
    )
    SELECT
        entry.event,
        entry.case_id,
        entry.number,
        entry.version,
        entry.kind,
        entry.key_id,
        entry.recorded_at_us,
        entry.commitments,
        entry.leaf,
        entry.traceparent
    FROM entry
    WHERE entry.is_accepted
    RETURNING 1
),

wrote_objects AS (
    INSERT INTO entry_objects (event, position, grp, no, bytes)
    SELECT object.event, object.position, object.grp, object.no, object.bytes
    FROM unnest($55::INTEGER [], $56::UUID [], $57::SMALLINT [], $58::SMALLINT [], $59::SMALLINT [], $60::BYTEA [])
        AS object (command, event, position, grp, no, bytes)
    WHERE (SELECT accepted.flags FROM accepted)[object.command]
    RETURNING 1
),

mail AS MATERIALIZED (
    SELECT
        asked.audience,
        (SELECT ranks.by_position FROM ranks)[asked.entry] AS rank,
        row_number() OVER (PARTITION BY asked.audience ORDER BY asked.position) AS place,
        count(*) OVER (PARTITION BY asked.audience) AS total
    FROM unnest($61::INTEGER [], $62::TEXT [], $63::INTEGER [])
        WITH ORDINALITY AS asked (command, audience, entry, position)
    WHERE (SELECT accepted.flags FROM accepted)[asked.command]
),

item AS MATERIALIZED (
    SELECT asked.name, asked.record, row_number() OVER (ORDER BY asked.position) AS place, count(*) OVER () AS total
    FROM unnest($64::INTEGER [], $65::TEXT [], $66::BYTEA [])
        WITH ORDINALITY AS asked (command, name, record, position)
    WHERE (SELECT accepted.flags FROM accepted)[asked.command]
),

-- The sum makes the head wait for every write above.
head AS (
    INSERT INTO journal_head (one, seq, directory)
    SELECT 1, (SELECT ranks.total FROM ranks), (SELECT count(*) FROM item)
    WHERE TRUE = ANY((SELECT accepted.flags FROM accepted)::BOOLEAN [])
        AND (SELECT count(*) FROM wrote_keys)
        + (SELECT count(*) FROM wrote_cases)
        + (SELECT count(*) FROM changed_cases)
        + (SELECT count(*) FROM wrote_tickets)
        + (SELECT count(*) FROM wrote_reach)
        + (SELECT count(*) FROM dropped_reach)
        + (SELECT count(*) FROM wrote_case_reach)
        + (SELECT count(*) FROM dropped_case_reach)
        + (SELECT count(*) FROM wrote_blind)
        + (SELECT count(*) FROM wrote_entries)
        + (SELECT count(*) FROM wrote_objects) >= 0
    ON CONFLICT (one) DO UPDATE SET
        seq = journal_head.seq + excluded.seq,
        directory = journal_head.directory + excluded.directory
    RETURNING seq, directory
),

wrote_order AS (
    INSERT INTO journal_order (seq, event)
    SELECT head.seq - (SELECT ranks.total FROM ranks) + entry.rank, entry.event
    FROM head
    CROSS JOIN entry
    WHERE entry.is_accepted
    ORDER BY entry.rank
),

mailbox_end AS (
    INSERT INTO mailbox_heads (audience, no)
    SELECT mail.audience, count(*)
    FROM head
    CROSS JOIN mail
    GROUP BY mail.audience
    ORDER BY mail.audience
    ON CONFLICT (audience) DO UPDATE SET no = mailbox_heads.no + excluded.no
    RETURNING audience, no
),

wrote_mailbox AS (
    INSERT INTO mailbox (audience, no, seq)
    SELECT
        mail.audience,
        mailbox_end.no - mail.total + mail.place,
        head.seq - (SELECT ranks.total FROM ranks) + mail.rank
    FROM head
    CROSS JOIN mail
    JOIN mailbox_end ON mailbox_end.audience = mail.audience
),

wrote_directory AS (
    INSERT INTO directory_items (name, no, record)
    SELECT DISTINCT ON (item.name) item.name, head.directory - item.total + item.place, item.record
    FROM head
    CROSS JOIN item
    ORDER BY item.name, item.place DESC
    ON CONFLICT (name) DO UPDATE SET no = excluded.no, record = excluded.record
)

SELECT
    verdict.n AS "n!",
    verdict.outcome AS "outcome!",
    (SELECT pg_notify('declic_commits', '')::TEXT FROM head) AS "woken?"
FROM verdict
ORDER BY verdict.n
