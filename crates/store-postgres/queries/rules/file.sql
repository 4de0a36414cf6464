SELECT file AS "file!"
FROM rule_changes
WHERE digest = $1
