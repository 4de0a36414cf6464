SELECT coalesce(max(no), 0) AS "last!: i64"
FROM directory_changes
