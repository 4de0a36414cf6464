-- $1: one [case] for each, as numbers that point into the bytes of $2.
SELECT
    figure_cases.case_id AS "case_id!: Vec<u8>",
    figure_cases.measured_at_us AS "measured_at_us?: i64",
    figure_cases.record AS "record!: Vec<u8>"
FROM jsonb_each($1) AS asked
CROSS JOIN figure_cases ON figure_cases.case_id = substr($2, asked.value ->> 0, asked.value ->> 1)
