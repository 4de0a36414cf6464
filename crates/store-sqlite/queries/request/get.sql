-- The answers stored under these requests; no row for a request that has none.
-- $1: one [issuer, subject, request id] for each; $2: the bytes that its pairs of numbers point into (from, length).
SELECT
    CAST(asked.key AS INTEGER) AS "place!: i64",
    request_keys.content AS "content!: Vec<u8>",
    request_keys.answer AS "answer!: Vec<u8>"
FROM jsonb_each($1) AS asked
JOIN request_keys
    ON request_keys.issuer = asked.value ->> 0
    AND request_keys.subject = asked.value ->> 1
    AND request_keys.request_id = substr($2, asked.value ->> 2, asked.value ->> 3)
