SELECT request_id AS "request_id: uuid::Uuid", state, result FROM answer WHERE digest = $1
