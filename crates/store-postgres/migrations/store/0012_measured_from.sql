-- What is open was measured at `measured_from_us` or later, when this revision is the one that `measured_from_revision` says:
-- who looks for the earliest begins there. Before it the index has entries of rows that were written anew since; as long as
-- anything holds an old state of the database (a copy, an analysis), they stay, and would be walked each time. A program of
-- before writes the sums and does not say it: then it is looked for among all, until the next write. No column that rewrites
-- the table: a copy that is being taken would find it empty.
ALTER TABLE figure_state ADD COLUMN measured_from_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_state ADD COLUMN measured_from_revision BIGINT NOT NULL DEFAULT 0;

-- Until where the sums are: the one place that says where the earliest is looked for.
CREATE VIEW figures_until AS
SELECT
    since.revision,
    since.seq,
    since.measured_from_us,
    (
        SELECT figure_cases.measured_at_us
        FROM figure_cases
        WHERE figure_cases.measured_at_us IS NOT NULL AND figure_cases.measured_at_us >= since.measured_from_us
        ORDER BY figure_cases.measured_at_us
        LIMIT 1
    ) AS measured_at_us
FROM (
    SELECT
        revision,
        seq,
        CASE WHEN measured_from_revision = revision THEN measured_from_us ELSE 0 END AS measured_from_us
    FROM figure_state
    WHERE one = 1
) AS since;
