### The command line: what it says and what it asks.

## Pages
page-case = Case { $reference } ({ $state })
page-person = Person
page-born = { $name }, born { $day }
page-identifier = Identifier
page-benefit = Benefit
page-blockage = Blockage
page-commune = Commune
page-opened = Opened
page-opened-by = { $moment } by { $by } ({ $organisation })
page-follower = Followed by
page-mandate = Agreement
page-mandate-revoked = taken back on { $day }
page-proposal = Would go to
page-urgent = Urgent
page-urgent-yes = yes
page-explanation = Explanation
page-ticket = Ticket { $ticket }: { $agency }
page-holder = Holder
page-held-since = { $name }, since { $moment } ({ $ago })
page-state = State
page-outcome = Outcome
page-effect = Obtained
page-next = Next
page-step = { $day }: { $label }
page-due = Due
page-due-by = by { $day }
page-item = { $number }. { $kind }: { $label } ({ $why }), { $answered }
page-item-unread = { $number }. { $kind }, { $answered }
page-item-answered = received
page-item-awaited = awaited
page-triage = At triage
page-intended = Meant for
page-predecessor = Follows
page-successor = Goes on in
page-why = Why
page-question = Question
page-answers = Answers
page-facts = Facts
page-confidence = Confidence
page-runner-up = Nearest
page-would-change = If instead
page-ruleset = Rules
page-thread = Thread
page-by-the-clock = by the clock
page-thread-of = Ticket { $ticket }
page-opened-after = Ticket opened with { $agency } (follows ticket { $number })
page-opened-after-unknown = Ticket opened (follows ticket { $number })
page-opened-beside = Ticket opened
page-now = At present
page-ball = { $ticket }, { $agency }: with { $holder }
page-reminded = Reminded
page-escalated = Escalated
page-shared-with = Shared with
page-reading = Reading
page-read-only = shared with your agency: another one treats this ticket
page-former-agencies = Formerly
cli-transferred = { $count ->
        [one] { $count } ticket followed.
       *[other] { $count } tickets followed.
    }
page-erased = (content erased)
page-contact = { $agency }, { $channel }, on { $day }: { $result }
page-contact-next = Next: { $label }
page-contact-next-by = Next: { $label }, by { $day }
page-contact-next-day = More is expected by { $day }

## Tables
table-case = CASE
table-ticket = TICKET
table-person = PERSON
table-benefit = BENEFIT
table-blockage = BLOCKAGE
table-urgent = URGENT
table-agency = AGENCY
table-state = STATE
table-holder = HOLDER
table-since = SINCE
table-code = CODE
table-commune = COMMUNE
table-departement = DÉPARTEMENT
table-postal-codes = POSTAL CODES

## Time
when-moment = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $hour }:{ $minute }
when-day = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
when-less-than-a-minute = less than a minute
when-less-than-a-minute-short = < 1 minute
when-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
when-hours = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
when-days = { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

## What was done
cli-duplicate = A case is open already for this person and this benefit: complete it, or open another one with --anyway.
cli-duplicate-case = open already: { $reference }, { $moment }, by { $opener }
cli-duplicate-of-colleague = a colleague of your organisation already follows this person for this benefit, in a case that you may not read: ask your team
cli-opened = Case { $reference } opened.
cli-opened-ticket = Ticket { $number }: { $agency }
cli-dry-run = The case is complete. Nothing was opened.
cli-would-go = It would go to: { $agencies }
cli-case-urgent = The case is urgent.
cli-case-no-longer-urgent = The case is urgent no more.
cli-case-transferred = Case given to { $member }.
cli-mandate-renewed = The person’s agreement is recorded, valid until { $day }.
cli-mandate-revoked = The person’s agreement is taken back: the agencies are told nothing new without another one. You may remind without a message, close or withdraw.
cli-added = { $ticket }, { $agency }: { $state } (entry { $event })
cli-facts-corrected = Facts corrected.
cli-proposal = { $ticket }: by the corrected facts the rules would send it to { $where }. The agency that holds it may redirect it.
cli-person-corrected = Person corrected.
cli-done = { $ticket }: { $state } (entry { $event })
cli-successor = goes on as { $ticket }, { $agency }: { $state } (entry { $event })
cli-next = Next: { $next }
cli-more = The list stops at { $limit } lines: ask for more with --limit.
cli-count = { $count }
cli-count-more = More than { $count }
cli-no-case = No case.
cli-no-ticket = No ticket: nothing waits for you.
cli-no-commune = No commune found: check the spelling, or give the postal code.
cli-key-written = Private key written to { $path }, readable by you alone. Have the public key below enrolled in the hub’s directory.
cli-proof-written = Proof written to { $path }, over a ledger of { $size } entries.
cli-proof-verified = proof verified: entry { $event }, of { $moment }, stands at place { $index } of a ledger of { $size } entries
cli-checkpoint-unverified = Signature not verified: give the ledger’s public key (--log-key or DECLIC_LOG_KEY).
cli-key-of-folder = Verified with the key of the folder itself. Compare it with the key its operator publishes: { $key }

## What went wrong
cli-error = Error:
cli-reason = Reason { $reason }, explained in docs/errors/{ $reason }.md
cli-retry-with = To repeat the same action without doing it twice, add: { $options }
cli-retry-after = retry in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
cli-unreachable = The hub does not answer: check its address (--hub or DECLIC_HUB) and the network, then retry.
cli-answer-not-of-a-hub = The answer is not one of a Déclic hub: check the address (--hub or DECLIC_HUB).
cli-connection-missing = This command speaks to a hub, and what it takes to connect is missing:
cli-missing-hub = the address of the hub: --hub https://hub.example.fr:443 or DECLIC_HUB
cli-missing-subject = your name in the directory: --as camille.martin or DECLIC_SUBJECT
cli-missing-key = the file of your private key: --key key.pem or DECLIC_KEY (to make one: declic key generate)
cli-missing-log-key = The ledger’s public key is missing: give --log-key or DECLIC_LOG_KEY, the text of the key or its file.
cli-log-key = “{ $given }” is neither a ledger’s public key nor a file that holds one: ask the operator of the hub for it.
cli-key-unreadable = { $path } holds no Ed25519 private key (PKCS#8 PEM): check the file, or make one with declic key generate.
cli-key-exposed = { $path } may be read by every user of this machine: run chmod 600 { $path }, and change the key if others may have read it.
cli-key-exists = { $path } exists already: choose another name, a key is never overwritten.
cli-configuration = { $place } is no readable configuration: correct the line shown.
cli-unknown-language = There is no language “{ $lang }” here: write fr or en.
cli-unknown-zone = The time zone “{ $zone }” is unknown: write it as Europe/Paris or Indian/Reunion.
cli-file = { $place }: { $problem }
cli-file-absent = there is no such file, check its name
cli-file-forbidden = access denied, check the rights of this file
cli-file-is-folder = this is a folder, give the name of a file
cli-file-exists = this file exists already, choose another name
cli-file-disk-full = the disk is full, make room
cli-file-other = access failed ({ $problem })
cli-too-large = { $place } is over 64 KiB: check that it is the right file.
cli-which-ticket = Case { $case } has several tickets: say which one.
cli-no-such-ticket = Case { $case } has no such ticket: choose one of these.
cli-no-event = Nothing has happened on this ticket yet: there is nothing to prove.
cli-no-checkpoint = { $place } holds no checkpoint (checkpoint….txt): export one with declic ledger export.
cli-leaves-cut = { $place } is cut in the middle of an entry: download it again.
cli-ledger-broken = The ledger does not verify: keep these files and tell the auditor.
cli-proof-broken = The proof does not hold: ask for it again, and tell the auditor if it still does not.

## JSON files
cli-json-mistake = line { $line }, column { $column }: { $problem }
cli-json-mistake-at = line { $line }, column { $column }, { $path }: { $problem }
cli-json-column = column { $column }
cli-json-utf8 = this is not UTF-8 text: save the file as UTF-8
cli-json-malformed = malformed JSON ({ $problem }): check commas, quotes and braces
cli-json-unknown-field = unknown field “{ $field }”; known fields: { $known }
cli-json-unknown-word = unknown value “{ $word }”; known values: { $known }
cli-json-missing-field = the field “{ $field }” is missing
cli-json-duplicate-field = the field “{ $field }” is written twice: keep one
cli-json-wrong-type = wrong type ({ $found }); expected: { $expected }
cli-json-a-text = a text between quotes
cli-json-an-object = an object between braces
cli-json-a-whole-number = a whole number
cli-json-text-or-whole-number = a text between quotes or a whole number
cli-json-problem = wrong value; expected: { $expected }
cli-json-found-text = a text
cli-json-found-number = a number
cli-json-found-boolean = true or false
cli-json-found-null = null
cli-json-found-list = a list
cli-json-found-object = an object
cli-json-trailing = something follows the end of the value: take it out
cli-json-trailing-comma = one comma too many before a closing bracket: take it out
cli-json-unfinished = the text ends before the end of the value: check quotes and braces
cli-json-expected-value = a value is wanted here: a text between quotes, a number, true, false, null, a list or an object
cli-json-expected-comma = a comma or a closing bracket is missing
cli-json-expected-colon = a colon is missing between the field and its value
cli-json-key = the name of a field stands between quotes
cli-json-number = a number badly written, or too large
cli-json-escape = a character badly written within a text (backslash, line break or tab): write it \n or \t
cli-json-too-deep = too many values inside each other: take out the brackets or braces that are too many

## Routing
cli-explain-line = line { $line }: { $problem }
cli-explain-ignored = Fields ignored, as no rule knows them: { $fields }.
cli-explain-unread = { $count ->
        [one] { $count } line could not be read: correct it and run it again alone.
       *[other] { $count } lines could not be read: correct them and run them again alone.
    }
cli-fact-missing = { $field }: this fact is missing.
cli-fact-unknown-commune = { $field }: unknown commune “{ $given }”, give its INSEE code of 5 characters (declic routing communes finds it).
cli-fact-maybe-commune = { $field }: “{ $given }” is no INSEE code; perhaps { $suggestions }.
cli-fact-unknown = { $field }: unknown value “{ $given }”; perhaps “{ $nearest }”.
cli-fact-not-known = { $field }: unknown value “{ $given }”, and no known value is near it.
cli-fact-impossible-date = { $field }: “{ $given }” is no day of the calendar, write for instance 2026-11-22.
cli-fact-too-long = { $field }: this text is longer than { $most } characters, write the code or the word alone.

## Command line mistakes
cli-usage-unknown = This command has no option or argument “{ $word }”.
cli-usage-no-command = There is no command “{ $word }”.
cli-usage-missing = Missing: { $word }.
cli-usage-no-value = The value of { $word } is missing.
cli-usage-value = “{ $value }” does not suit { $word }; possible values: { $known }.
cli-usage-conflict = { $word } and { $other } do not go together: keep one of them.
cli-usage-perhaps = perhaps { $word }
cli-usage-help = add --help for examples

## A file of rules
cli-rules-line = line { $line }:
cli-rules-of = Rules { $version }
cli-rules-right = Nothing stands against these rules.
cli-rules-forbidden = { $count ->
        [one] { $count } point marked ✗ stands against these rules: correct it, then check again.
       *[other] { $count } points marked ✗ stand against these rules: correct them, then check again.
    }
cli-rules-unread = { $count ->
        [one] { $place } cannot be used: correct this mistake. The rules in force stay.
       *[other] { $place } cannot be used: correct these { $count } mistakes. The rules in force stay.
    }
cli-rules-total = { $decisions } decisions: { $routed } routed, { $questions } questions, { $triage } for triage, { $holes } without an outcome.
cli-rules-total-time = All combinations gone through in { $seconds } s.
cli-rules-office = this is a document of a word processor or a spreadsheet, not a text file: open it, copy its text into a text editor and save it as UTF-8
cli-rules-utf16 = this file is not UTF-8 (Notepad calls what it holds “Unicode” or “UTF-16”): open it, choose “Save as”, then the encoding UTF-8
cli-rules-not-utf8 = this file is not UTF-8 (it is probably “ANSI”): open it, choose “Save as”, then the encoding UTF-8
cli-rules-too-long = this file is longer than 1 MiB, more than any file of rules: check that it is the right one
cli-rules-empty-file = the file is empty: begin with the rules in force, which “declic routing rules” prints
cli-rules-missing = the line { $key } is missing: write { $key } = { $form }
cli-rules-form = { $key } is written { $key } = { $form }
cli-rules-header = write { $header }, on a line of its own
cli-rules-brace = this text is shown as it is: take the brace out, and write the name itself
cli-rules-half-brace = a name between braces is written {"{"}body{"}"}: the other brace is missing
cli-rules-empty-slot = {"{"}{ $slot }{"}"} stands for the line { $line } of this rule, which is missing: add it, or take the braces out
cli-rules-unknown = { $what }: “{ $given }” does not exist; correct this word, or take it out
cli-rules-unknown-near = { $what }: “{ $given }” does not exist; did you mean { $nearest }?
cli-rules-unknown-of = { $what }: “{ $given }” does not exist. Known: { $known }
cli-rules-unknown-near-of = { $what }: “{ $given }” does not exist; did you mean { $nearest }? Known: { $known }
cli-rules-syntax-open-quote = this text has no closing quote: add " at its end
cli-rules-syntax-no-quotes = a text stands between straight quotes: "{ $given }"
cli-rules-syntax-curly-quotes = these quotes are not those of a rule: write a straight " at both ends
cli-rules-syntax-no-value = nothing follows the equals sign: write a value, or take the line out
cli-rules-syntax-no-equals = an equals sign is missing: a line is written word = value, and a comment begins with #
cli-rules-syntax-two-equals = write one equals sign
cli-rules-syntax-open-header = a bracket is missing: write [benefit.RSA], or [[rule]] with two brackets
cli-rules-syntax-open-list = this list is not closed: add ] at its end
cli-rules-syntax-open-braces = these braces are not closed: add {"}"} at their end
cli-rules-syntax-no-comma = a comma is missing between two values
cli-rules-syntax-two-commas = there is a comma too many: take it out
cli-rules-syntax-rest = a line has one value, and something follows it; a quote within a text is written \"
cli-rules-syntax-twice = “{ $given }” is already written above: keep one of the two
cli-rules-syntax-day-syntax = a day is written year-month-day, without quotes, and must exist: 2026-12-31
cli-rules-syntax-backslash = in a text, the backslash \ is written twice: \\
cli-rules-syntax-name = “{ $given }” does not belong here: a line is written word = value, and a comment begins with #
cli-rules-syntax-number = a number is written with digits alone: 40
cli-rules-syntax-true-false = write true or false, in small letters
cli-rules-syntax-character = an invisible character stands here: take it out
cli-rules-syntax-syntax = this line is not understood: compare it with its neighbours
cli-rules-what-key = word before the equals sign
cli-rules-what-power = power
cli-rules-what-body = body
cli-rules-what-benefit = benefit
cli-rules-what-blockage = blockage
cli-rules-what-list = list
cli-rules-what-lead = whom it concerns (leads_to)
cli-rules-what-domicile = domicile
cli-rules-what-confidence = confidence
cli-rules-what-stage = stage
cli-rules-what-fact = fact
cli-rules-what-condition = condition
cli-rules-what-zone = zone
cli-rules-what-body-of-place = body of the place
cli-rules-what-departement = département
cli-rules-what-commune = commune
cli-rules-what-grouping = grouping of communes
cli-rules-what-regime = regime
cli-rules-what-special-scheme = special scheme
cli-rules-what-agricultural-status = agricultural status
cli-rules-what-yes-or-no = yes or no
cli-rules-what-slot = name between braces
cli-rules-many-bytes = bytes
cli-rules-many-powers = powers
cli-rules-many-rules = rules
cli-rules-many-values = values
cli-rules-fact-is = { $name }: { $value }
cli-rules-fact-commune = commune
cli-rules-fact-regime = regime
cli-rules-fact-benefit = benefit
cli-rules-fact-blockage = blockage
cli-rules-fact-stage = stage
cli-rules-fact-relief-domicile = domicile de secours
cli-rules-fact-elected-domicile = elected domicile
cli-rules-fact-paying-body = paying body
cli-rules-fact-seized-body = body already seized
cli-rules-fact-agricultural-status = agricultural status
cli-rules-fact-local-scheme = local scheme of Alsace-Moselle
cli-rules-fact-has-basic-pension = basic pension
cli-rules-fact-special-scheme = special scheme
cli-rules-fact-life-event = life event
cli-rules-fact-urgent = urgency
cli-rules-fact-on-date = date
cli-rules-value-general = general
cli-rules-value-agricultural = agricultural
cli-rules-value-other = other
cli-rules-value-unknown = unknown
cli-rules-value-none = none
cli-rules-value-independent = independent
cli-rules-value-undescribed = that no rule describes
cli-rules-value-self-employed = self-employed
cli-rules-value-employee = employee
cli-rules-value-yes = yes
cli-rules-value-no = no
cli-rules-value-not-given = not given
cli-rules-value-decision = decision
cli-rules-value-payment = payment
cli-check-hole = { $commune } ({ $code }), { $benefit } ({ $benefit-code }), regime { $regime }, { $stage }: { $problem }
cli-check-gap-no-agency = routed without one answer
cli-check-gap-no-question = a question that is not asked
cli-check-gap-no-rule = no rule speaks
cli-rules-format = format { $format } is not read here: write format = 1
cli-rules-no-version = give the version a short name, as in version = "2026.11.2": 1 to 40 letters, digits, dots, hyphens
cli-rules-empty-list = an empty list never holds: name a value, or take the line out
cli-rules-no-reason = give a reason: the sentence that people read, with its text of law
cli-rules-no-body = name a body, or write triage = true
cli-rules-rank = a rank is a whole number from 0 to 9999; the lowest speaks first
cli-rules-one-thing = a rule says one thing: body, ask, triage = true or as
cli-rules-and-without-as = “and” adds a body to those of “as”: write all bodies in body = ["caf", "msa"]
cli-rules-idle-candidates = candidates go with ask or triage: the body is known here
cli-rules-triage-is-true = write triage = true, or what the rule says instead
cli-rules-day = a day is written without quotes and without a time: 2026-12-31
cli-rules-same-name = “{ $name }” is already the name of a rule, on line { $line }: give this one another name
cli-rules-dates = ends on { $until }, before it begins on { $from }: exchange the dates, or correct one
cli-rules-too-many = { $count } { $what }: at most { $most } are read
cli-rules-too-many-asked = “{ $power }” asks more than { $most } powers, one through another: let its rules name bodies
cli-rules-no-power = a rule is of a power: name one, or several
cli-rules-repeated = “{ $word }” is named twice: take one out
cli-rules-asks-itself = “{ $power }” asks itself, for ever: name a body here, or another power
cli-rules-loop = { $chain }: each asks the next for ever; give one of them a body, a question or triage
cli-rules-equal-rank = “{ $rule }” has rank { $rank } like “{ $other }” (line { $line }), and both speak where { $example }: give them different ranks, or conditions that exclude each other
cli-check-unreachable = rule “{ $rule }” never speaks for { $power }: its conditions never hold together.
cli-check-shadowed = rule “{ $rule }” never speaks for { $power }: { $by } always speaks before it.
cli-check-uncovered = no rule answers for { $power }, for example: { $example }.
cli-check-too-many-situations = the rules that { $power } asks tell { $count } situations apart, at most { $most } can be gone through: share them out over several powers, or take conditions out.
cli-check-no-body = { $power }: rule “{ $rule }” names a body that is not there: { $example }.
cli-check-idle-question = { $power }: rule “{ $rule }” asks for { $fact }, and every answer leads to the same body: { $example }.
cli-check-unused-power = nothing asks the power { $power }.
cli-check-no-benefit = benefit { $benefit } has no line: all its cases would go to triage.
cli-check-no-blockage = blockage { $blockage } has no line.
cli-check-no-desk = { $agency } has no active desk: its cases would go to triage.
cli-check-ended = { $power }: rule “{ $rule }” ended on { $until }: it only serves days of the past.
cli-check-no-desks = { $count ->
    [one] { $count } agency has no active desk here, its cases would go to triage: { $agencies }
   *[other] { $count } agencies have no active desk here, their cases would go to triage: { $agencies }
    }
cli-check-and-others = { $count ->
    [one] { $agencies } and { $count } other
   *[other] { $agencies } and { $count } others
    }
cli-check-more = { $count ->
    [one] and { $count } more: declic routing check tells them all
   *[other] and { $count } more: declic routing check tells them all
    }
cli-check-ends-soon = { $power }: rule “{ $rule }” ends on { $until }; then { $then } speaks.
cli-ruleset-proposed = Rules { $version } are kept; nothing is decided by them until they are put in force.
cli-ruleset-known = Rules { $version } are kept already.
cli-ruleset-checked = Rules { $version } read well; nothing was kept.
cli-ruleset-remarks = There are remarks that forbid nothing: declic routing rules show tells them.
cli-ruleset-of-the-program = the program
cli-ruleset-unreadable = this hub cannot read it
cli-ruleset-none = No ruleset is called “{ $given }”: list them (declic routing rules list).
cli-ruleset-several = Several rulesets are called “{ $given }”: give more of the hash (declic routing rules list).
cli-simulation = By rules { $version }, of { $cases } cases, sent elsewhere: { $moved }; explained otherwise: { $reworded }.
cli-simulation-others = Others would move too, in groups too small to be shown.
cli-rules-in-force = In force everywhere: { $ruleset }
cli-rules-state = State of the rules: { $etag }
cli-rules-as-read = Say which state of the rules you have read: --etag { $etag } for the state of now, which declic routing rules list shows. If a colleague changes it meanwhile, nothing will be done.
cli-rules-everywhere = everywhere
table-ruleset = RULESET
table-decides = DECIDES
table-proposed-by = PROPOSED BY
table-number = NO.
table-done = DONE
table-by = BY
table-reason = WHY
cli-rehearsal = From { $before } to { $after }. Of { $cases } cases, sent elsewhere: { $moved }; explained otherwise: { $reworded }.
cli-rehearsal-more = … and { $count } other moves; --json gives all.
cli-rehearsal-before = before: { $place }. { $reason }
cli-rehearsal-after = after: { $place }. { $reason }
cli-place-question = triage, asking for { $fact }
cli-place-triage = triage
table-decisions = DECISIONS
table-from = FROM
table-to = TO
table-cases = CASES
table-before = BEFORE
table-after = AFTER

cli-misroutes-since = Redirects since { $day }
cli-misroutes-none = No rule was followed by 5 redirects or more.
cli-misroutes-others = { $count } more redirects follow rules that have fewer than 5 each.
cli-misroutes-no-rule = { $count } redirects follow no one rule: a choice made by hand, a ticket at triage, or several agencies.
cli-misroutes-until = Counted until { $moment }, where a month begins: ask for it and the next ones by themselves (--since).
cli-corrected-commune = Commune
cli-corrected-regime = Regime
cli-corrected-stage = Decision or payment
table-rule = RULE
table-redirects = REDIRECTS
table-corrected-fact = CORRECTED FACT
table-id = NAME
table-name = LABEL
table-enrolment = RECEIVES BY
table-desks = DESKS
table-desk = DESK
table-role = ROLE
table-of = OF
table-ended = LEFT
table-key = KEY
table-identity = IDENTITY
table-items = WHAT CHANGES
cli-directory-ended = has left
cli-directory-file = the hub’s file
cli-directory-all-benefits = every benefit
cli-directory-etag = To change what was just read: --etag { $etag }
table-tickets = TICKETS
cli-departure-nothing = This departure would move no ticket.

cli-board-period = Delays and causes, cases opened from { $since } to { $until }
cli-board-departement = Département: { $value }
cli-board-agency = Agency: { $value }
cli-board-benefit = Benefit: { $value }
cli-board-blockage = Blockage: { $value }
cli-board-tickets = { $count } tickets, as they were on { $moment }
cli-board-as-of = Seen on { $moment }
cli-board-too-few = Fewer than 5 tickets, or a count that would reveal fewer than 5: nothing is shown.
cli-board-small = Numbers are rounded to the nearest 5. What counts fewer than 5 tickets, or would tell them, is not shown (docs/figures.md).
cli-board-durations = Delays, open tickets included
cli-board-open = Open: { $count } tickets
cli-board-open-too-few = Open: fewer than 5 tickets, or a count that would reveal fewer than 5
cli-board-late-by = Half of the late tickets are late by { $half } at most (business hours).
cli-board-redirected = Sent on by their agency: { $rate } of the tickets
cli-board-other-causes = Other causes together: { $count } tickets
cli-board-no-blockage = Not given
cli-board-not-reached = not reached yet
cli-board-few = too few
cli-board-hours = { $hours } h { $minutes }
cli-board-days = { $days }.{ $tenth } d
cli-board-tenths = { $whole }.{ $tenth }
cli-board-percent = { $share }%
cli-board-exchanges = Questions and returns
cli-board-requests = Information requests: { $requests } for 100 tickets; { $asked } of the tickets had at least one
cli-board-reopened = Reopened after the agency’s answer: { $rate } of the answers
cli-board-unconfirmed = Closed without confirmation once the time had passed: { $rate } of the closed tickets
cli-board-rises = Sharply rising from { $since } to { $until }
cli-board-no-rises = Nothing that blocks has tripled compared with the 8 weeks before.
cli-reception-undelivered = delivery not confirmed, nobody has acted yet
cli-reception-unread = delivery confirmed, nobody has acted yet
cli-reception-read = somebody has acted
table-reception = AT THE AGENCY
table-usual = PER WEEK BEFORE
table-share-of-shown = SHARE OF TIME SHOWN
cli-figure-time-to-acknowledge = Acknowledged (business hours)
cli-figure-time-to-resolve = Answered by the agency (business hours)
cli-figure-person-wait = Wait of the person (days)
cli-figure-time-spent = Where the time goes
cli-figure-causes = What blocks
cli-figure-effects = What persons got
cli-age-under-7-days = under 7 days
cli-age-7-to-29-days = 7 to 29 days
cli-age-30-to-89-days = 30 to 89 days
cli-age-90-days-or-more = 90 days or more
cli-holder-desk = desk
cli-holder-agent = agent
cli-holder-opener = social worker
cli-holder-organisation = organisation of a social worker who left
cli-lateness-late = late
cli-lateness-soon = late soon (three quarters of the time have passed)
cli-lateness-in-time = in time
table-measure = MEASURE
table-half = HALF WITHIN
table-nine-in-ten = 9 IN 10 WITHIN
table-within-target = WITHIN TARGET
table-observed = COUNTED
table-lateness = LATENESS
table-age = AGE
table-part = WHERE
table-share = SHARE
table-days = TOTAL TIME
table-first-reason = FIRST REASON
table-cumulated = CUMULATED
table-effect = GOT
## Clocks of a case (declic case clock)
clock-title = Clocks of case { $reference }, { $moment }
clock-person-waits = The person has been waiting since { $from }: { $lasting }, nights and closed days included.
clock-person-waited = The person waited from { $from } to { $until }: { $lasting }, nights and closed days included.
clock-reopened = { $count ->
        [one] After it was reopened:
       *[other] After it was reopened { $count } times:
    }
clock-acknowledge = Acknowledgement
clock-resolve = Outcome
clock-due = { $target }, before { $moment }: { $status }
clock-target-days = { $count ->
        [one] in 1 business day
       *[other] in { $count } business days
    }
clock-target-hours = { $count ->
        [one] in 1 business hour
       *[other] in { $count } business hours
    }
clock-running-time = { $left } of business time left
clock-running-late = { $late } of business time late
clock-paused-time = paused, { $left } of business time will be left
clock-paused-late = paused, { $late } of business time late
clock-stopped-time = in time, stopped { $moment }
clock-ended-time = cut short { $moment }, in time
clock-ended-late = cut short { $moment }, { $late } of business time late
clock-stopped-late = { $late } of business time late, stopped { $moment }
clock-rules = Fixed when it was sent: version { $policy }, calendar { $calendar }, time zone { $zone }
clock-until-now = now
clock-not-counted = no
clock-why-before-acknowledgement = Sent, not acknowledged yet
clock-why-at-agency = The agency treats it
clock-why-awaiting-reply = The agency awaits a reply: its clock is paused
clock-why-wrong-agency = Not the right agency, it sent the ticket on
clock-why-triage = At triage, which looks for the agency
clock-why-to-be-confirmed = Outcome given, to be confirmed
clock-why-join = { "; " }
clock-holiday = public holiday on { $day } ({ $holiday })
clock-shut = closed on { $day }
clock-whole = Whole
clock-whole-partial = Whole of the tickets you follow
clock-percent = { $percent }%
clock-months = { $count } months
clock-clear-days = { $count } clear days
clock-no-source = text to be found
clock-legal = To be checked: for a claim received on { $from }, { $delay } of silence mean { $effect } after { $until } ({ $source }; reading { $version }).
clock-legal-suspended = To be checked: for a claim received on { $from }, { $delay } of silence mean { $effect } after { $until }, with { $suspended } days suspended while papers were asked for ({ $source }; reading { $version }).
table-starts = FROM
table-ends = UNTIL
table-counted = COUNTED
table-time-part = WHERE THE TIME WENT
table-lasted = DURATION
table-due = BEFORE
page-due-at = To be done
page-due-at-moment = before { $moment }
page-due-late = before { $moment }: late
when-lasting-days = { $days } d { $hours } h
when-lasting-whole-days = { $days } d
when-lasting-whole-hours = { $hours } h
when-lasting-hours = { $hours } h { $minutes } min
when-lasting-minutes = { $minutes } min
