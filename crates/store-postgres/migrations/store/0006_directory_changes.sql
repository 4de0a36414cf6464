-- What changed of the directory, by number from 1: who, when, why, and which items. Never updated, never deleted.
CREATE TABLE directory_changes (
    no     BIGINT NOT NULL PRIMARY KEY,
    record BYTEA  NOT NULL
);
