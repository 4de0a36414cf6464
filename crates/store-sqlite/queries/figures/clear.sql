DELETE FROM figure_groups;
DELETE FROM figure_cases
