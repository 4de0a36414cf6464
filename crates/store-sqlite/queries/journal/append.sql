INSERT INTO journal_order (seq, event)
SELECT coalesce(max(seq), 0) + 1, $1 FROM journal_order
RETURNING seq AS "seq!: i64"
