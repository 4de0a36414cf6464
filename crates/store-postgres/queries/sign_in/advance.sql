UPDATE sign_ins
SET continued_at_us = $2, ends_at_us = $3
WHERE sign_ins.digest = $1 AND sign_ins.continued_at_us < $2 AND sign_ins.ends_at_us > $2
