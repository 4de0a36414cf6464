-- How many cases a reader may see, counted up to a limit: a case with several of its keys at the first alone.
SELECT count(*) AS "count!: i64"
FROM (
    SELECT 1
    FROM json_each($1) AS held
    CROSS JOIN json_each($2) AS asked
    CROSS JOIN case_reach AS found
    WHERE found.key = held.value
      AND found.open = asked.value
      AND NOT EXISTS (
          SELECT 1 FROM case_reach AS other
          WHERE other.case_id = found.case_id
            AND other.key IN (SELECT json_each.value FROM json_each($1))
            AND other.key < found.key
      )
    LIMIT $3
)
