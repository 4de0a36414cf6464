SELECT journal_head.seq AS "seq!"
FROM journal_head
WHERE journal_head.one = 1
