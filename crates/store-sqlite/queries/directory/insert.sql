INSERT INTO directory_items (no, name, record)
SELECT coalesce(max(no), 0) + 1, $1, $2 FROM directory_items
