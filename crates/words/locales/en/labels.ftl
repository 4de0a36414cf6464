### Labels of states, outcomes, reasons, roles and refusals. One key per value of the contract declic.v1.

## State of a case
case-state-open = Open
case-state-ended = Ended

## State of a ticket
ticket-state-routed = Sent
ticket-state-delivered = Received by the agency
ticket-state-acknowledged = Taken
ticket-state-awaiting-reply = Information asked
ticket-state-resolved = Resolved, to be closed
ticket-state-closed = Closed
ticket-state-redirected = Redirected
ticket-state-withdrawn = Withdrawn
ticket-state-lapsed = Lapsed, no activity

## What comes next, by state
next-routed = The agency has to acknowledge and take the ticket.
next-delivered = The agency has to take the ticket.
next-acknowledged = The agency is treating the ticket and will answer.
next-awaiting-reply = The social worker has to answer the agency.
next-resolved = The social worker checks with the person, then closes or reopens the ticket.
next-closed = Nothing more is expected.
next-redirected = What follows happens at the next agency.
next-withdrawn = Nothing more is expected.
next-lapsed = Nothing more is expected.

## What the agency decided
outcome-right-restored = Right restored
outcome-error-corrected = Error corrected
outcome-decision-explained = Explanation given, no right
outcome-refusal-confirmed = Refusal confirmed, ways of appeal given
outcome-sent-to-standard-procedure = Sent to the standard procedure
outcome-duplicate = Already treated elsewhere
outcome-person-unknown = Person unknown to the agency

## Did the person get what was expected?
effect-yes = Yes
effect-partly = In part
effect-no = No
effect-unknown = Not known

## Regime
regime-general = General regime
regime-agricultural = Agricultural regime
regime-other = Other regime
regime-unknown = Regime not known

## Stage that is blocked
stage-decision = Decision
stage-payment = Payment

## Agricultural status
agricultural-status-self-employed = Farmer or other self-employed
agricultural-status-employee = Agricultural employee

## What is asked
information-kind-document = Document
information-kind-question = Question
information-kind-date = Date

## What a replay comes to
replay-outcome-same = The same decision, to the last letter
replay-outcome-different = Another decision
replay-outcome-by-hand = Decided by a person, not by a rule
replay-outcome-rules-unknown = The rules of that version are not kept here: propose their file, and ask again
replay-outcome-rules-unreadable = This hub cannot read the rules of that version: install a newer program
replay-outcome-facts-unread = The stored facts cannot be read any more: a code has gone from the tables

## What was done with the rules
ruleset-change-kind-proposed = Proposed
ruleset-change-kind-activated = Put in force
ruleset-change-kind-rolled-back = Taken back

## Why an agency redirects
redirect-reason-outside-territory = Other territory
redirect-reason-wrong-regime = Other regime
redirect-reason-payer-not-decider = The agency pays and does not decide
redirect-reason-outside-competence = Outside the agency’s competence
redirect-reason-legal-bar = The law forbids the agency to act
redirect-reason-other = Other reason

## Result of routing
routing-outcome-routed = Agency found
routing-outcome-question = A fact is missing
routing-outcome-triage = To be routed by a person

## From where a fact is known
fact-origin-given = given
fact-origin-derived = derived
fact-origin-default = by default

routing-confidence-high = high (text of law, or two sources that agree)
routing-confidence-medium = medium (one good source, or an assumption that the reasons say)
routing-confidence-low = low (no rule, or sources that do not settle it)

## Why a ticket is at triage
triage-reason-agency-not-enrolled = The competent agency is not connected to Déclic yet
triage-reason-no-rule = No rule covers this situation
triage-reason-open-question = A fact is missing to choose the agency
triage-reason-third-redirect = Third redirect
triage-reason-agency-already-tried = The agency proposed was already tried
triage-reason-asked = The agency asked for triage
triage-reason-no-desk-takes-it = The agency has no desk that takes this

## Roles
role-social-worker = Social worker
role-organisation-manager = Organisation manager
role-agent = Agent
role-desk-manager = Desk manager
role-triage-agent = Triage agent
role-supervisor = Supervisor
role-auditor = Auditor
role-administrator = Administrator
role-connector = Connector

## How an agency was contacted
contact-channel-telephone = by telephone
contact-channel-email = by e-mail
contact-channel-portal = in its space for partners
contact-channel-mail = by letter
contact-channel-counter = at its counter
contact-channel-meeting = in a meeting with partners

## What the contact came to
contact-result-answered = answered
contact-result-answer-awaited = answer awaited
contact-result-not-reached = nobody was reached

## How the agreement was given
mandate-channel-signed = Signed agreement
mandate-channel-oral = Oral agreement
mandate-channel-sms = Agreement by SMS

## What blocks: six headings
blockage-group-no-reply = No answer for more than 2 months
blockage-group-suspended = Right suspended or interrupted without explanation
blockage-group-between-bodies = Agencies send the file back and forth
blockage-group-document = A document asked for cannot be given
blockage-group-data = Wrong data (identity, address, situation)
blockage-group-amount = Overpayment, amount or refusal disputed

## What blocks: the catalogue
blockage-no-reply = No reply, legal delay passed
blockage-missing-doc = Missing, re-requested or disputed documents
blockage-file-lost = File lost or never registered
blockage-wrong-body = Wrong body, sent from desk to desk
blockage-regime-transfer = Transfer between bodies or schemes
blockage-identity = Identity, number or civil status problem
blockage-data-mismatch = Wrong or conflicting data
blockage-upstream-decision = Waiting for another body’s decision
blockage-payment-incident = Right granted but not paid
blockage-renewal-gap = Gap at renewal or at a switch
blockage-situation-change = Change of situation not recorded
blockage-calc-dispute = Disputed amount or career
blockage-overpayment = Overpayment and recoveries
blockage-control-suspension = Suspension after a check or sanction
blockage-refusal = Refusal to explain or appeal
blockage-residence-right = Right of residence not established
blockage-residence = Residence or address disputed
blockage-digital-access = Digital barrier, body unreachable
blockage-representation = Mandate, guardianship or helper not recognised
blockage-non-takeup = Non-take-up

## Refusals and failures: one sentence that says what to do
error-reason-field-invalid = One or several fields are wrong: the list follows, correct them and try again.
error-reason-token-invalid = The hub did not accept this key: check the subject, the key and this machine’s clock, or have the key enrolled.
error-reason-not-found = Not found, or not for you: check the reference, or ask the social worker who follows the case.
error-reason-role-forbidden = Your role does not allow this action: ask somebody whose task it is.
error-reason-transition-not-allowed = The ticket’s state does not allow this action: read it again and choose a possible one.
error-reason-information-limit = Two information requests were already made: take the ticket back, resolve it or redirect it.
error-reason-ticket-not-awaiting = The ticket awaits no reply: send the same text as a message, to the current ticket.
error-reason-redirect-to-self = The redirect would come back to the same agency: choose another one, or ask for triage.
error-reason-agency-already-asked = The agency that the rules name has an open ticket of this case already: write to it there, or correct the facts.
error-reason-too-many-tickets = A case has at most 8 open tickets: withdraw one, or open another case.
error-reason-mandate-revoked = The person has taken the agreement back: the agencies are told nothing new without another one. You may remind without a message, close or withdraw.
error-reason-mandate-invalid = The person’s agreement is not valid on this day: collect a new one before the agencies are told anything new.
error-reason-not-at-triage = This is done on a ticket at triage only: ask the agency that holds it to treat or redirect it.
error-reason-reopen-too-late = The ticket was closed more than 60 days ago: open a new case.
error-reason-item-not-awaited = This item was not asked for: read the information request again.
error-reason-item-answered = This item has its answer already: send what there is to add as a message.
error-reason-reminder-too-soon = The agency was reminded already: one reminder a business day at most.
error-reason-etag-outdated = Somebody changed it since you read it: read it again, then retry if it still makes sense.
error-reason-epoch-outdated = The ticket changed hands since you read it: read it again, it may no longer be yours.
error-reason-request-id-reused = This request id was used for something else: retry without giving one.
error-reason-outcome-unknown = It is not known whether the action was recorded: retry with the same request id, nothing is done twice.
error-reason-case-busy = Others are changing this case right now: retry in a moment with the same request id.
error-reason-rate-limited = Too many calls in a row: wait for the given delay, then retry.
error-reason-slow-reader = The stream was read too slowly: resume it from the last token.
error-reason-resume-token-invalid = This resume token is not of this hub: start the stream from the beginning.
error-reason-resume-token-out-of-range = This resume token is too old or too new: resume from the oldest one kept.
error-reason-page-token-invalid = This page does not belong to this list: start the list again.
error-reason-overloaded = The hub is busy: retry in a moment.
error-reason-storage-unavailable = The hub’s database does not answer: retry in a few minutes, tell the operator if it lasts.
error-reason-disk-full = The hub cannot record anything more, its disk is full: tell the operator; reading still works.
error-reason-ledger-closed = The hub records nothing any more, its ledger does not add up: tell the operator; reading still works.
error-reason-rules-forbidden = The check found faults in this ruleset: correct it, or name départements and say why it must decide there all the same.
error-reason-rules-in-force = This ruleset decides there already: nothing would change.
error-reason-nothing-to-roll-back = The rules of the program are in force: there is nothing to roll back.
error-reason-rules-busy = Others are changing the rules right now: retry in a moment with the same request id.
error-reason-rules-unreadable = The hub cannot read this ruleset: install the version of the program that proposed it.
error-reason-shutting-down = The hub is stopping: connect again in a moment.
error-reason-deadline-exceeded = The answer did not come in time: retry with the same request id, nothing is done twice.
error-reason-beyond-published = The ledger is not published that far yet: retry in a second.
error-reason-internal = The hub met an error of its own: tell the operator, quoting the number given.
enrolment-connector = its own client
enrolment-console = the console
enrolment-none = not enrolled
error-reason-directory-unsound = Nothing has changed: the directory would not hold after that. Enrol first who takes over.
error-reason-directory-busy = Others are changing the directory right now: retry in a moment with the same request id.
error-reason-sign-in-ended = Your session has ended: sign in again.
error-reason-sign-in-refused = Signing in did not succeed: try again, and tell your administrator if it happens again.
error-reason-sign-in-unavailable = This hub does not offer this way of signing in.
error-reason-provider-unavailable = The identity provider does not answer: try again in a few minutes.

## Where time goes
clock-part-before-acknowledgement = Before acknowledgement
clock-part-at-agency = At the agency
clock-part-awaiting-reply = Awaiting a reply
clock-part-wrong-agency = At a wrong agency
clock-part-triage = At triage
clock-part-to-be-confirmed = To be confirmed

## Whether a clock runs
clock-state-running = running
clock-state-paused = paused
clock-state-stopped = stopped
clock-state-ended = cut short

## What silence means
silence-effect-rejection = rejection
silence-effect-acceptance = acceptance
