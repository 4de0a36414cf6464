-- One page of tickets, held longest first, each with its case.
-- A ticket carries two keys of one reader at most (declic_store::reach): twice the page holds the whole page, and the
-- engine keeps no more than that while it walks the index.
WITH found AS (
    SELECT ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number
    FROM ticket_reach
    WHERE ticket_reach.key IN (SELECT json_each.value FROM json_each($1))
      AND ticket_reach.state_code IN (SELECT json_each.value FROM json_each($2))
      AND (ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number) > ($3, $4, $5)
    ORDER BY ticket_reach.held_since_us, ticket_reach.case_id, ticket_reach.number
    LIMIT 2 * $6
),

page AS (
    SELECT DISTINCT found.held_since_us, found.case_id, found.number
    FROM found
    ORDER BY found.held_since_us, found.case_id, found.number
    LIMIT $6
)

SELECT
    cases.id AS "case_id!: Vec<u8>",
    tickets.number AS "number!: i64",
    cases.state AS "case_state!: Vec<u8>",
    tickets.state AS "ticket_state!: Vec<u8>"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id AND tickets.number = page.number
ORDER BY page.held_since_us, page.case_id, page.number
