-- One page of cases, newest first, then one row per ticket of each.
-- A case carries many keys of one reader: its rows are found once for each, and no more are kept than the page needs.
WITH found AS (
    SELECT case_reach.opened_at_us, case_reach.case_id
    FROM case_reach
    WHERE case_reach.key IN (SELECT json_each.value FROM json_each($1))
      AND case_reach.open IN (SELECT json_each.value FROM json_each($2))
      AND (case_reach.opened_at_us, case_reach.case_id) < ($3, $4)
    ORDER BY case_reach.opened_at_us DESC, case_reach.case_id DESC
    LIMIT json_array_length($1) * $5
),

page AS (
    SELECT DISTINCT found.opened_at_us, found.case_id
    FROM found
    ORDER BY found.opened_at_us DESC, found.case_id DESC
    LIMIT $5
)

SELECT
    cases.id AS "case_id!: Vec<u8>",
    cases.key_id AS "key_id!: Vec<u8>",
    cases.sealed_words AS "sealed_words!: Vec<u8>",
    cases.state AS "case_state!: Vec<u8>",
    tickets.number AS "number!: i64",
    tickets.last_leaf AS "last_leaf!: Vec<u8>",
    tickets.state AS "ticket_state!: Vec<u8>"
FROM page
JOIN cases ON cases.id = page.case_id
JOIN tickets ON tickets.case_id = page.case_id
ORDER BY page.opened_at_us DESC, page.case_id DESC, tickets.number
