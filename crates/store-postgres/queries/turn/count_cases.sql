-- How many cases cases.sql lists, counted up to a limit.
SELECT count(*) AS "count!"
FROM (
    SELECT 1
    FROM unnest($1::TEXT []) AS walked (key)
    CROSS JOIN unnest($2::SMALLINT []) AS asked (state_code)
    CROSS JOIN unnest($3::BOOLEAN []) AS urgency (urgent)
    CROSS JOIN LATERAL (
        SELECT 1
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
        LIMIT $7
    ) AS placed
    LIMIT $7
) AS counted
