-- Due by the clock of whoever asks ($1) and by the machine's: a clock that jumped ahead is early for nobody.
SELECT
    case_id AS "case_id!",
    number AS "number!",
    version AS "version!",
    agency AS "agency!",
    timer_at_us AS "timer_at_us!"
FROM tickets
WHERE timer_at_us <= min($1, CAST(unixepoch('subsec') * 1000000 AS INTEGER))
    AND (timer_at_us, case_id, number) > ($2, $3, $4)
ORDER BY timer_at_us, case_id, number
LIMIT $5
