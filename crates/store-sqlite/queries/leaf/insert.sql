-- $1: index of the first; $2: one [event, leaf] for each, in hexadecimal.
INSERT INTO leaves (idx, event, leaf)
SELECT $1 + leaves.key, unhex(leaves.value ->> 0), unhex(leaves.value ->> 1)
FROM json_each($2) AS leaves
