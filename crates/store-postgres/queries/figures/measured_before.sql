SELECT figure_cases.case_id AS "case_id!"
FROM figure_cases
WHERE figure_cases.measured_at_us IS NOT NULL
    AND figure_cases.measured_at_us >= (
        SELECT
            CASE
                WHEN figure_state.measured_from_revision = figure_state.revision THEN figure_state.measured_from_us
                ELSE 0
            END
        FROM figure_state
        WHERE figure_state.one = 1
    )
    AND figure_cases.measured_at_us < $1
ORDER BY figure_cases.measured_at_us, figure_cases.case_id
LIMIT $2
