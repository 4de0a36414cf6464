-- What the commands of a batch are judged by: the answer stored under each one's request, and its case.
-- $1: one [issuer, subject, request id, case id] for each command, ids in hexadecimal, null for what it does not have.
SELECT
    request_keys.content AS "content?: Vec<u8>",
    request_keys.answer AS "answer?: Vec<u8>",
    cases.version AS "version?: i64",
    cases.state AS "state?: Vec<u8>"
FROM json_each($1) AS commands
LEFT JOIN request_keys
    ON request_keys.issuer = commands.value ->> 0
    AND request_keys.subject = commands.value ->> 1
    AND request_keys.request_id = unhex(commands.value ->> 2)
LEFT JOIN cases ON cases.id = unhex(commands.value ->> 3)
ORDER BY commands.key
