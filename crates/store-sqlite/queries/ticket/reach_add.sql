INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us)
SELECT $1, $2, json_each.value, $3, $4
FROM json_each($5)
WHERE true
ON CONFLICT (case_id, number, key) DO UPDATE SET
    state_code = excluded.state_code,
    held_since_us = excluded.held_since_us
WHERE state_code <> excluded.state_code OR held_since_us <> excluded.held_since_us
