-- When it is a ticket's turn in lists ordered by what is due, beside each key it carries: microseconds, the largest number is
-- last. And whether its case is urgent. A row of before is last, until the clock, which looks at its ticket at once, writes it
-- anew.
ALTER TABLE ticket_reach ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1));
ALTER TABLE ticket_reach ADD COLUMN turn_us INTEGER NOT NULL DEFAULT 9223372036854775807;

UPDATE tickets SET timer_at_us = 0 WHERE open = 1;

-- Of what is open alone: nothing else has a turn.
CREATE INDEX ticket_reach_turns ON ticket_reach (key, state_code, urgent, turn_us, case_id, number) WHERE state_code <= 5;

PRAGMA user_version = 9;
