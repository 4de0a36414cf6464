INSERT INTO blind_tags (audience, tag, case_id)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
