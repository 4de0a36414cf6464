UPDATE answer SET state = $2, result = $3 WHERE digest = $1
