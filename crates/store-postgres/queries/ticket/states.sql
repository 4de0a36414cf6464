SELECT state AS "state!"
FROM tickets
WHERE case_id = $1
