-- The groups of a list of départements in some months, in their order; sums of those that are asked for, where a value
-- that is null asks for any.
SELECT
    figure_groups.departement AS "departement!: String",
    figure_groups.month AS "month!: i64",
    figure_groups.agency AS "agency!: String",
    figure_groups.benefit AS "benefit!: String",
    figure_groups.blockage AS "blockage!: String",
    figure_groups.tickets AS "tickets!: i64",
    CASE
        WHEN figure_groups.departement = coalesce($4, figure_groups.departement)
            AND figure_groups.agency = coalesce($5, figure_groups.agency)
            AND figure_groups.benefit = coalesce($6, figure_groups.benefit)
            AND figure_groups.blockage = coalesce($7, figure_groups.blockage)
            THEN figure_groups.sums
    END AS "sums?: Vec<u8>"
FROM json_each($1) AS asked
CROSS JOIN figure_groups ON figure_groups.departement = asked.value
WHERE figure_groups.month BETWEEN $2 AND $3
ORDER BY figure_groups.departement, figure_groups.month, figure_groups.agency, figure_groups.benefit, figure_groups.blockage
