-- Due by the clock of whoever asks ($1) and by the server's: a hub whose clock jumped ahead is early for nobody.
SELECT
    tickets.case_id AS "case_id!",
    tickets.number AS "number!",
    tickets.version AS "version!",
    tickets.agency AS "agency!",
    tickets.timer_at_us AS "timer_at_us!"
FROM tickets
WHERE tickets.timer_at_us <= least($1, (extract(EPOCH FROM statement_timestamp()) * 1000000)::BIGINT)
    AND (tickets.timer_at_us, tickets.case_id, tickets.number) > ($2::BIGINT, $3::UUID, $4::INTEGER)
ORDER BY tickets.timer_at_us, tickets.case_id, tickets.number
LIMIT $5
