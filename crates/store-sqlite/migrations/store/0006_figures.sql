-- Sums of the figures, kept ready: they follow the journal, and can be made again from it. How far they do.
CREATE TABLE figure_state (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    seq      INTEGER NOT NULL
) STRICT;

INSERT INTO figure_state (one, revision, seq) VALUES (1, 0, 0);

-- `month` is year and month in one number (202611). Codes, counts and times: nothing of a person.
CREATE TABLE figure_groups (
    departement TEXT    NOT NULL,
    month       INTEGER NOT NULL,
    agency      TEXT    NOT NULL,
    benefit     TEXT    NOT NULL,
    blockage    TEXT    NOT NULL,
    tickets     INTEGER NOT NULL CHECK (tickets >= 1),
    sums        BLOB    NOT NULL,
    PRIMARY KEY (departement, month, agency, benefit, blockage)
) STRICT, WITHOUT ROWID;

-- What each case was counted with, so that it can be taken out when it changes. `measured_at_us` when something of it is
-- open.
CREATE TABLE figure_cases (
    case_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(case_id) = 16),
    measured_at_us INTEGER,
    record         BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX figure_cases_measured ON figure_cases (measured_at_us, case_id) WHERE measured_at_us IS NOT NULL;

PRAGMA user_version = 6;
