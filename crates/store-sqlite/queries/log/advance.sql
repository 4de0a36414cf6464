-- Nothing is changed when another sealer was faster.
UPDATE log_state
SET seq = $3, size = $4, root = $5, frontier = $6
WHERE one = 1 AND seq = $1 AND size = $2
