SELECT figure_state.revision AS "revision!: i64"
FROM figure_state
WHERE figure_state.one = 1
