SELECT name AS "name!", record AS "record!"
FROM directory_items
ORDER BY no
