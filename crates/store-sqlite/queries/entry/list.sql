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
            AND ticket_reach.key IN (SELECT json_each.value FROM json_each($1))
      )
    ORDER BY entries.version
    LIMIT $7
)
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
FROM page
JOIN entries ON entries.event = page.event
JOIN journal_order ON journal_order.event = page.event
LEFT JOIN entry_objects ON entry_objects.event = page.event
ORDER BY page.version, entry_objects.position
