-- What is open was measured at `measured_from_us` or later, which the write of each revision says: who looks for the
-- earliest begins there. Before it the index has entries of rows that were written anew since; as long as anything holds an
-- old state of the database (a copy, an analysis), they stay, and would be walked each time. A program of before writes the
-- sums and does not say it: then it is looked for among all, until the next write.
ALTER TABLE figure_state ADD COLUMN said_from_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_state ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_state ADD COLUMN measured_from_us BIGINT NOT NULL
GENERATED ALWAYS AS (CASE WHEN said_at = revision THEN said_from_us ELSE 0 END) STORED;
