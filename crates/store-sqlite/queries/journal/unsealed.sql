SELECT
    journal_order.seq AS "seq!: i64",
    journal_order.event AS "event!: Vec<u8>",
    entries.leaf AS "leaf!: Vec<u8>"
FROM journal_order
JOIN entries ON entries.event = journal_order.event
WHERE journal_order.seq > $1
ORDER BY journal_order.seq
LIMIT $2
