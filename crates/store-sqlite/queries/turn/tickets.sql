-- One page of open tickets in order of their turns. Each key walked, each state and each urgency is a part of the index that
-- is walked no further than a page; a ticket with two of the keys stands where the first puts it.
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
            AND (
                NOT $7
                OR NOT EXISTS (
                    SELECT 1 FROM ticket_reach AS other
                    WHERE other.case_id = found.case_id
                      AND other.number = found.number
                      AND other.key IN (SELECT json_each.value FROM json_each($1))
                      AND other.turn_us BETWEEN $4 AND $5
                      AND (other.turn_us, other.key) < (found.turn_us, found.key)
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
            AND (found.turn_us, found.case_id, found.number) > ($8, $9, $10)
          ORDER BY found.turn_us, found.case_id, found.number
          LIMIT $11
      )
    ORDER BY placed.turn_us, placed.case_id, placed.number
    LIMIT $11
)

SELECT
    page.turn_us AS "turn_us!: i64",
    cases.id AS "case_id!: Vec<u8>",
    tickets.number AS "number!: i64",
    cases.state AS "case_state!: Vec<u8>",
    tickets.state AS "ticket_state!: Vec<u8>"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id AND tickets.number = page.number
ORDER BY page.turn_us, page.case_id, page.number
