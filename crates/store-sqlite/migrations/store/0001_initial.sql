-- Every table is STRICT. Times are microseconds since 1970 UTC. Ids are 16 bytes, hashes 32.

-- One answer per request: the same request asked again gets it back, byte for byte.
CREATE TABLE request_keys (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    content    BLOB NOT NULL CHECK (length(content) = 32),
    answer     BLOB NOT NULL,
    PRIMARY KEY (issuer, subject, request_id)
) STRICT;

-- Last reference given out, by year (two digits).
CREATE TABLE reference_counters (
    year INTEGER NOT NULL PRIMARY KEY CHECK (year BETWEEN 0 AND 99),
    last INTEGER NOT NULL CHECK (last >= 0)
) STRICT;

-- `state` is the record of the case; the columns before it are copies that queries select by.
CREATE TABLE cases (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    reference_year   INTEGER NOT NULL,
    reference_number INTEGER NOT NULL,
    version          INTEGER NOT NULL CHECK (version >= 1),
    organisation     TEXT    NOT NULL,
    opener           TEXT    NOT NULL,
    shared           INTEGER NOT NULL CHECK (shared IN (0, 1)),
    departement      TEXT    NOT NULL,
    opened_at_us     INTEGER NOT NULL,
    open             INTEGER NOT NULL CHECK (open IN (0, 1)),
    key_id           BLOB    NOT NULL CHECK (length(key_id) = 16),
    sealed_words     BLOB    NOT NULL,
    state            BLOB    NOT NULL,
    UNIQUE (reference_year, reference_number)
) STRICT;

CREATE TABLE tickets (
    case_id       BLOB    NOT NULL REFERENCES cases (id),
    number        INTEGER NOT NULL CHECK (number BETWEEN 1 AND 65535),
    version       INTEGER NOT NULL CHECK (version >= 1),
    state_code    INTEGER NOT NULL CHECK (state_code BETWEEN 1 AND 9),
    open          INTEGER NOT NULL CHECK (open IN (0, 1)),
    agency        TEXT    NOT NULL,
    desk          TEXT    NOT NULL,
    held_since_us INTEGER NOT NULL,
    last_leaf     BLOB    NOT NULL CHECK (length(last_leaf) = 32),
    state         BLOB    NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;

-- Who may see a ticket: one row for each key it carries. A reader sees the tickets that carry one of its keys; lists
-- and details alike ask this table and no other.
CREATE TABLE ticket_reach (
    case_id       BLOB    NOT NULL,
    number        INTEGER NOT NULL,
    key           TEXT    NOT NULL,
    state_code    INTEGER NOT NULL,
    held_since_us INTEGER NOT NULL,
    PRIMARY KEY (case_id, number, key),
    FOREIGN KEY (case_id, number) REFERENCES tickets (case_id, number)
) STRICT, WITHOUT ROWID;

-- The inbox: held longest first.
CREATE INDEX ticket_reach_inbox ON ticket_reach (key, state_code, held_since_us, case_id, number);

-- Who may see a case: the keys of its tickets.
CREATE TABLE case_reach (
    case_id      BLOB    NOT NULL REFERENCES cases (id),
    key          TEXT    NOT NULL,
    open         INTEGER NOT NULL,
    opened_at_us INTEGER NOT NULL,
    PRIMARY KEY (case_id, key)
) STRICT, WITHOUT ROWID;

-- Lists of cases: newest first.
CREATE INDEX case_reach_list ON case_reach (key, open, opened_at_us DESC, case_id DESC);

-- Keyed digests by which an audience finds a case by exact name and birth date.
CREATE TABLE blind_tags (
    audience TEXT NOT NULL,
    tag      BLOB NOT NULL,
    case_id  BLOB NOT NULL REFERENCES cases (id),
    PRIMARY KEY (audience, tag, case_id)
) STRICT, WITHOUT ROWID;

-- What happened: one row per event, sealed sections apart so that they can be erased.
CREATE TABLE entries (
    event          BLOB    NOT NULL PRIMARY KEY CHECK (length(event) = 16),
    case_id        BLOB,
    number         INTEGER,
    version        INTEGER,
    kind           TEXT    NOT NULL,
    key_id         BLOB    NOT NULL CHECK (length(key_id) = 16),
    recorded_at_us INTEGER NOT NULL,
    commitments    BLOB    NOT NULL CHECK (length(commitments) % 32 = 0),
    leaf           BLOB    NOT NULL CHECK (length(leaf) = 242),
    traceparent    TEXT    NOT NULL,
    FOREIGN KEY (case_id, number) REFERENCES tickets (case_id, number),
    CHECK ((case_id IS NULL) = (number IS NULL) AND (case_id IS NULL) = (version IS NULL))
) STRICT;

CREATE UNIQUE INDEX entries_by_ticket ON entries (case_id, number, version) WHERE case_id IS NOT NULL;

CREATE TABLE entry_objects (
    event    BLOB    NOT NULL REFERENCES entries (event),
    position INTEGER NOT NULL,
    grp      INTEGER NOT NULL,
    no       INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (event, position)
) STRICT;

-- The journal: gap-free, in commit order.
CREATE TABLE journal_order (
    seq   INTEGER NOT NULL PRIMARY KEY,
    event BLOB    NOT NULL UNIQUE REFERENCES entries (event)
) STRICT;

-- The mailbox of an agency or organisation: gap-free.
CREATE TABLE mailbox (
    audience TEXT    NOT NULL,
    no       INTEGER NOT NULL,
    seq      INTEGER NOT NULL REFERENCES journal_order (seq),
    PRIMARY KEY (audience, no)
) STRICT, WITHOUT ROWID;

-- Items of the directory as they stand, in the order of their last commit.
CREATE TABLE directory_items (
    no     INTEGER NOT NULL PRIMARY KEY,
    name   TEXT    NOT NULL UNIQUE,
    record BLOB    NOT NULL
) STRICT;

-- The ledger.
CREATE TABLE log_state (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq      INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    root     BLOB    NOT NULL CHECK (length(root) = 32),
    frontier BLOB    NOT NULL CHECK (length(frontier) % 32 = 0)
) STRICT;

-- The root of the empty tree is the SHA-256 of nothing.
INSERT INTO log_state (one, seq, size, root, frontier)
VALUES (1, 0, 0, X'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', X'');

CREATE TABLE leaves (
    idx   INTEGER NOT NULL PRIMARY KEY,
    event BLOB    NOT NULL UNIQUE CHECK (length(event) = 16),
    leaf  BLOB    NOT NULL CHECK (length(leaf) = 242)
) STRICT;

CREATE TABLE nodes (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    root BLOB    NOT NULL CHECK (length(root) = 32),
    note TEXT    NOT NULL
) STRICT;

-- Numbers have no gaps, whoever writes.
CREATE TRIGGER journal_order_has_no_gap BEFORE INSERT ON journal_order
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal_order)
BEGIN SELECT RAISE (ABORT, 'the journal takes the next number'); END;

CREATE TRIGGER mailbox_has_no_gap BEFORE INSERT ON mailbox
WHEN NEW.no <> (SELECT coalesce(max(no), 0) + 1 FROM mailbox WHERE audience = NEW.audience)
BEGIN SELECT RAISE (ABORT, 'a mailbox takes the next number'); END;

-- What was written stays written.
CREATE TRIGGER leaves_no_update BEFORE UPDATE ON leaves BEGIN SELECT RAISE (ABORT, 'leaves never change'); END;
CREATE TRIGGER leaves_no_delete BEFORE DELETE ON leaves BEGIN SELECT RAISE (ABORT, 'leaves never change'); END;
CREATE TRIGGER nodes_no_update BEFORE UPDATE ON nodes BEGIN SELECT RAISE (ABORT, 'nodes never change'); END;
CREATE TRIGGER nodes_no_delete BEFORE DELETE ON nodes BEGIN SELECT RAISE (ABORT, 'nodes never change'); END;
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE (ABORT, 'checkpoints never change'); END;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE (ABORT, 'checkpoints never change'); END;
CREATE TRIGGER journal_order_no_update BEFORE UPDATE ON journal_order
BEGIN SELECT RAISE (ABORT, 'the journal never changes'); END;
CREATE TRIGGER journal_order_no_delete BEFORE DELETE ON journal_order
BEGIN SELECT RAISE (ABORT, 'the journal never changes'); END;
CREATE TRIGGER mailbox_no_update BEFORE UPDATE ON mailbox BEGIN SELECT RAISE (ABORT, 'mailboxes never change'); END;
CREATE TRIGGER mailbox_no_delete BEFORE DELETE ON mailbox BEGIN SELECT RAISE (ABORT, 'mailboxes never change'); END;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE (ABORT, 'entries never change'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE (ABORT, 'entries never change'); END;
-- Sealed sections may be erased, never replaced.
CREATE TRIGGER entry_objects_no_update BEFORE UPDATE ON entry_objects
BEGIN SELECT RAISE (ABORT, 'sealed sections never change'); END;

-- Whose file this is ("DclS"), and its version: an older program refuses a newer number.
PRAGMA application_id = 1147366483;
PRAGMA user_version = 1;
