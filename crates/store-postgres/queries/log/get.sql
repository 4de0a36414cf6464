SELECT seq AS "seq!", size AS "size!", root AS "root!", frontier AS "frontier!"
FROM log_state
WHERE one = 1
