UPDATE cursor SET resume_token = $1, number = $2 WHERE one = 1
