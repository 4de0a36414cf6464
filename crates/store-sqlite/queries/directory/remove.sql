DELETE FROM directory_items WHERE name = $1
