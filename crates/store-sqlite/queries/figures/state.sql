SELECT
    figure_state.revision AS "revision!: i64",
    figure_state.seq AS "seq!: i64",
    (
        SELECT figure_cases.measured_at_us
        FROM figure_cases
        WHERE figure_cases.measured_at_us IS NOT NULL
        ORDER BY figure_cases.measured_at_us
        LIMIT 1
    ) AS "measured_at_us?: i64"
FROM figure_state
WHERE figure_state.one = 1
