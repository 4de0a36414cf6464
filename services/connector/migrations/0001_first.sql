-- What a connector must not forget: names of tickets, tokens, request ids, and the hub's answers, which hold no
-- personal data.

-- How far the hub's stream was handed over. One row.
CREATE TABLE cursor (
    one          INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    resume_token TEXT    NOT NULL,
    number       INTEGER NOT NULL CHECK (number >= 0)
) STRICT;

INSERT INTO cursor (one, resume_token, number) VALUES (1, '', 0);

-- Every ticket handed over, with the revision of its last file.
CREATE TABLE ticket (
    name      TEXT    NOT NULL PRIMARY KEY,
    reference TEXT    NOT NULL,
    revision  INTEGER NOT NULL CHECK (revision >= 1)
) STRICT;

-- One confirmation of delivery for each ticket and epoch; its request id is kept before it is sent.
CREATE TABLE delivery (
    ticket     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL CHECK (epoch >= 1),
    request_id BLOB    NOT NULL CHECK (length(request_id) = 16),
    -- '' while the hub has not answered, then 'CONFIRMED' or the reason of its refusal.
    settled    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (ticket, epoch)
) STRICT;

CREATE INDEX delivery_pending ON delivery (ticket, epoch) WHERE settled = '';

-- Every answer that was sent or is about to be, by digest of its file's name and content.
CREATE TABLE answer (
    digest     BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    file       TEXT NOT NULL,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    -- 'SENDING', 'DONE' or 'REFUSED'.
    state      TEXT NOT NULL CHECK (state IN ('SENDING', 'DONE', 'REFUSED')),
    -- The result file's text; '' while sending.
    result     TEXT NOT NULL DEFAULT ''
) STRICT;
