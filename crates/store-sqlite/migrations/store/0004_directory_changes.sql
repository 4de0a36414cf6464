-- What changed of the directory, by number from 1: who, when, why, and which items. Never updated, never deleted.
CREATE TABLE directory_changes (
    no     INTEGER NOT NULL PRIMARY KEY,
    record BLOB    NOT NULL
) STRICT;

PRAGMA user_version = 4;
