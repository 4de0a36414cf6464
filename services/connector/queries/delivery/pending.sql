SELECT ticket, epoch, request_id AS "request_id: uuid::Uuid"
FROM delivery
WHERE settled = ''
ORDER BY ticket, epoch
LIMIT 100
