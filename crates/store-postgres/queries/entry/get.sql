-- The entry of one event, when the reader holds a key of its ticket; one row per sealed section.
SELECT
    journal_order.seq AS "seq!",
    entries.event AS "event!",
    entries.case_id AS "case_id!",
    entries.number AS "number!",
    entries.version AS "version!",
    entries.kind AS "kind!",
    entries.key_id AS "key_id!",
    entries.recorded_at_us AS "recorded_at_us!",
    entries.commitments AS "commitments!",
    entries.leaf AS "leaf!",
    entries.traceparent AS "traceparent!",
    entry_objects.grp AS "grp?",
    entry_objects.no AS "no?",
    entry_objects.bytes AS "bytes?"
FROM entries
JOIN journal_order ON journal_order.event = entries.event
LEFT JOIN entry_objects ON entry_objects.event = entries.event
WHERE entries.event = $2
  AND EXISTS (
      SELECT 1 FROM ticket_reach
      WHERE ticket_reach.case_id = entries.case_id
        AND ticket_reach.number = entries.number
        AND ticket_reach.key = ANY($1::TEXT [])
  )
ORDER BY entry_objects.position
