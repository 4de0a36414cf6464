SELECT sign_ins.member, sign_ins.began_at_us, sign_ins.continued_at_us
FROM sign_ins
WHERE sign_ins.digest = $1 AND sign_ins.ends_at_us > $2
