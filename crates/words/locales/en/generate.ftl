### An invented year: cases over a year, in a hub whose clock is moved.

## Help
help-generate = Make a year of invented cases, to see Déclic with a past
help-generate-more =
    Organisations, agencies, staff, absences, departures, cases, answers, redirects and delays are drawn by lot and go
    through the real rules, in a hub whose clock passes a year in minutes. One seed tells one year. The folder that comes
    out is served by declic hub; nobody in it exists.
help-generate-examples =
    declic generate --dir year-56
    declic generate --dir year-brittany --territory 22,29,35,56 --cases 10000 --seed 7
help-generate--dir = The folder where everything is written, made when it is not there
help-generate--territory = Départements, by their codes separated by commas, or FR for the whole country
help-generate--cases = How many cases are opened in the year, 1 to 200000
help-generate--until = The last day of the year, for example 2026-06-30; yesterday otherwise
help-generate--seed = The seed of all draws
help-generate--fresh = First wipe what an earlier generation or demo wrote there, and nothing else

## On the way
generate-progress = { $day }: { $cases } cases opened

## Result
generate-summary = A year: { $cases } cases, { $tickets } tickets, in { $seconds } s
generate-number = { $count }
generate-acknowledged = acknowledged
generate-information-requested = asked for information
generate-replied = replies of social workers
generate-taken-back = taken back by the agency
generate-redirected = redirected
generate-routed-by-hand = routed by hand
generate-withdrawn = withdrawn
generate-resolved = answers of agencies
generate-closed = closed by the social worker
generate-reopened = reopened
generate-reminded-by-the-clock = reminded by the clock
generate-escalated-by-the-clock = escalated by the clock
generate-closed-by-the-clock = closed without confirmation
generate-lapsed = lapsed
generate-arrivals = arrivals in teams
generate-departures = departures
generate-look =
    To serve this folder, then look from another terminal:
      declic hub --config { $place }/hub.toml
      declic supervision board --territory { $territory } --hub http://127.0.0.1:7443 --as supervision --key { $place }/keys/supervision.pem

## What is wrong
generate-not-empty = { $place } already holds a year or a demo: choose another folder with --dir, or wipe it with --fresh.
generate-unknown-territory = Unknown territory: { $code }. Give codes of départements separated by commas (56 or 22,29,35,56), or FR.
generate-not-past = The year must have passed: --until { $date } is not between 2000-01-01 and { $latest }.
generate-interrupted = Generation interrupted. The year is incomplete; --fresh starts anew.
