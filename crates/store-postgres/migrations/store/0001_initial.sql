-- Times are microseconds since 1970 UTC. Ids are 16 bytes (UUID), hashes 32.
--
-- Foreign keys stand where two commands could disagree. The parts that one statement writes together from the same
-- command (keys of tickets, sealed sections, the order of the journal, mailboxes) need none: each would cost a lookup for
-- every row of every commit.

-- One answer per request: the same request asked again gets it back, byte for byte.
CREATE TABLE request_keys (
    issuer     TEXT  NOT NULL,
    subject    TEXT  NOT NULL,
    request_id UUID  NOT NULL,
    content    BYTEA NOT NULL CHECK (length(content) = 32),
    answer     BYTEA NOT NULL,
    PRIMARY KEY (issuer, subject, request_id)
);

-- Last reference given out, by year (two digits).
CREATE TABLE reference_counters (
    year INTEGER NOT NULL PRIMARY KEY CHECK (year BETWEEN 0 AND 99),
    last BIGINT  NOT NULL CHECK (last >= 0)
);

-- `state` is the record of the case; the columns before it are copies that queries select by.
CREATE TABLE cases (
    id               UUID    NOT NULL PRIMARY KEY,
    reference_year   INTEGER NOT NULL,
    reference_number BIGINT  NOT NULL,
    version          BIGINT  NOT NULL CHECK (version >= 1),
    organisation     TEXT    NOT NULL,
    opener           TEXT    NOT NULL,
    shared           BOOLEAN NOT NULL,
    departement      TEXT    NOT NULL,
    opened_at_us     BIGINT  NOT NULL,
    open             BOOLEAN NOT NULL,
    key_id           UUID    NOT NULL,
    sealed_words     BYTEA   NOT NULL,
    state            BYTEA   NOT NULL,
    UNIQUE (reference_year, reference_number)
);

CREATE TABLE tickets (
    case_id       UUID     NOT NULL REFERENCES cases (id),
    number        INTEGER  NOT NULL CHECK (number BETWEEN 1 AND 65535),
    version       BIGINT   NOT NULL CHECK (version >= 1),
    state_code    SMALLINT NOT NULL CHECK (state_code BETWEEN 1 AND 9),
    open          BOOLEAN  NOT NULL,
    agency        TEXT     NOT NULL,
    desk          TEXT     NOT NULL,
    held_since_us BIGINT   NOT NULL,
    last_leaf     BYTEA    NOT NULL CHECK (length(last_leaf) = 32),
    state         BYTEA    NOT NULL,
    PRIMARY KEY (case_id, number)
);

-- Who may see a ticket: one row for each key it carries. A reader sees the tickets that carry one of its keys; lists
-- and details alike ask this table and no other.
CREATE TABLE ticket_reach (
    case_id       UUID     NOT NULL,
    number        INTEGER  NOT NULL,
    key           TEXT     NOT NULL,
    state_code    SMALLINT NOT NULL,
    held_since_us BIGINT   NOT NULL,
    PRIMARY KEY (case_id, number, key)
);

-- The inbox: held longest first.
CREATE INDEX ticket_reach_inbox ON ticket_reach (key, state_code, held_since_us, case_id, number);

-- Who may see a case: the keys of its tickets.
CREATE TABLE case_reach (
    case_id      UUID    NOT NULL,
    key          TEXT    NOT NULL,
    open         BOOLEAN NOT NULL,
    opened_at_us BIGINT  NOT NULL,
    PRIMARY KEY (case_id, key)
);

-- Lists of cases: newest first.
CREATE INDEX case_reach_list ON case_reach (key, open, opened_at_us DESC, case_id DESC);

-- Keyed digests by which an audience finds a case by exact name and birth date.
CREATE TABLE blind_tags (
    audience TEXT  NOT NULL,
    tag      BYTEA NOT NULL,
    case_id  UUID  NOT NULL,
    PRIMARY KEY (audience, tag, case_id)
);

-- What happened: one row per event, sealed sections apart so that they can be erased.
CREATE TABLE entries (
    event          UUID   NOT NULL PRIMARY KEY,
    case_id        UUID,
    number         INTEGER,
    version        BIGINT,
    kind           TEXT   NOT NULL,
    key_id         UUID   NOT NULL,
    recorded_at_us BIGINT NOT NULL,
    commitments    BYTEA  NOT NULL CHECK (length(commitments) % 32 = 0),
    leaf           BYTEA  NOT NULL CHECK (length(leaf) = 242),
    traceparent    TEXT   NOT NULL,
    FOREIGN KEY (case_id, number) REFERENCES tickets (case_id, number),
    CHECK ((case_id IS NULL) = (number IS NULL) AND (case_id IS NULL) = (version IS NULL))
);

CREATE UNIQUE INDEX entries_by_ticket ON entries (case_id, number, version) WHERE case_id IS NOT NULL;

CREATE TABLE entry_objects (
    event    UUID     NOT NULL,
    position SMALLINT NOT NULL,
    grp      SMALLINT NOT NULL,
    no       SMALLINT NOT NULL,
    bytes    BYTEA    NOT NULL,
    PRIMARY KEY (event, position)
);

-- The last number of the journal. Each commit takes its row last and holds it until it is committed: so numbers are in
-- commit order, and a later one is never seen before an earlier one. `directory` counts the items of the directory.
CREATE TABLE journal_head (
    one       SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq       BIGINT   NOT NULL,
    directory BIGINT   NOT NULL
) WITH (fillfactor = 10);

INSERT INTO journal_head (one, seq, directory) VALUES (1, 0, 0);

-- The journal: gap-free, in commit order.
CREATE TABLE journal_order (
    seq   BIGINT NOT NULL PRIMARY KEY,
    event UUID   NOT NULL UNIQUE
);

-- The last number of each mailbox, taken after the journal's.
CREATE TABLE mailbox_heads (
    audience TEXT   NOT NULL PRIMARY KEY,
    no       BIGINT NOT NULL
) WITH (fillfactor = 50);

-- The mailbox of an agency or organisation: gap-free.
CREATE TABLE mailbox (
    audience TEXT   NOT NULL,
    no       BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (audience, no)
);

-- Items of the directory as they stand, in the order of their last commit.
CREATE TABLE directory_items (
    name   TEXT   NOT NULL PRIMARY KEY,
    no     BIGINT NOT NULL,
    record BYTEA  NOT NULL
);

-- The ledger.
CREATE TABLE log_state (
    one      SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq      BIGINT   NOT NULL,
    size     BIGINT   NOT NULL,
    root     BYTEA    NOT NULL CHECK (length(root) = 32),
    frontier BYTEA    NOT NULL CHECK (length(frontier) % 32 = 0)
);

-- The root of the empty tree is the SHA-256 of nothing.
INSERT INTO log_state (one, seq, size, root, frontier)
VALUES (1, 0, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');

CREATE TABLE leaves (
    idx   BIGINT NOT NULL PRIMARY KEY,
    event UUID   NOT NULL UNIQUE,
    leaf  BYTEA  NOT NULL CHECK (length(leaf) = 242)
);

CREATE TABLE nodes (
    level SMALLINT NOT NULL,
    idx   BIGINT   NOT NULL,
    hash  BYTEA    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
);

CREATE TABLE checkpoints (
    size BIGINT NOT NULL PRIMARY KEY,
    root BYTEA  NOT NULL CHECK (length(root) = 32),
    note TEXT   NOT NULL
);

-- Numbers have no gaps, whoever writes: asked once for each statement, of all it inserted.
CREATE FUNCTION journal_takes_the_next_number() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (SELECT count(*) <> max(seq) - min(seq) + 1 FROM inserted)
        OR EXISTS (
            SELECT 1 FROM (SELECT min(seq) AS first FROM inserted) AS ours
            WHERE first <> 1 AND NOT EXISTS (SELECT 1 FROM journal_order WHERE seq = first - 1) OR first < 1
        )
    THEN
        RAISE EXCEPTION 'the journal takes the next number';
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER journal_order_has_no_gap AFTER INSERT ON journal_order
REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION journal_takes_the_next_number();

CREATE FUNCTION mailbox_takes_the_next_number() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT audience, min(no) AS first, max(no) AS last, count(*) AS rows FROM inserted GROUP BY audience) AS ours
        WHERE ours.rows <> ours.last - ours.first + 1
            OR ours.first < 1
            OR ours.first <> 1 AND NOT EXISTS (
                SELECT 1 FROM mailbox WHERE mailbox.audience = ours.audience AND mailbox.no = ours.first - 1
            )
    )
    THEN
        RAISE EXCEPTION 'a mailbox takes the next number';
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER mailbox_has_no_gap AFTER INSERT ON mailbox
REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION mailbox_takes_the_next_number();

-- What was written stays written.
CREATE FUNCTION never_changes() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME;
END
$body$;

CREATE TRIGGER leaves_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
CREATE TRIGGER nodes_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON nodes
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
CREATE TRIGGER checkpoints_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
CREATE TRIGGER journal_order_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_order
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
CREATE TRIGGER mailbox_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON mailbox
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
CREATE TRIGGER entries_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
-- Sealed sections may be erased, never replaced.
CREATE TRIGGER entry_objects_never_change BEFORE UPDATE ON entry_objects
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
