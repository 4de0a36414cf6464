SELECT figure_state.revision AS "revision!"
FROM figure_state
WHERE figure_state.one = 1
