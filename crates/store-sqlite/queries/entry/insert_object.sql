INSERT INTO entry_objects (event, position, grp, no, bytes)
VALUES ($1, $2, $3, $4, $5)
