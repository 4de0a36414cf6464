-- The nodes asked for, in the order asked: $1 is a list of [level, index].
SELECT nodes.hash AS "hash?: Vec<u8>"
FROM json_each($1) AS asked
LEFT JOIN nodes
    ON nodes.level = json_extract(asked.value, '$[0]') AND nodes.idx = json_extract(asked.value, '$[1]')
ORDER BY asked.key
