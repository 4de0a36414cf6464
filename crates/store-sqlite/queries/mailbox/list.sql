SELECT
    mailbox.no AS "no!: i64",
    entries.event AS "event!: Vec<u8>",
    entries.case_id AS "case_id!: Vec<u8>",
    entries.number AS "number!: i64",
    cases.reference_year AS "reference_year!: i64",
    cases.reference_number AS "reference_number!: i64",
    entries.kind AS "kind!: String",
    entries.recorded_at_us AS "recorded_at_us!: i64",
    entries.traceparent AS "traceparent!: String"
FROM mailbox
JOIN journal_order ON journal_order.seq = mailbox.seq
JOIN entries ON entries.event = journal_order.event
JOIN cases ON cases.id = entries.case_id
WHERE mailbox.audience = $1 AND mailbox.no > $2
ORDER BY mailbox.no
LIMIT $3
