-- One page of tickets, held longest first, each with its case. Each key of the reader and each state walks its own part
-- of the index, no further than a page; a ticket that carries several keys is found once for each.
WITH found AS (
    SELECT walked.held_since_us, walked.case_id, walked.number
    FROM unnest($1::TEXT []) AS held (key)
    CROSS JOIN unnest($2::SMALLINT []) AS asked (state_code)
    CROSS JOIN LATERAL (
        SELECT ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number
        FROM ticket_reach
        WHERE ticket_reach.key = held.key
            AND ticket_reach.state_code = asked.state_code
            AND (ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number) > ($3, $4, $5)
        ORDER BY ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number
        LIMIT $6
    ) AS walked
),

page AS MATERIALIZED (
    SELECT DISTINCT found.held_since_us, found.case_id, found.number
    FROM found
    ORDER BY found.held_since_us, found.case_id, found.number
    LIMIT $6
)

SELECT
    cases.id AS "case_id!",
    tickets.number AS "number!",
    cases.state AS "case_state!",
    tickets.state AS "ticket_state!"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id AND tickets.number = page.number
ORDER BY page.held_since_us, page.case_id, page.number
