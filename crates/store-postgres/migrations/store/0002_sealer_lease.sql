-- Who may write leaves and checkpoints: one hub, until its lease lapses by the server's clock. Each new holder has a higher
-- epoch, and every write of the ledger names the one it was made under.
CREATE TABLE sealer_lease (
    one          SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch        BIGINT   NOT NULL,
    holder       UUID,
    lapses_at_us BIGINT   NOT NULL
) WITH (fillfactor = 10);

INSERT INTO sealer_lease (one, epoch, holder, lapses_at_us) VALUES (1, 0, NULL, 0);
