SELECT member, began_at_us, continued_at_us
FROM sign_ins
WHERE digest = $1 AND ends_at_us > $2
