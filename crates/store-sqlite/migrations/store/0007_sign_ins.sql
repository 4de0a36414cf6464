-- Who is signed in, by the SHA-256 of a secret that only the browser has. `ends_at_us` is when it ends as things stand.
CREATE TABLE sign_ins (
    digest          BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    member          TEXT    NOT NULL,
    began_at_us     INTEGER NOT NULL,
    continued_at_us INTEGER NOT NULL,
    ends_at_us      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ins_end ON sign_ins (ends_at_us);

PRAGMA user_version = 7;
