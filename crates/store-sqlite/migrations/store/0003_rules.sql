-- What changed of the routing rules, by number from 1, and the files of the rulesets that were proposed. Never updated,
-- never deleted: a decision is replayed by the rules it was made with.
CREATE TABLE rule_changes (
    no     INTEGER NOT NULL PRIMARY KEY,
    digest BLOB    UNIQUE CHECK (length(digest) = 32),
    file   TEXT    CHECK ((file IS NULL) = (digest IS NULL)),
    record BLOB    NOT NULL
) STRICT;

PRAGMA user_version = 3;
