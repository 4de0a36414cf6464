-- $1: one [level, index, hash in hexadecimal] for each.
INSERT INTO nodes (level, idx, hash)
SELECT nodes.value ->> 0, nodes.value ->> 1, unhex(nodes.value ->> 2)
FROM json_each($1) AS nodes
