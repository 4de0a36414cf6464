-- What is counted of a ticket has changed: all sums are made again from the journal, which the hub begins by itself.
DELETE FROM figure_groups;

DELETE FROM figure_cases;

UPDATE figure_state SET revision = revision + 1, seq = 0 WHERE one = 1 AND revision > 0;
