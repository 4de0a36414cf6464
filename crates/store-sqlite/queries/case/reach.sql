-- Who may see a case and its tickets, after tickets were written: one script, since each statement is a step of its own.
-- $2 and $4 (the same): one [number, state code, held since, [keys]] for each ticket whose keys are given.
-- No argument is named by two statements: the checks of a script count those of each.
DELETE FROM ticket_reach
WHERE case_id = $1
  AND EXISTS (
      SELECT 1 FROM json_each($2) AS given
      WHERE given.value ->> 0 = ticket_reach.number
        AND ticket_reach.key NOT IN (SELECT keys.value FROM json_each(given.value, '$[3]') AS keys)
  );

INSERT INTO ticket_reach (case_id, number, key, state_code, held_since_us)
SELECT $3, given.value ->> 0, keys.value, given.value ->> 1, given.value ->> 2
FROM json_each($4) AS given, json_each(given.value, '$[3]') AS keys
WHERE true
ON CONFLICT (case_id, number, key) DO UPDATE SET
    state_code = excluded.state_code,
    held_since_us = excluded.held_since_us
WHERE state_code <> excluded.state_code OR held_since_us <> excluded.held_since_us;

-- A case is open while one of its tickets is.
UPDATE cases
SET open = EXISTS (SELECT 1 FROM tickets WHERE tickets.case_id = $5 AND tickets.open = 1)
WHERE id = $5;

INSERT INTO case_reach (case_id, key, open, opened_at_us)
SELECT DISTINCT ticket_reach.case_id, ticket_reach.key, cases.open, cases.opened_at_us
FROM ticket_reach
JOIN cases ON cases.id = ticket_reach.case_id
WHERE ticket_reach.case_id = $6
ON CONFLICT (case_id, key) DO UPDATE SET open = excluded.open WHERE open <> excluded.open;

DELETE FROM case_reach
WHERE case_id = $7
  AND key NOT IN (SELECT ticket_reach.key FROM ticket_reach WHERE ticket_reach.case_id = $7);

-- $8: one [audience, tag in hexadecimal] for each blind tag.
INSERT INTO blind_tags (audience, tag, case_id)
SELECT tags.value ->> 0, unhex(tags.value ->> 1), $9
FROM json_each($8) AS tags
WHERE true
ON CONFLICT DO NOTHING
