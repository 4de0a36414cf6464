INSERT INTO mailbox (audience, no, seq)
SELECT $1, coalesce(max(no), 0) + 1, $2 FROM mailbox WHERE audience = $1
