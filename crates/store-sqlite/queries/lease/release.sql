UPDATE sealer_lease
SET holder = NULL
WHERE one = 1 AND epoch = $1 AND holder IS NOT NULL
