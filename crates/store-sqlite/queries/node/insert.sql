INSERT INTO nodes (level, idx, hash)
VALUES ($1, $2, $3)
