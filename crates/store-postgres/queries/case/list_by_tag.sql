-- As list.sql, among the few cases that carry a blind tag.
WITH page AS MATERIALIZED (
    SELECT DISTINCT case_reach.opened_at_us, case_reach.case_id
    FROM blind_tags
    JOIN case_reach ON case_reach.case_id = blind_tags.case_id
    WHERE blind_tags.audience = $6
        AND blind_tags.tag = $7
        AND case_reach.key = ANY($1::TEXT [])
        AND case_reach.open = ANY($2::BOOLEAN [])
        AND (case_reach.opened_at_us, case_reach.case_id) < ($3, $4)
    ORDER BY case_reach.opened_at_us DESC, case_reach.case_id DESC
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
