-- Sums of the figures, kept ready: they follow the journal, and can be made again from it. How far they do.
CREATE TABLE figure_state (
    one      SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    revision BIGINT   NOT NULL,
    seq      BIGINT   NOT NULL
);

INSERT INTO figure_state (one, revision, seq) VALUES (1, 0, 0);

-- `month` is year and month in one number (202611). Codes, counts and times: nothing of a person. Pages keep room for rows
-- that are written anew beside themselves, as these are.
CREATE TABLE figure_groups (
    departement TEXT COLLATE "C" NOT NULL,
    month       INT              NOT NULL,
    agency      TEXT COLLATE "C" NOT NULL,
    benefit     TEXT COLLATE "C" NOT NULL,
    blockage    TEXT COLLATE "C" NOT NULL,
    tickets     BIGINT           NOT NULL CHECK (tickets >= 1),
    sums        BYTEA            NOT NULL,
    PRIMARY KEY (departement, month, agency, benefit, blockage)
) WITH (fillfactor = 70);

-- What each case was counted with, so that it can be taken out when it changes. `measured_at_us` when something of it is
-- open.
CREATE TABLE figure_cases (
    case_id        UUID   NOT NULL PRIMARY KEY,
    measured_at_us BIGINT,
    record         BYTEA  NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX figure_cases_measured ON figure_cases (measured_at_us, case_id) WHERE measured_at_us IS NOT NULL;
