INSERT INTO directory_changes (no, record)
VALUES ($1, $2)
