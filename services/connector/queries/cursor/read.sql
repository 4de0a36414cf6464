SELECT resume_token, number FROM cursor WHERE one = 1
