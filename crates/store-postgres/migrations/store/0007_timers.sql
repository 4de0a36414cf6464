-- When the clock has to look at a ticket next: a copy of what its state says, that one query selects by. NULL is never; 0 is
-- a row of before, which the clock looks at once and writes anew.
ALTER TABLE tickets ADD COLUMN timer_at_us BIGINT;

UPDATE tickets SET timer_at_us = 0 WHERE open;

-- Of one column: many tickets have their timer at the same opening of the same day, and equal keys share an entry.
CREATE INDEX tickets_by_timer ON tickets (timer_at_us) WHERE timer_at_us IS NOT NULL;
