SELECT no, record
FROM rule_changes
WHERE no > $1
ORDER BY no
LIMIT $2
