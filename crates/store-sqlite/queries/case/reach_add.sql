INSERT INTO case_reach (case_id, key, open, opened_at_us)
SELECT DISTINCT ticket_reach.case_id, ticket_reach.key, cases.open, cases.opened_at_us
FROM ticket_reach
JOIN cases ON cases.id = ticket_reach.case_id
WHERE ticket_reach.case_id = $1
ON CONFLICT (case_id, key) DO UPDATE SET open = excluded.open WHERE open <> excluded.open
