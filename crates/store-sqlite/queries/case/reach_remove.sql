DELETE FROM case_reach
WHERE case_id = $1
  AND key NOT IN (SELECT ticket_reach.key FROM ticket_reach WHERE ticket_reach.case_id = $1)
