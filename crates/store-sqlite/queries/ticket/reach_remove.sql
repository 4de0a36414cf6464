DELETE FROM ticket_reach
WHERE case_id = $1 AND number = $2 AND key NOT IN (SELECT json_each.value FROM json_each($3))
