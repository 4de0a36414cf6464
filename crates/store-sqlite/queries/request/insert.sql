-- $1: one [issuer, subject, request id, content, answer] for each, bytes in hexadecimal.
INSERT INTO request_keys (issuer, subject, request_id, content, answer)
SELECT
    requests.value ->> 0,
    requests.value ->> 1,
    unhex(requests.value ->> 2),
    unhex(requests.value ->> 3),
    unhex(requests.value ->> 4)
FROM json_each($1) AS requests
