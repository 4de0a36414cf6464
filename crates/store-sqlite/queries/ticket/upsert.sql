INSERT INTO tickets (
    case_id, number, version, state_code, open, agency, desk, held_since_us, last_leaf, state
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (case_id, number) DO UPDATE SET
    version = excluded.version,
    state_code = excluded.state_code,
    open = excluded.open,
    agency = excluded.agency,
    desk = excluded.desk,
    held_since_us = excluded.held_since_us,
    last_leaf = excluded.last_leaf,
    state = excluded.state
