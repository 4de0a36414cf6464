-- Every argument is a list of rows, followed by the bytes that its pairs of numbers point into (from, length). No argument
-- is named by two statements: the checks of a script count those of each.

-- $1: [case, when it was measured, record]
INSERT INTO figure_cases (case_id, measured_at_us, record)
SELECT
    substr($2, given.value ->> 0, given.value ->> 1),
    given.value ->> 2,
    substr($2, given.value ->> 3, given.value ->> 4)
FROM jsonb_each($1) AS given
WHERE true
ON CONFLICT (case_id) DO UPDATE SET measured_at_us = excluded.measured_at_us, record = excluded.record;

-- $3: [case]
DELETE FROM figure_cases
WHERE case_id IN (
    SELECT substr($4, gone.value ->> 0, gone.value ->> 1) FROM jsonb_each($3) AS gone
);

-- $5: [département, month, agency, benefit, blockage, tickets, sums]
INSERT INTO figure_groups (departement, month, agency, benefit, blockage, tickets, sums)
SELECT
    given.value ->> 0,
    given.value ->> 1,
    given.value ->> 2,
    given.value ->> 3,
    given.value ->> 4,
    given.value ->> 5,
    substr($6, given.value ->> 6, given.value ->> 7)
FROM jsonb_each($5) AS given
WHERE true
ON CONFLICT (departement, month, agency, benefit, blockage)
DO UPDATE SET tickets = excluded.tickets, sums = excluded.sums;

-- $7: [département, month, agency, benefit, blockage]
DELETE FROM figure_groups
WHERE (departement, month, agency, benefit, blockage) IN (
    SELECT gone.value ->> 0, gone.value ->> 1, gone.value ->> 2, gone.value ->> 3, gone.value ->> 4
    FROM jsonb_each($7) AS gone
)
