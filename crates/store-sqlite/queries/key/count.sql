SELECT count(*) AS "count!: i64"
FROM wrapped_keys
