SELECT name AS "name!: String", record AS "record!: Vec<u8>"
FROM directory_items
ORDER BY no
