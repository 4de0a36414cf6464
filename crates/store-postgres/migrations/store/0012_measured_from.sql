-- What is open was measured then or later: who looks for the earliest begins here. Before it the index has entries of rows
-- that were written anew since; as long as anything holds an old state of the database (a copy, an analysis), they stay, and
-- would be walked each time.
ALTER TABLE figure_state ADD COLUMN measured_from_us BIGINT NOT NULL DEFAULT 0;
