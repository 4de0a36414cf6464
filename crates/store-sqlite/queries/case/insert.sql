INSERT INTO cases (
    id, reference_year, reference_number, version, organisation, opener, shared, departement, opened_at_us, open,
    key_id, sealed_words, state
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12)
