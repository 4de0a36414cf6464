-- The nodes asked for, in the order asked.
SELECT nodes.hash AS "hash?"
FROM unnest($1::SMALLINT [], $2::BIGINT []) WITH ORDINALITY AS asked (level, idx, position)
LEFT JOIN nodes ON nodes.level = asked.level AND nodes.idx = asked.idx
ORDER BY asked.position
