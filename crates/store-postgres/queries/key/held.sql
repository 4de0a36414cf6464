-- Whether another session of this database still has a snapshot from before the mark. A rewrite would keep the part for it.
SELECT EXISTS (
    SELECT
    FROM pg_stat_activity
    WHERE datname = current_database()
      AND pid <> pg_backend_pid()
      AND backend_xmin IS NOT NULL
      AND age(backend_xmin) > age($1::text::xid)
) AS "held!"
