-- One page of open tickets in order of their turns. Each key walked, each state and each urgency is a part of the index that
-- is walked no further than a page; a ticket with two of the keys stands where the first puts it. Where there is no summary
-- the states of case and ticket are read, for the rows of the page alone.
WITH page AS MATERIALIZED (
    SELECT placed.turn_us, placed.case_id, placed.number, placed.state_code, placed.held_since_us, placed.summary
    FROM unnest($1::TEXT []) AS walked (key)
    CROSS JOIN unnest($2::SMALLINT []) AS asked (state_code)
    CROSS JOIN unnest($3::BOOLEAN []) AS urgency (urgent)
    CROSS JOIN LATERAL (
        SELECT
            found.turn_us,
            found.case_id,
            found.number,
            found.state_code,
            found.held_since_us,
            found.summary
        FROM ticket_reach AS found
        WHERE found.key = walked.key
            AND found.state_code = asked.state_code
            AND found.state_code <= 5
            AND found.urgent = urgency.urgent
            AND found.turn_us BETWEEN $4 AND $5
            AND (
                NOT $7::BOOLEAN
                OR NOT EXISTS (
                    SELECT 1 FROM ticket_reach AS other
                    WHERE other.case_id = found.case_id
                        AND other.number = found.number
                        AND other.key = ANY($1::TEXT [])
                        AND other.turn_us BETWEEN $4 AND $5
                        AND (other.turn_us, other.key) < (found.turn_us, found.key)
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
            AND (found.turn_us, found.case_id, found.number) > ($8, $9, $10)
        ORDER BY found.turn_us, found.case_id, found.number
        LIMIT $11
    ) AS placed
    ORDER BY placed.turn_us, placed.case_id, placed.number
    LIMIT $11
)

SELECT
    page.turn_us AS "turn_us!",
    page.held_since_us AS "held_since_us!",
    page.case_id AS "case_id!",
    page.number AS "number!",
    page.state_code AS "state_code!",
    page.summary,
    CASE
        WHEN page.summary IS NULL THEN (SELECT cases.state FROM cases WHERE cases.id = page.case_id)
    END AS "case_state?",
    CASE
        WHEN page.summary IS NULL THEN (
            SELECT tickets.state
            FROM tickets
            WHERE tickets.case_id = page.case_id AND tickets.number = page.number
        )
    END AS "ticket_state?"
FROM page
ORDER BY page.turn_us, page.case_id, page.number
