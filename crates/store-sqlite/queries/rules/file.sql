SELECT file AS "file!: String"
FROM rule_changes
WHERE digest = $1
