UPDATE sign_ins
SET continued_at_us = $2, ends_at_us = $3
WHERE digest = $1 AND continued_at_us < $2 AND ends_at_us > $2
