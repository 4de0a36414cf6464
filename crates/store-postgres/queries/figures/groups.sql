SELECT
    figure_groups.departement AS "departement!",
    figure_groups.month::BIGINT AS "month!",
    figure_groups.agency AS "agency!",
    figure_groups.benefit AS "benefit!",
    figure_groups.blockage AS "blockage!",
    figure_groups.tickets AS "tickets!",
    figure_groups.sums AS "sums?"
FROM unnest($1::TEXT [], $2::INT [], $3::TEXT [], $4::TEXT [], $5::TEXT [])
    AS asked (departement, month, agency, benefit, blockage)
JOIN figure_groups
    ON figure_groups.departement = asked.departement
    AND figure_groups.month = asked.month
    AND figure_groups.agency = asked.agency
    AND figure_groups.benefit = asked.benefit
    AND figure_groups.blockage = asked.blockage
