-- A page of tickets is read from the index alone: what lists show of a ticket stands beside each key it carries. NULL is a
-- row written before this, until its ticket changes, or one whose summary an index does not take: then the states tell.
ALTER TABLE ticket_reach ADD COLUMN summary BYTEA;

DROP INDEX ticket_reach_inbox;
CREATE INDEX ticket_reach_inbox ON ticket_reach (key, state_code, held_since_us, case_id, number) INCLUDE (summary);

-- An index is read alone where a vacuum has been since the rows changed: not first when a fifth of all rows have.
ALTER TABLE ticket_reach SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
