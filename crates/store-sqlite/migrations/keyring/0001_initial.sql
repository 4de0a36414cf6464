-- Wrapped keys of cases: a file of its own, with short-lived backups. Destroying a part is deleting its row.
CREATE TABLE wrapped_keys (
    key_id BLOB    NOT NULL CHECK (length(key_id) = 16),
    part   INTEGER NOT NULL CHECK (part IN (1, 2)),
    kek_id TEXT    NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (key_id, part)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER wrapped_keys_no_update BEFORE UPDATE ON wrapped_keys
BEGIN SELECT RAISE (ABORT, 'a wrapped key is never overwritten'); END;

-- Whose file this is ("DclK"), and its version: an older program refuses a newer number.
PRAGMA application_id = 1147366475;
PRAGMA user_version = 1;
