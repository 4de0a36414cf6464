INSERT INTO leaves (idx, event, leaf)
VALUES ($1, $2, $3)
