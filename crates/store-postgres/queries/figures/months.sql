-- How many tickets of a list of départements are asked for in each month, where a value that is null asks for any.
SELECT
    figure_groups.month::BIGINT AS "month!",
    sum(figure_groups.tickets)::BIGINT AS "tickets!"
FROM figure_groups
WHERE figure_groups.departement = ANY($1::TEXT [])
    AND figure_groups.departement = coalesce($2::TEXT, figure_groups.departement)
    AND figure_groups.agency = coalesce($3::TEXT, figure_groups.agency)
    AND figure_groups.benefit = coalesce($4::TEXT, figure_groups.benefit)
    AND figure_groups.blockage = coalesce($5::TEXT, figure_groups.blockage)
GROUP BY figure_groups.month
