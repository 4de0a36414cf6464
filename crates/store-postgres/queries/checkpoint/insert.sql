-- Nothing is written for a size that has one, or that the tree has not reached.
INSERT INTO checkpoints (size, root, note)
SELECT $1, $2, $3
FROM log_state
WHERE one = 1 AND log_state.size >= $1
ON CONFLICT DO NOTHING
