SELECT EXISTS (SELECT 1 FROM entries WHERE event = $1) AS "found!: i64"
