-- How many tickets tickets.sql lists, counted up to a limit.
SELECT count(*) AS "count!: i64"
FROM (
    SELECT 1
    FROM json_each($1) AS walked
    CROSS JOIN json_each($2) AS asked
    CROSS JOIN json_each($3) AS urgency
    CROSS JOIN ticket_reach AS found
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
    LIMIT $8
)
