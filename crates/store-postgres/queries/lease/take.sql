-- Whoever asks gets the lease when it is free, lapsed or its own; no row for anybody else, and nothing is written then. A
-- lease that would last longer than any that is given is one from before the server's clock was set back.
UPDATE sealer_lease
SET epoch = CASE WHEN sealer_lease.holder = $1 THEN sealer_lease.epoch ELSE sealer_lease.epoch + 1 END,
    holder = $1,
    lapses_at_us = (extract(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + $2
WHERE sealer_lease.one = 1
    AND (
        sealer_lease.holder IS NULL
        OR sealer_lease.holder = $1
        OR sealer_lease.lapses_at_us <= (extract(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
        OR sealer_lease.lapses_at_us > (extract(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + $3
    )
RETURNING sealer_lease.epoch AS "epoch!"
