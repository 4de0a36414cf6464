SELECT
    figure_state.revision AS "revision!",
    figure_state.seq AS "seq!",
    (
        SELECT figure_cases.measured_at_us
        FROM figure_cases
        WHERE figure_cases.measured_at_us IS NOT NULL
            AND figure_cases.measured_at_us >= CASE
                WHEN figure_state.measured_from_revision = figure_state.revision THEN figure_state.measured_from_us
                ELSE 0
            END
        ORDER BY figure_cases.measured_at_us
        LIMIT 1
    ) AS "measured_at_us?"
FROM figure_state
WHERE figure_state.one = 1
