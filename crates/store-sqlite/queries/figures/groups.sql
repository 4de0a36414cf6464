-- $1: one [département, month, agency, benefit, blockage] for each.
SELECT
    figure_groups.departement AS "departement!: String",
    figure_groups.month AS "month!: i64",
    figure_groups.agency AS "agency!: String",
    figure_groups.benefit AS "benefit!: String",
    figure_groups.blockage AS "blockage!: String",
    figure_groups.tickets AS "tickets!: i64",
    figure_groups.sums AS "sums?: Vec<u8>"
FROM jsonb_each($1) AS asked
CROSS JOIN figure_groups
    ON figure_groups.departement = asked.value ->> 0
    AND figure_groups.month = asked.value ->> 1
    AND figure_groups.agency = asked.value ->> 2
    AND figure_groups.benefit = asked.value ->> 3
    AND figure_groups.blockage = asked.value ->> 4
