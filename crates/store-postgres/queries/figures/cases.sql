SELECT
    figure_cases.case_id AS "case_id!",
    figure_cases.measured_at_us AS "measured_at_us?",
    figure_cases.record AS "record!"
FROM unnest($1::UUID []) AS asked (case_id)
JOIN figure_cases ON figure_cases.case_id = asked.case_id
