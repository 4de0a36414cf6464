DELETE FROM delivery WHERE settled <> ''
