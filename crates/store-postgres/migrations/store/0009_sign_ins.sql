-- Who is signed in, by the SHA-256 of a secret that only the browser has. `ends_at_us` is when it ends as things stand.
CREATE TABLE sign_ins (
    digest          BYTEA  NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    member          TEXT   NOT NULL,
    began_at_us     BIGINT NOT NULL,
    continued_at_us BIGINT NOT NULL,
    ends_at_us      BIGINT NOT NULL
);

CREATE INDEX sign_ins_end ON sign_ins (ends_at_us);
