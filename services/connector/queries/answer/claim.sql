INSERT INTO answer (digest, file, request_id, state) VALUES ($1, $2, $3, 'SENDING')
ON CONFLICT (digest) DO NOTHING
