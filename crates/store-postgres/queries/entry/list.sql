-- Entries of one ticket, when the reader holds a key of the ticket it views; one row per sealed section.
WITH page AS (
    SELECT entries.event, entries.version
    FROM entries
    WHERE entries.case_id = $4
      AND entries.number = $5
      AND entries.version > $6
      AND EXISTS (
          SELECT 1 FROM ticket_reach
          WHERE ticket_reach.case_id = $2
            AND ticket_reach.number = $3
            AND ticket_reach.key = ANY($1::TEXT [])
      )
    ORDER BY entries.version
    LIMIT $7
)
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
FROM page
JOIN entries ON entries.event = page.event
JOIN journal_order ON journal_order.event = page.event
LEFT JOIN entry_objects ON entry_objects.event = page.event
ORDER BY page.version, entry_objects.position
