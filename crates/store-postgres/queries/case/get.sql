-- One row per ticket, when the reader holds a key of the case.
SELECT
    cases.id AS "case_id!",
    cases.key_id AS "key_id!",
    cases.sealed_words AS "sealed_words!",
    cases.state AS "case_state!",
    tickets.number AS "number!",
    tickets.last_leaf AS "last_leaf!",
    tickets.state AS "ticket_state!"
FROM cases
JOIN tickets ON tickets.case_id = cases.id
WHERE cases.id = $2
  AND EXISTS (
      SELECT 1 FROM case_reach
      WHERE case_reach.case_id = cases.id AND case_reach.key = ANY($1::TEXT [])
  )
ORDER BY tickets.number
