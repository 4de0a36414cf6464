-- One page of tickets, held longest first. Each key of the reader and each state walks its own part of the index, no
-- further than a page, and the index holds what a list shows; a ticket that carries several keys is found once for each.
-- Where there is no summary the states of case and ticket are read, for the rows of the page alone.
WITH found AS (
    SELECT walked.held_since_us, walked.case_id, walked.number, walked.state_code, walked.summary
    FROM unnest($1::TEXT []) AS held (key)
    CROSS JOIN unnest($2::SMALLINT []) AS asked (state_code)
    CROSS JOIN LATERAL (
        SELECT
            ticket_reach.held_since_us,
            ticket_reach.case_id,
            ticket_reach.number,
            ticket_reach.state_code,
            ticket_reach.summary
        FROM ticket_reach
        WHERE ticket_reach.key = held.key
            AND ticket_reach.state_code = asked.state_code
            AND (ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number) > ($3, $4, $5)
        ORDER BY ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number
        LIMIT $6
    ) AS walked
),

page AS MATERIALIZED (
    SELECT DISTINCT ON (found.held_since_us, found.case_id, found.number)
        found.held_since_us,
        found.case_id,
        found.number,
        found.state_code,
        found.summary
    FROM found
    ORDER BY found.held_since_us, found.case_id, found.number
    LIMIT $6
)

SELECT
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
ORDER BY page.held_since_us, page.case_id, page.number
