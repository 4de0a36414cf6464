-- A case is open while one of its tickets is.
UPDATE cases
SET open = EXISTS (SELECT 1 FROM tickets WHERE tickets.case_id = $1 AND tickets.open = 1)
WHERE id = $1
