### The ledger, seen from the command line.

ledger-verified = ledger verified: { $size ->
        [one] { $size } entry
       *[other] { $size } entries
    }, root { $root }
