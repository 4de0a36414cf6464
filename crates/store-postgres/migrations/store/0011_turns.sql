-- When it is a ticket's turn in lists ordered by what is due, beside each key it carries: microseconds, the largest number is
-- last. And whether its case is urgent. A row of before is last, until the clock, which looks at its ticket at once, writes it
-- anew.
ALTER TABLE ticket_reach ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE ticket_reach ADD COLUMN turn_us BIGINT NOT NULL DEFAULT 9223372036854775807;

UPDATE tickets SET timer_at_us = 0 WHERE open;

-- Of what is open alone: nothing else has a turn.
CREATE INDEX ticket_reach_turns ON ticket_reach (key, state_code, urgent, turn_us, case_id, number) WHERE state_code <= 5;
