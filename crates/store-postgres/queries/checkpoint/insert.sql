-- Nothing is written for a size that has one, or that the tree has not reached, or under a lease that is not the present
-- one. The lease stays as it is until this is committed.
WITH leased AS MATERIALIZED (
    SELECT epoch FROM sealer_lease WHERE one = 1 AND epoch = $4 AND holder IS NOT NULL FOR SHARE
)

INSERT INTO checkpoints (size, root, note)
SELECT $1, $2, $3
FROM log_state
CROSS JOIN leased
WHERE log_state.one = 1 AND log_state.size >= $1
ON CONFLICT DO NOTHING
