UPDATE delivery SET settled = $3 WHERE ticket = $1 AND epoch = $2
