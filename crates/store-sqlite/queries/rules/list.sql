SELECT no AS "no!: i64", record AS "record!: Vec<u8>"
FROM rule_changes
WHERE no > $1
ORDER BY no
LIMIT $2
