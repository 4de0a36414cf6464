-- Leaves, nodes and the state of the log in one statement. Nothing is written when another sealer was faster: it has
-- moved the state, and this one finds it neither at its number nor at its size. Nor under a lease that is not the present
-- one; the lease stays as it is until this is committed.
WITH leased AS MATERIALIZED (
    SELECT epoch FROM sealer_lease WHERE one = 1 AND epoch = $12 AND holder IS NOT NULL FOR SHARE
),

advanced AS (
    UPDATE log_state
    SET seq = $3, size = $4, root = $5, frontier = $6
    WHERE one = 1 AND seq = $1 AND size = $2 AND EXISTS (SELECT 1 FROM leased)
    RETURNING 1
),

wrote_leaves AS (
    INSERT INTO leaves (idx, event, leaf)
    SELECT $2 + leaf.position - 1, leaf.event, leaf.bytes
    FROM advanced
    CROSS JOIN unnest($7::UUID [], $8::BYTEA []) WITH ORDINALITY AS leaf (event, bytes, position)
),

wrote_nodes AS (
    INSERT INTO nodes (level, idx, hash)
    SELECT node.level, node.idx, node.hash
    FROM advanced
    CROSS JOIN unnest($9::SMALLINT [], $10::BIGINT [], $11::BYTEA []) AS node (level, idx, hash)
)

SELECT count(*) AS "advanced!" FROM advanced
