-- Nothing is written for a size that has one, or that the tree has not reached, or under a lease that is not the present
-- one.
INSERT INTO checkpoints (size, root, note)
SELECT $1, $2, $3
FROM log_state
WHERE one = 1 AND log_state.size >= $1
    AND EXISTS (SELECT 1 FROM sealer_lease WHERE epoch = $4 AND holder IS NOT NULL)
ON CONFLICT DO NOTHING
