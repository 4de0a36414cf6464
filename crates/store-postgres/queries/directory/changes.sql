SELECT no, record
FROM directory_changes
WHERE no < $1
ORDER BY no DESC
LIMIT $2
