SELECT
    journal_order.seq AS "seq!",
    journal_order.event AS "event!",
    entries.case_id AS "case_id?",
    entries.number AS "number?",
    entries.kind AS "kind!",
    entries.recorded_at_us AS "recorded_at_us!"
FROM journal_order
JOIN entries ON entries.event = journal_order.event
WHERE journal_order.seq > $1
ORDER BY journal_order.seq
LIMIT $2
