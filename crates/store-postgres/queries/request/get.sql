-- The answers stored under some of these request keys; `n` is the place of each among those asked for, from 1.
SELECT asked.n AS "n!", request_keys.content AS "content!", request_keys.answer AS "answer!"
FROM unnest($1::TEXT [], $2::TEXT [], $3::UUID []) WITH ORDINALITY AS asked (issuer, subject, request_id, n)
JOIN request_keys
    ON request_keys.issuer = asked.issuer
    AND request_keys.subject = asked.subject
    AND request_keys.request_id = asked.request_id
