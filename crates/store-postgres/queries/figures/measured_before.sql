SELECT figure_cases.case_id AS "case_id!"
FROM figure_cases
WHERE figure_cases.measured_at_us IS NOT NULL
    AND figure_cases.measured_at_us >= (SELECT figures_until.measured_from_us FROM figures_until)
    AND figure_cases.measured_at_us < $1
ORDER BY figure_cases.measured_at_us, figure_cases.case_id
LIMIT $2
