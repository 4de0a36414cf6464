-- The new cases of a batch, with their tickets and who may see both.
-- Every argument is a list of rows, followed by the bytes that its pairs of numbers point into (from, length). No argument
-- is named by two statements: the checks of a script count those of each.

-- $1: [id, reference's year, its number, version, organisation, opener, shared, departement, opened, open, key, words, state]
INSERT INTO cases (
    id, reference_year, reference_number, version, organisation, opener, shared, departement, opened_at_us, open,
    key_id, sealed_words, state
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
    given.value ->> 9,
    given.value ->> 10,
    substr($2, given.value ->> 11, given.value ->> 12),
    substr($2, given.value ->> 13, given.value ->> 14),
    substr($2, given.value ->> 15, given.value ->> 16)
FROM jsonb_each($1) AS given;

-- $3: [case, number, version, state's code, open, agency, desk, held since, leaf of its last event, state, timer]
INSERT INTO tickets (
    case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state, timer_at_us
)
SELECT
    substr($4, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    given.value ->> 3,
    given.value ->> 4,
    given.value ->> 5,
    given.value ->> 6,
    given.value ->> 7,
    given.value ->> 8,
    substr($4, given.value ->> 9, given.value ->> 10),
    substr($4, given.value ->> 11, given.value ->> 12),
    given.value ->> 13
FROM jsonb_each($3) AS given;

-- $5: [case, number, state's code, held since, urgent, [keys], [their turns]] for each ticket
INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us, urgent, turn_us)
SELECT
    substr($6, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    keys.value,
    given.value ->> 3,
    given.value ->> 4,
    given.value ->> 5,
    given.value -> 7 ->> keys.key
FROM jsonb_each($5) AS given, json_each(given.value, '$[6]') AS keys;

-- $7: [id, opened, open, [keys of its tickets]] for each case
INSERT INTO case_reach (case_id, key, open, opened_at_us)
SELECT substr($8, given.value ->> 0, given.value ->> 1), keys.value, given.value ->> 3, given.value ->> 2
FROM jsonb_each($7) AS given, json_each(given.value, '$[4]') AS keys
