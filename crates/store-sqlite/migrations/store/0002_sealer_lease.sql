-- Who may write leaves and checkpoints: one hub, until its lease lapses by the machine's clock. Each new holder has a higher
-- epoch, and every write of the ledger names the one it was made under.
CREATE TABLE sealer_lease (
    one          INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch        INTEGER NOT NULL,
    holder       BLOB    CHECK (length(holder) = 16),
    lapses_at_us INTEGER NOT NULL
) STRICT;

INSERT INTO sealer_lease (one, epoch, holder, lapses_at_us) VALUES (1, 0, NULL, 0);

PRAGMA user_version = 2;
