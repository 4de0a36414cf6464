INSERT INTO entries (
    event, case_id, number, version, kind, key_id, recorded_at_us, commitments, leaf, traceparent
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
