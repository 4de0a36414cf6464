-- Those that have ended are swept with it, but for those that another hub sweeps at this moment.
WITH swept AS (
    DELETE FROM sign_ins
    WHERE sign_ins.digest IN (
        SELECT ended.digest
        FROM sign_ins AS ended
        WHERE ended.ends_at_us <= $6
        ORDER BY ended.ends_at_us
        LIMIT $7
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO sign_ins (digest, member, began_at_us, continued_at_us, ends_at_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (digest) DO NOTHING
