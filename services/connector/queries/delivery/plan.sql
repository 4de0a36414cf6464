INSERT INTO delivery (ticket, epoch, request_id) VALUES ($1, $2, $3)
ON CONFLICT (ticket, epoch) DO NOTHING
