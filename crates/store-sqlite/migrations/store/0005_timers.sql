-- When the clock has to look at a ticket next: a copy of what its state says, that one query selects by. NULL is never; 0 is
-- a row of before, which the clock looks at once and writes anew.
ALTER TABLE tickets ADD COLUMN timer_at_us INTEGER;

UPDATE tickets SET timer_at_us = 0 WHERE open = 1;

CREATE INDEX tickets_by_timer ON tickets (timer_at_us, case_id, number) WHERE timer_at_us IS NOT NULL;

PRAGMA user_version = 5;
