-- All that is kept is left out, unless the sums were written since they were read. The earliest measured is not
-- known then: the next write says it.
WITH advanced AS (
    UPDATE figure_state
    SET revision = revision + 1, seq = 0, measured_from_us = 0
    WHERE one = 1 AND revision = $1
    RETURNING 1
),

removed_cases AS (
    DELETE FROM figure_cases USING advanced
),

removed_groups AS (
    DELETE FROM figure_groups USING advanced
)

SELECT count(*) AS "advanced!" FROM advanced
