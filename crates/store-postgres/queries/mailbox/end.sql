SELECT mailbox_heads.no AS "last!"
FROM mailbox_heads
WHERE mailbox_heads.audience = $1
