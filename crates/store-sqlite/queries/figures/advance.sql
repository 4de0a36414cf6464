-- Nothing is changed when the sums were written since they were read.
UPDATE figure_state
SET revision = revision + 1, seq = $2
WHERE one = 1 AND revision = $1
