-- One page of cases, newest first, then one row per ticket of each. Each key of the reader walks its own part of the
-- index, no further than a page; a case that carries several of them is found once for each.
WITH found AS (
    SELECT walked.opened_at_us, walked.case_id
    FROM unnest($1::TEXT []) AS held (key)
    CROSS JOIN unnest($2::BOOLEAN []) AS asked (open)
    CROSS JOIN LATERAL (
        SELECT case_reach.opened_at_us, case_reach.case_id
        FROM case_reach
        WHERE case_reach.key = held.key
            AND case_reach.open = asked.open
            AND (case_reach.opened_at_us, case_reach.case_id) < ($3, $4)
        ORDER BY case_reach.opened_at_us DESC, case_reach.case_id DESC
        LIMIT $5
    ) AS walked
),

page AS MATERIALIZED (
    SELECT DISTINCT found.opened_at_us, found.case_id
    FROM found
    ORDER BY found.opened_at_us DESC, found.case_id DESC
    LIMIT $5
)

SELECT
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
ORDER BY page.opened_at_us DESC, page.case_id DESC, tickets.number
