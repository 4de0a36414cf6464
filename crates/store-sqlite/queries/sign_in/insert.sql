INSERT INTO sign_ins (digest, member, began_at_us, continued_at_us, ends_at_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (digest) DO NOTHING
