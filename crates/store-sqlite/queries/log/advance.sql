-- Nothing is changed when another sealer was faster, or under a lease that is not the present one.
UPDATE log_state
SET seq = $3, size = $4, root = $5, frontier = $6
WHERE one = 1 AND seq = $1 AND size = $2
    AND EXISTS (SELECT 1 FROM sealer_lease WHERE epoch = $7 AND holder IS NOT NULL)
