SELECT count(*) AS "count!"
FROM wrapped_keys
