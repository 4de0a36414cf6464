-- What is open was measured at `measured_from_us` or later, when this revision is the one that `measured_from_revision` says:
-- who looks for the earliest begins there. Before it the index has entries of rows that were written anew since; as long as
-- anything holds an old state of the database (a copy, an analysis), they stay, and would be walked each time. A program of
-- before writes the sums and does not say it: then it is looked for among all, until the next write. No default that rewrites
-- the table: a copy that is being taken would find it empty.
ALTER TABLE figure_state ADD COLUMN measured_from_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_state ADD COLUMN measured_from_revision BIGINT NOT NULL DEFAULT 0;
