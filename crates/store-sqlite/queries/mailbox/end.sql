SELECT coalesce(max(no), 0) AS "last!: i64"
FROM mailbox
WHERE audience = $1
