SELECT
    figures_until.revision AS "revision!",
    figures_until.seq AS "seq!",
    figures_until.measured_at_us AS "measured_at_us?"
FROM figures_until
