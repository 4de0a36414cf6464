-- What a batch changes of cases that are there, and who may see them after it.
-- Every argument is a list of rows, followed by the bytes that its pairs of numbers point into (from, length). No argument
-- is named by two statements: the checks of a script count those of each.

-- $1: [case, number, version, state's code, open, agency, desk, held since, leaf of its last event, state, timer]
INSERT INTO tickets (
    case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state, timer_at_us
)
SELECT
    substr($2, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    given.value ->> 3,
    given.value ->> 4,
    given.value ->> 5,
    given.value ->> 6,
    given.value ->> 7,
    given.value ->> 8,
    substr($2, given.value ->> 9, given.value ->> 10),
    substr($2, given.value ->> 11, given.value ->> 12),
    given.value ->> 13
FROM jsonb_each($1) AS given
WHERE true
ON CONFLICT (case_id, number) DO UPDATE SET
    version = excluded.version,
    state_code = excluded.state_code,
    open = excluded.open,
    agency = excluded.agency,
    desk = excluded.desk,
    held_since_us = excluded.held_since_us,
    last_leaf = excluded.last_leaf,
    state = excluded.state,
    timer_at_us = excluded.timer_at_us;

-- $3: [id, version, organisation, opener, shared, departement, key, words, state] for each case, whose version was compared
-- in the same transaction. A case is open while one of its tickets is.
UPDATE cases
SET version = given.value ->> 2,
    organisation = given.value ->> 3,
    opener = given.value ->> 4,
    shared = given.value ->> 5,
    departement = given.value ->> 6,
    open = EXISTS (SELECT 1 FROM tickets WHERE tickets.case_id = cases.id AND tickets.open = 1),
    key_id = substr($4, given.value ->> 7, given.value ->> 8),
    sealed_words = substr($4, given.value ->> 9, given.value ->> 10),
    state = substr($4, given.value ->> 11, given.value ->> 12)
FROM jsonb_each($3) AS given
WHERE cases.id = substr($4, given.value ->> 0, given.value ->> 1);

-- $5: [case, number, state's code, held since, urgent, [keys], [their turns]] for each ticket whose keys are given
DELETE FROM ticket_reach
WHERE (case_id, number, key) IN (
    SELECT reach.case_id, reach.number, reach.key
    FROM jsonb_each($5) AS given
    JOIN ticket_reach AS reach
        ON reach.case_id = substr($6, given.value ->> 0, given.value ->> 1)
        AND reach.number = given.value ->> 2
    WHERE reach.key NOT IN (SELECT keys.value FROM json_each(given.value, '$[6]') AS keys)
);

-- $7 and $8: as $5 and $6
INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us, urgent, turn_us)
SELECT
    substr($8, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    keys.value,
    given.value ->> 3,
    given.value ->> 4,
    given.value ->> 5,
    given.value -> 7 ->> keys.key
FROM jsonb_each($7) AS given, json_each(given.value, '$[6]') AS keys
WHERE true
ON CONFLICT (case_id, number, key) DO UPDATE SET
    state_code = excluded.state_code,
    held_since_us = excluded.held_since_us,
    urgent = excluded.urgent,
    turn_us = excluded.turn_us
WHERE (state_code, held_since_us, urgent, turn_us)
    <> (excluded.state_code, excluded.held_since_us, excluded.urgent, excluded.turn_us);

-- $9: [id] for each case
INSERT INTO case_reach (case_id, key, open, opened_at_us)
SELECT cases.id, ticket_reach.key, cases.open, cases.opened_at_us
FROM jsonb_each($9) AS given
JOIN cases ON cases.id = substr($10, given.value ->> 0, given.value ->> 1)
JOIN ticket_reach ON ticket_reach.case_id = cases.id
WHERE true
ON CONFLICT (case_id, key) DO UPDATE SET open = excluded.open WHERE open <> excluded.open;

-- $11 and $12: as $9 and $10. The plus keeps the engine from the index by key, which holds all that a reader may see.
DELETE FROM case_reach
WHERE case_id IN (SELECT substr($12, given.value ->> 0, given.value ->> 1) FROM jsonb_each($11) AS given)
  AND NOT EXISTS (
      SELECT 1 FROM ticket_reach
      WHERE ticket_reach.case_id = case_reach.case_id AND +ticket_reach.key = case_reach.key
  )
