INSERT INTO reference_counters (year, last)
VALUES ($1, $2)
ON CONFLICT (year) DO UPDATE SET last = reference_counters.last + excluded.last
RETURNING last AS "last!"
