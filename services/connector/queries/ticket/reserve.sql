-- The revision is taken before the file is written: no two files of a ticket ever bear the same one.
INSERT INTO ticket (name, reference, revision) VALUES ($1, $2, 1)
ON CONFLICT (name) DO UPDATE SET revision = revision + 1
RETURNING revision
