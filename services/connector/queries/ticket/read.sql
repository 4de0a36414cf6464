SELECT reference FROM ticket WHERE name = $1
