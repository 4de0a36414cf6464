-- The entry of one event, when the reader holds a key of its ticket; one row per sealed section.
SELECT
    journal_order.seq AS "seq!: i64",
    entries.event AS "event!: Vec<u8>",
    entries.case_id AS "case_id!: Vec<u8>",
    entries.number AS "number!: i64",
    entries.version AS "version!: i64",
    entries.kind AS "kind!: String",
    entries.key_id AS "key_id!: Vec<u8>",
    entries.recorded_at_us AS "recorded_at_us!: i64",
    entries.commitments AS "commitments!: Vec<u8>",
    entries.leaf AS "leaf!: Vec<u8>",
    entries.traceparent AS "traceparent!: String",
    entry_objects.grp AS "grp?: i64",
    entry_objects.no AS "no?: i64",
    entry_objects.bytes AS "bytes?: Vec<u8>"
FROM entries
JOIN journal_order ON journal_order.event = entries.event
LEFT JOIN entry_objects ON entry_objects.event = entries.event
WHERE entries.event = $2
  AND EXISTS (
      SELECT 1 FROM ticket_reach
      WHERE ticket_reach.case_id = entries.case_id
        AND ticket_reach.number = entries.number
        AND ticket_reach.key IN (SELECT json_each.value FROM json_each($1))
  )
ORDER BY entry_objects.position
