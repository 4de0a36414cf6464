SELECT
    journal_order.seq AS "seq!: i64",
    journal_order.event AS "event!: Vec<u8>",
    entries.case_id AS "case_id?: Vec<u8>",
    entries.number AS "number?: i64",
    entries.kind AS "kind!: String",
    entries.recorded_at_us AS "recorded_at_us!: i64"
FROM journal_order
JOIN entries ON entries.event = journal_order.event
WHERE journal_order.seq > $1
ORDER BY journal_order.seq
LIMIT $2
