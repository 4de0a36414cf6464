SELECT
    journal_order.seq AS "seq!",
    journal_order.event AS "event!",
    entries.leaf AS "leaf!"
FROM journal_order
JOIN entries ON entries.event = journal_order.event
WHERE journal_order.seq > $1
ORDER BY journal_order.seq
LIMIT $2
