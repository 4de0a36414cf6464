SELECT coalesce(max(no), 0) AS "last!: i64"
FROM rule_changes
