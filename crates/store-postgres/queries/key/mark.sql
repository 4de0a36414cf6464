-- A transaction number after the deletion: whoever has a snapshot from before it may still see the part.
SELECT (pg_current_xact_id()::xid)::text AS "mark!"
