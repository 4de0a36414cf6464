SELECT NOT EXISTS (SELECT 1 FROM wrapped_keys) AS "is_empty!: bool"
