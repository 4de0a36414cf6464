-- One row per ticket, when the reader holds a key of the case.
SELECT
    cases.id AS "case_id!: Vec<u8>",
    cases.key_id AS "key_id!: Vec<u8>",
    cases.sealed_words AS "sealed_words!: Vec<u8>",
    cases.state AS "case_state!: Vec<u8>",
    tickets.number AS "number!: i64",
    tickets.last_leaf AS "last_leaf!: Vec<u8>",
    tickets.state AS "ticket_state!: Vec<u8>"
FROM cases
JOIN tickets ON tickets.case_id = cases.id
WHERE cases.id = $2
  AND EXISTS (
      SELECT 1 FROM case_reach
      WHERE case_reach.case_id = cases.id AND case_reach.key IN (SELECT json_each.value FROM json_each($1))
  )
ORDER BY tickets.number
