SELECT
    mailbox.no AS "no!",
    entries.event AS "event!",
    entries.case_id AS "case_id!",
    entries.number AS "number!",
    cases.reference_year AS "reference_year!",
    cases.reference_number AS "reference_number!",
    entries.kind AS "kind!",
    entries.recorded_at_us AS "recorded_at_us!",
    entries.traceparent AS "traceparent!"
FROM mailbox
JOIN journal_order ON journal_order.seq = mailbox.seq
JOIN entries ON entries.event = journal_order.event
JOIN cases ON cases.id = entries.case_id
WHERE mailbox.audience = $1 AND mailbox.no > $2
ORDER BY mailbox.no
LIMIT $3
