-- How many cases a reader may see, counted up to a limit: a case with several of its keys at the first alone.
SELECT count(*) AS "count!"
FROM (
    SELECT 1
    FROM unnest($1::TEXT []) AS held (key)
    CROSS JOIN unnest($2::BOOLEAN []) AS asked (open)
    CROSS JOIN LATERAL (
        SELECT 1
        FROM case_reach AS found
        WHERE found.key = held.key
            AND found.open = asked.open
            AND NOT EXISTS (
                SELECT 1 FROM case_reach AS other
                WHERE other.case_id = found.case_id
                    AND other.key = ANY($1::TEXT [])
                    AND other.key < found.key
            )
        LIMIT $3
    ) AS placed
    LIMIT $3
) AS counted
