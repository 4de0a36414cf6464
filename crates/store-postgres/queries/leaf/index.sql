SELECT idx AS "idx!"
FROM leaves
WHERE event = $1
