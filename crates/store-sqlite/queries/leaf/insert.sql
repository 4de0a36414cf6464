-- $1: index of the first; $2: one [event, leaf] for each; $3: their bytes.
INSERT INTO leaves (idx, event, leaf)
SELECT
    $1 + leaves.key,
    substr($3, leaves.value ->> 0, leaves.value ->> 1),
    substr($3, leaves.value ->> 2, leaves.value ->> 3)
FROM jsonb_each($2) AS leaves
