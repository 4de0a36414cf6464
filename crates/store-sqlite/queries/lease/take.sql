-- Whoever asks gets the lease when it is free, lapsed or its own; no row for anybody else, and nothing is written then. A
-- lease that would last longer than any that is given is one from before the machine's clock was set back.
UPDATE sealer_lease
SET epoch = CASE WHEN holder = $1 THEN epoch ELSE epoch + 1 END,
    holder = $1,
    lapses_at_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $2
WHERE one = 1
    AND (
        holder IS NULL
        OR holder = $1
        OR lapses_at_us <= CAST(unixepoch('subsec') * 1000000 AS INTEGER)
        OR lapses_at_us > CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $3
    )
RETURNING epoch AS "epoch!: i64"
