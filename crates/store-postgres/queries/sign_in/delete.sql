DELETE FROM sign_ins WHERE sign_ins.digest = $1
