DELETE FROM sign_ins
WHERE digest IN (SELECT digest FROM sign_ins WHERE ends_at_us <= $1 ORDER BY ends_at_us LIMIT $2)
