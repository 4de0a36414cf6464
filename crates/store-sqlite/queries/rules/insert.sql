INSERT INTO rule_changes (no, digest, file, record)
VALUES ($1, $2, $3, $4)
