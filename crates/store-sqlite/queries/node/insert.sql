-- $1: one [level, index, hash] for each; $2: their bytes.
INSERT INTO nodes (level, idx, hash)
SELECT nodes.value ->> 0, nodes.value ->> 1, substr($2, nodes.value ->> 2, nodes.value ->> 3)
FROM jsonb_each($1) AS nodes
