DELETE FROM sign_ins WHERE digest = $1
