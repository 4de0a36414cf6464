-- The groups of a list of départements in some months, in their order; sums of those that are asked for, where a value
-- that is null asks for any.
SELECT
    figure_groups.departement AS "departement!",
    figure_groups.month::BIGINT AS "month!",
    figure_groups.agency AS "agency!",
    figure_groups.benefit AS "benefit!",
    figure_groups.blockage AS "blockage!",
    figure_groups.tickets AS "tickets!",
    CASE
        WHEN figure_groups.departement = coalesce($4::TEXT, figure_groups.departement)
            AND figure_groups.agency = coalesce($5::TEXT, figure_groups.agency)
            AND figure_groups.benefit = coalesce($6::TEXT, figure_groups.benefit)
            AND figure_groups.blockage = coalesce($7::TEXT, figure_groups.blockage)
            THEN figure_groups.sums
    END AS "sums?"
FROM figure_groups
WHERE figure_groups.departement = ANY($1::TEXT []) AND figure_groups.month BETWEEN $2 AND $3
ORDER BY figure_groups.departement, figure_groups.month, figure_groups.agency, figure_groups.benefit, figure_groups.blockage
