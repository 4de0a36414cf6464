-- How many tickets of a list of départements are asked for in each month, where a value that is null asks for any.
SELECT
    figure_groups.month AS "month!: i64",
    sum(figure_groups.tickets) AS "tickets!: i64"
FROM json_each($1) AS asked
CROSS JOIN figure_groups ON figure_groups.departement = asked.value
WHERE figure_groups.departement = coalesce($2, figure_groups.departement)
    AND figure_groups.agency = coalesce($3, figure_groups.agency)
    AND figure_groups.benefit = coalesce($4, figure_groups.benefit)
    AND figure_groups.blockage = coalesce($5, figure_groups.blockage)
GROUP BY figure_groups.month
