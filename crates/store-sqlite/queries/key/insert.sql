-- $1: one [key, part, key it is wrapped under, bytes] for each; $2: the bytes that its pairs of numbers point into (from,
-- length).
INSERT INTO wrapped_keys (key_id, part, kek_id, bytes)
SELECT
    substr($2, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    given.value ->> 3,
    substr($2, given.value ->> 4, given.value ->> 5)
FROM jsonb_each($1) AS given
