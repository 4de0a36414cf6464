-- Its version was compared in the same transaction.
UPDATE cases
SET version = $2,
    organisation = $3,
    opener = $4,
    shared = $5,
    departement = $6,
    key_id = $7,
    sealed_words = $8,
    state = $9
WHERE id = $1
