-- Cases, groups and the state in one statement. Nothing is written when the sums were written since they were read: the
-- state is at another revision then. What is open was measured when the earliest of before was, or of what is written now.
WITH advanced AS (
    UPDATE figure_state
    SET
        revision = revision + 1,
        seq = $2,
        measured_from_revision = revision + 1,
        measured_from_us = coalesce(
            least(
                (SELECT figures_until.measured_at_us FROM figures_until),
                (SELECT min(given.measured_at_us) FROM unnest($4::BIGINT []) AS given (measured_at_us))
            ),
            (SELECT figures_until.measured_from_us FROM figures_until)
        )
    WHERE one = 1 AND revision = $1
    RETURNING 1
),

wrote_cases AS (
    INSERT INTO figure_cases (case_id, measured_at_us, record)
    SELECT given.case_id, given.measured_at_us, given.record
    FROM advanced
    CROSS JOIN unnest($3::UUID [], $4::BIGINT [], $5::BYTEA []) AS given (case_id, measured_at_us, record)
    ON CONFLICT (case_id) DO UPDATE SET measured_at_us = excluded.measured_at_us, record = excluded.record
),

removed_cases AS (
    DELETE FROM figure_cases
    USING advanced, unnest($6::UUID []) AS gone (case_id)
    WHERE figure_cases.case_id = gone.case_id
),

wrote_groups AS (
    INSERT INTO figure_groups (departement, month, agency, benefit, blockage, tickets, sums)
    SELECT given.departement, given.month, given.agency, given.benefit, given.blockage, given.tickets, given.sums
    FROM advanced
    CROSS JOIN unnest($7::TEXT [], $8::INT [], $9::TEXT [], $10::TEXT [], $11::TEXT [], $12::BIGINT [], $13::BYTEA [])
        AS given (departement, month, agency, benefit, blockage, tickets, sums)
    WHERE given.tickets > 0
    ON CONFLICT (departement, month, agency, benefit, blockage)
    DO UPDATE SET tickets = excluded.tickets, sums = excluded.sums
),

removed_groups AS (
    DELETE FROM figure_groups
    USING
        advanced,
        unnest($7::TEXT [], $8::INT [], $9::TEXT [], $10::TEXT [], $11::TEXT [], $12::BIGINT [])
            AS gone (departement, month, agency, benefit, blockage, tickets)
    WHERE gone.tickets = 0
        AND figure_groups.departement = gone.departement
        AND figure_groups.month = gone.month
        AND figure_groups.agency = gone.agency
        AND figure_groups.benefit = gone.benefit
        AND figure_groups.blockage = gone.blockage
)

SELECT count(*) AS "advanced!" FROM advanced
