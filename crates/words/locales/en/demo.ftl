### The demo: a whole house in one program, on invented cases.

## Help
help-demo = Show Déclic at work: a hub, four agencies and twelve invented cases
help-demo-more =
    There is nothing to prepare and no network is used. Everything is written into one folder (.declic): database, keys,
    the agencies' exchanges, a copy of the ledger. A second time, the demo continues the same database: twelve cases
    more, and the ledger is verified from its beginning. With --fresh it starts from nothing.
help-demo-examples =
    declic demo
    declic demo --fresh
    declic demo --stay
help-demo--dir = The folder everything is written into, made when it is not there
help-demo--fresh = First wipe what an earlier demo wrote there, and nothing else
help-demo--stay = Keep running after the summary and give commands to try, until Ctrl-C
help-demo--listen = With --stay, the hub's address, for instance 127.0.0.1:7443; else a free port

## Opening and lines
demo-past = Three months of invented cases are lived first: about half a minute.
demo-opening =
    Déclic, a demo: a hub, four agencies with connectors, two triage desks, twelve cases.
    People and situations are invented. Hub: { $hub }, folder: { $place }
demo-console =
    The pages: { $console }
    Three people to try:
    - Camille Martin, CCAS de Pontivy: “New case”, benefit RSA, commune Pontivy; see where it will go, then send it.
    - Claire Morel, Caf du Morbihan, or the agency that the page has named: “To treat”, take the ticket, ask for a document or answer.
    - Paul Durand, supervisor of the Morbihan: the board, then what is late.
demo-heading-time = TIME
demo-heading-case = TICKET
demo-heading-what = WHAT HAPPENS
demo-heading-since = SINCE
demo-heading-holder = WITH WHOM
demo-nobody = (nobody any more)
demo-move-opened = opened: { $value }
demo-move-triage = at triage: { $value }
demo-move-follows = opened, follows { $value }
demo-move-delivery-confirmed = received by the agency
demo-move-acknowledged = taken
demo-move-information-requested = asks for a document
demo-move-replied = the social worker replies
demo-move-redirected = redirected, goes on as { $value }
demo-move-routed-by-hand = routed by hand, goes on as { $value }
demo-move-closed = closed, obtained: { $value }
demo-move-reopened = reopened: it is not settled

## Summary
demo-summary = { $cases } cases closed, { $tickets } tickets, { $moves } moves, in { $took }
demo-medians = Median time since the sending:
demo-step-delivery = delivery
demo-step-acknowledgement = acknowledgement
demo-step-resolution = resolution
demo-step-closing = closing
demo-counted = of { $count }
demo-audited = The auditor's copy, verified offline with the operator's key: { $place }

## Staying
demo-stay = The hub { $hub } keeps running. In another terminal:
demo-stay-social-worker = Camille Martin, social worker at the CCAS of Pontivy, opens a case and follows hers
demo-stay-agent = Claire Morel, agent of the Caf du Morbihan, treats the case of Jeanne Exemple, which Camille Martin closes
demo-stay-supervisor = Paul Durand, supervisor of the Morbihan
demo-stay-auditor = Inès Fabre, auditor, verifies the ledger online, then her copy of it offline
demo-stay-reference = REFERENCE
demo-stay-message = Right restored
demo-stay-end = Ctrl-C to stop.

## What is wrong
demo-not-ours = { $place } is not empty and was made neither by `declic demo` nor by `declic generate`: choose another folder with --dir.
demo-in-use = A demo is already running in { $place }: stop it, or choose another folder with --dir.
demo-stuck = Case { $case } has not moved for { $seconds } seconds: the demo stops.
demo-untold = Moves recorded by the hub were not told to their organisation: the demo stops.
demo-interrupted = Demo interrupted. Open cases stay open; --fresh starts from nothing.
demo-other-key = The key the hub announces is not that of the operator's file.
demo-unsealed = A move of the demo is missing from the ledger.
demo-triage = triage desk { $agency }
