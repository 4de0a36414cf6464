-- One page of cases, each where the first of its tickets that fits stands, see tickets.sql; then one row per ticket of each.
WITH page AS MATERIALIZED (
    SELECT placed.turn_us, placed.case_id, placed.number
    FROM unnest($1::TEXT []) AS walked (key)
    CROSS JOIN unnest($2::SMALLINT []) AS asked (state_code)
    CROSS JOIN unnest($3::BOOLEAN []) AS urgency (urgent)
    CROSS JOIN LATERAL (
        SELECT
            found.turn_us,
            found.case_id,
            found.number
        FROM ticket_reach AS found
        WHERE found.key = walked.key
            AND found.state_code = asked.state_code
            AND found.state_code <= 5
            AND found.urgent = urgency.urgent
            AND found.turn_us BETWEEN $4 AND $5
            AND NOT EXISTS (
                SELECT 1 FROM ticket_reach AS other
                WHERE other.case_id = found.case_id
                    AND other.key = ANY($1::TEXT [])
                    AND other.state_code = ANY($2::SMALLINT [])
                    AND other.turn_us BETWEEN $4 AND $5
                    AND (other.turn_us, other.number, other.key) < (found.turn_us, found.number, found.key)
                    AND (
                        $6::TEXT [] IS NULL
                        OR EXISTS (
                            SELECT 1 FROM ticket_reach AS seen
                            WHERE seen.case_id = other.case_id
                                AND seen.number = other.number
                                AND seen.key = ANY($6::TEXT [])
                        )
                    )
            )
            AND (
                $6::TEXT [] IS NULL
                OR EXISTS (
                    SELECT 1 FROM ticket_reach AS seen
                    WHERE seen.case_id = found.case_id
                        AND seen.number = found.number
                        AND seen.key = ANY($6::TEXT [])
                )
            )
            AND (found.turn_us, found.case_id, found.number) > ($7, $8, $9)
        ORDER BY found.turn_us, found.case_id, found.number
        LIMIT $10
    ) AS placed
    ORDER BY placed.turn_us, placed.case_id, placed.number
    LIMIT $10
)

SELECT
    page.turn_us AS "turn_us!",
    page.number AS "first!",
    cases.id AS "case_id!",
    cases.key_id AS "key_id!",
    cases.sealed_words AS "sealed_words!",
    cases.state AS "case_state!",
    tickets.number AS "number!",
    tickets.last_leaf AS "last_leaf!",
    tickets.state AS "ticket_state!"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id
ORDER BY page.turn_us, page.case_id, tickets.number
