-- One page of cases, each where the first of its tickets that fits stands, see tickets.sql; then one row per ticket of each.
WITH page AS (
    SELECT placed.turn_us, placed.case_id, placed.number
    FROM json_each($1) AS walked
    CROSS JOIN json_each($2) AS asked
    CROSS JOIN json_each($3) AS urgency
    CROSS JOIN ticket_reach AS placed
    WHERE placed.key = walked.value
      AND (placed.case_id, placed.number) IN (
          SELECT found.case_id, found.number
          FROM ticket_reach AS found
          WHERE found.key = walked.value
            AND found.state_code = asked.value
            AND found.state_code <= 5
            AND found.urgent = urgency.value
            AND found.turn_us BETWEEN $4 AND $5
            AND NOT EXISTS (
                SELECT 1 FROM ticket_reach AS other
                WHERE other.case_id = found.case_id
                  AND other.key IN (SELECT json_each.value FROM json_each($1))
                  AND other.state_code IN (SELECT json_each.value FROM json_each($2))
                  AND other.turn_us BETWEEN $4 AND $5
                  AND (other.turn_us, other.number, other.key) < (found.turn_us, found.number, found.key)
                  AND (
                      $6 IS NULL
                      OR EXISTS (
                          SELECT 1 FROM ticket_reach AS seen
                          WHERE seen.case_id = other.case_id
                            AND seen.number = other.number
                            AND seen.key IN (SELECT json_each.value FROM json_each($6))
                      )
                  )
            )
            AND (
                $6 IS NULL
                OR EXISTS (
                    SELECT 1 FROM ticket_reach AS seen
                    WHERE seen.case_id = found.case_id
                      AND seen.number = found.number
                      AND seen.key IN (SELECT json_each.value FROM json_each($6))
                )
            )
            AND (found.turn_us, found.case_id, found.number) > ($7, $8, $9)
          ORDER BY found.turn_us, found.case_id, found.number
          LIMIT $10
      )
    ORDER BY placed.turn_us, placed.case_id, placed.number
    LIMIT $10
)

SELECT
    page.turn_us AS "turn_us!: i64",
    page.number AS "first!: i64",
    cases.id AS "case_id!: Vec<u8>",
    cases.key_id AS "key_id!: Vec<u8>",
    cases.sealed_words AS "sealed_words!: Vec<u8>",
    cases.state AS "case_state!: Vec<u8>",
    tickets.number AS "number!: i64",
    tickets.last_leaf AS "last_leaf!: Vec<u8>",
    tickets.state AS "ticket_state!: Vec<u8>"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id
ORDER BY page.turn_us, page.case_id, tickets.number
