-- What the commands of a batch are judged by: the answer stored under each one's request, and its case. No row for a
-- command that finds neither.
-- $1: one [issuer, subject, request id, case id] for each command, null for what it does not have; $2: its bytes.
SELECT
    CAST(commands.key AS INTEGER) AS "command!: i64",
    request_keys.content AS "content?: Vec<u8>",
    request_keys.answer AS "answer?: Vec<u8>",
    cases.version AS "version?: i64",
    cases.organisation AS "organisation?: String",
    cases.opener AS "opener?: String",
    cases.shared AS "shared?: bool",
    cases.departement AS "departement?: String"
FROM jsonb_each($1) AS commands
LEFT JOIN request_keys
    ON request_keys.issuer = commands.value ->> 0
    AND request_keys.subject = commands.value ->> 1
    AND request_keys.request_id = substr($2, commands.value ->> 2, commands.value ->> 3)
LEFT JOIN cases ON cases.id = substr($2, commands.value ->> 4, commands.value ->> 5)
WHERE request_keys.content IS NOT NULL OR cases.version IS NOT NULL
