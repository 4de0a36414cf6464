### Le grand livre, vu de la ligne de commande.

ledger-verified = grand livre vérifié : { $size ->
        [one] { $size } inscription
       *[other] { $size } inscriptions
    }, racine { $root }
