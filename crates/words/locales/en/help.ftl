### The help of the command line, by command and option.
heading-usage = Usage:
heading-examples = Examples:
heading-commands = Commands
heading-command = COMMAND
heading-options = Options
heading-arguments = Arguments
heading-common-options = Common options
heading-choices = { "[" }{ $choices }]
heading-default = (default: { $value })
value-file = FILE
value-file-json = FILE.json
value-file-jsonl = FILE.jsonl
value-name = NAME
value-subject = SUBJECT
value-key = KEY
value-n-text = N=TEXT
value-yyyy-mm-dd = YYYY-MM-DD
value-yyyy-mm-dd-label = YYYY-MM-DD=LABEL
value-member = MEMBER
value-desk = DESK
value-kind-label-why = KIND:LABEL|WHY
value-agency = AGENCY
value-scheme = SCHEME
value-event = EVENT
value-folder = FOLDER
value-directory = DIRECTORY
value-address = ADDRESS
value-case = CASE
value-ticket = TICKET
value-case-or-ticket = CASE_OR_TICKET
value-event-or-ticket = EVENT_OR_TICKET
value-text = TEXT
value-reason = REASON
value-effect = EFFECT
value-state = STATE
value-channel = CHANNEL
value-result = RESULT
value-outcome = OUTCOME
value-link = LINK
value-regime = REGIME
value-benefit = BENEFIT
value-blockage = BLOCKAGE
value-stage = STAGE
value-agricultural-status = STATUS
value-local-scheme = VALUE
value-has-basic-pension = VALUE
value-organisation = ORGANISATION
value-desk-name = DESK=LABEL
value-true-false = true|false
value-item = NAME
value-role = ROLE
value-enrolment = WAY
value-code = CODE
value-query = QUERY
help = Déclic: unblock a person’s rights, case by case. Data goes to standard output, talk to standard error.
help-examples =
    declic case open --input dossier.json
    declic case show 26-04817-K
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic ledger verify
help--version = Print the version
help---help = Print this help
help---version = Print the version
help---hub = Address of the hub (DECLIC_HUB)
help---as = Your name in the hub’s directory (DECLIC_SUBJECT)
help---key = File of your private key (DECLIC_KEY)
help---audience = Name the hub expects in tokens (DECLIC_AUDIENCE, else declic-hub)
help---ca = Certificate of the hub’s authority, with https (DECLIC_CA)
help---log-key = Public key of the ledger, or its file (DECLIC_LOG_KEY)
help---config = Configuration file (DECLIC_CONFIG, else ~/.config/declic/cli.toml)
help---lang = Language (DECLIC_LANG, else fr)
help---time-zone = Time zone of the times shown (DECLIC_TIME_ZONE, else Europe/Paris)
help---json = Data as JSON, and errors too
help---quiet = Say nothing but data and errors
help---no-color = No bold (NO_COLOR)
help--ticket = The ticket: 26-04817-K/1, 26-04817-K when there is only one, or its full name
help--case = The case: 26-04817-K or its full name
help---request-id = Id of this intention, to repeat it without doing it twice
help---etag = Refuse if the ticket changed since this reading
help---epoch = Epoch read: the command does not read the ticket again
help---message = Message; “-” reads it from standard input
help---text = Text; “-” reads it from standard input
help---reason = Why; “-” reads it from standard input
help---limit = At most this many lines
help---agent = The agent, for instance erwan.jego
help---agency = The agency, for instance caf-56
help---commune = INSEE code of the commune
help---regime = Regime
help-case = Open and follow cases
help-case-examples =
    declic case open --input dossier.json
    declic case list
help-case-open = Open a case
help-case-open-examples =
    declic case open --input dossier.json
    declic case open --input dossier.json --dry-run
    declic case open --schema > case.schema.json
help-case-open--input = File of the case, or “-”
help-case-open--schema = Print the JSON Schema of that file
help-case-open--dry-run = Check and route without opening anything
help-case-open--anyway = Open even if a case is open already for this person and this benefit
help-case-show = Read a case: who holds it, since when, what comes next
help-case-show-examples =
    declic case show 26-04817-K
    declic case show 26-04817-K --json
help-case-list = List cases, newest first
help-case-list-examples =
    declic case list
    declic case list --state all --json
    declic case list --given-name Jeanne --family-name Exemple --birth-date 1984-07-14
help-case-list--state = Cases in this state
help-case-list--given-name = Given name of the person, exact but for accents
help-case-list--family-name = Family name of the person, exact but for accents
help-case-list--birth-date = Birth date of the person
help-case-list--by-due = In order of what is due, what waits for you first
help-case-list--count = Only say how many there are, up to 1,000
help-case-clock = See where the time of a case goes: with whom, from when to when, counted or not
help-case-clock-examples =
    declic case clock 26-04817-K
help-case-message = Write to the agency
help-case-message-examples =
    declic case message 26-04817-K/1 --text "Bonjour, du nouveau ?"
    declic case message 26-04817-K/1 --text - < message.txt
help-case-reply = Answer an information request
help-case-reply-examples =
    declic case reply 26-04817-K/1 --answer "1=Bail remis le 20 novembre" --answer 2=2026-11-20
help-case-reply--answer = Answer to item N
help-case-close = Close a resolved ticket
help-case-close-examples =
    declic case close 26-04817-K/1 --effect yes
help-case-close--effect = Whether the person got what was expected
help-case-reopen = Reopen a ticket resolved, or closed for at most 60 days
help-case-reopen-examples =
    declic case reopen 26-04817-K/1 --reason "Le paiement de novembre manque"
help-case-remind = Remind the agency that holds the ticket, once a business day at most
help-case-remind-examples =
    declic case remind 26-04817-K --message "Toujours sans réponse"
help-case-share = Show a ticket to the agency of another ticket of the case, which only reads it
help-case-share-examples =
    declic case share 26-04817-K/1 --agency msa-portes-de-bretagne --reason "Même situation, deux organismes"
help-case-unshare = Show a ticket to that agency no more
help-case-unshare-examples =
    declic case unshare 26-04817-K/1 --agency msa-portes-de-bretagne --reason "Partagée à tort"
help-case-withdraw = Withdraw a case, or one of its tickets
help-case-withdraw-examples =
    declic case withdraw 26-04817-K --reason "La personne ne souhaite plus"
help-case-withdraw-case-or-ticket = The case (26-04817-K) or the ticket (26-04817-K/1)
help-case-urgency = Say that a case is urgent, or no more
help-case-urgency-examples =
    declic case urgency 26-04817-K --urgent yes --reason "Coupure d’électricité annoncée"
help-case-urgency--urgent = Whether the case is urgent from now on
help-case-transfer = Give a case to a colleague of the organisation
help-case-transfer-examples =
    declic case transfer 26-04817-K --to yann.le-goff --reason "Changement de secteur"
help-case-transfer-more = The case changes hands at once: unless it is shared with the team, you read it no longer.
help-case-transfer--to = The colleague who will follow the case, for example yann.le-goff
help-case-add = Add a ticket for another agency to the case
help-case-add-examples =
    declic case add 26-04817-K --stage payment --explanation "La décision est prise, le paiement manque"
    declic case add 26-04817-K --benefit APL --blockage NO_REPLY --explanation "Le loyer n’est plus payé"
help-case-add-more = The rules route by the facts of the case, with those you give here in their place.
help-case-add--benefit = Benefit of this ticket
help-case-add--blockage = What blocks
help-case-add--stage = Decision or payment
help-case-add--explanation = What the agency is asked
help-case-correct = Correct the facts of a case
help-case-correct-examples =
    declic case correct 26-04817-K --commune 35238 --reason "La personne a déménagé"
help-case-correct-more = Nothing is sent on: the answer and the page of each ticket say where the rules would send it now.
help-case-correct--benefit = Benefit
help-case-correct--blockage = What blocks
help-case-correct--stage = Decision or payment
help-case-person = Correct who the person is
help-case-person-examples =
    declic case person 26-04817-K --family-name Exemplaire --reason "Nom de naissance"
help-case-person--given-name = Given names
help-case-person--family-name = Family name, the birth name where possible
help-case-person--birth-date = Birth date
help-case-person--agency-identifier = Number at the agency
help-case-person--nir = Social-security number; "-" reads it from standard input
help-case-mandate = Keep the agreement of the person up to date
help-case-mandate-examples =
    declic case mandate renew 26-04817-K --channel signed --given-on 2026-11-20 --expires-on 2027-11-20 --scope "RSA"
    declic case mandate revoke 26-04817-K --reason "La personne l’a dit au guichet"
help-case-mandate-renew = Record a new agreement of the person
help-case-mandate-renew-examples =
    declic case mandate renew 26-04817-K --channel signed --given-on 2026-11-20 --expires-on 2027-11-20 --scope "RSA"
help-case-mandate-renew--channel = How the agreement was given
help-case-mandate-renew--given-on = Day of the agreement
help-case-mandate-renew--expires-on = Last day of the agreement, within three years
help-case-mandate-renew--scope = What it covers
help-case-mandate-renew--evidence = Where its evidence is kept
help-case-mandate-revoke = Record that the person took the agreement back
help-case-mandate-revoke-examples =
    declic case mandate revoke 26-04817-K --reason "La personne l’a dit au guichet"
help-case-mandate-revoke-more = The agencies are told nothing new afterwards: no new ticket, no reopening, no message, no reply, no correction. They answer for what they have; you may remind without a message, close or withdraw.
help-ticket = Treat the tickets an agency receives
help-ticket-examples =
    declic ticket list
    declic ticket acknowledge 26-04817-K/1
help-ticket-list = List tickets, those waiting longest first
help-ticket-list-examples =
    declic ticket list
    declic ticket list --late
    declic ticket list --state routed --state delivered --json
help-ticket-list--state = Tickets in this state; may be repeated
help-ticket-list--by-due = In order of what is due, late first
help-ticket-list--late = Only those that are late, in order of what is due
help-ticket-list--mine = Only those that wait for you in person, in order of what is due
help-ticket-list--count = Only say how many open ones there are, up to 1,000
help-ticket-show = Read a ticket and its thread
help-ticket-show-examples =
    declic ticket show 26-04817-K/1
help-ticket-acknowledge = Take a ticket
help-ticket-acknowledge-examples =
    declic ticket acknowledge 26-04817-K/1
    declic ticket acknowledge 26-04817-K/1 --agent erwan.jego
help-ticket-acknowledge--agent = The accountable agent; without it, the desk
help-ticket-assign = Give a ticket to an agent or a desk
help-ticket-assign-examples =
    declic ticket assign 26-04817-K/1 --agent erwan.jego --reason "absence"
help-ticket-assign--desk = The desk, agencies/caf-56/desks/solidarite
help-ticket-ask = Ask the social worker for what is missing
help-ticket-ask-examples =
    declic ticket ask 26-04817-K/1 --item "document:Bail|Prouver la résidence" --due 2026-12-04
help-ticket-ask--item = What is asked (document, question or date), and why; may be repeated
help-ticket-ask--due = Last day to answer, else 10 business days
help-ticket-take-back = Go on without the reply
help-ticket-take-back-examples =
    declic ticket take-back 26-04817-K/1
help-ticket-redirect = Redirect a ticket
help-ticket-redirect-examples =
    declic ticket redirect 26-04817-K/1 --reason wrong-regime --regime agricultural --message "Salariée agricole"
    declic ticket redirect 26-04817-K/1 --reason outside-territory --commune 35238 --message -
help-ticket-redirect--reason = Why
help-ticket-redirect--commune = The right commune, with outside-territory
help-ticket-redirect--regime = The right regime, with wrong-regime
help-ticket-redirect--agency = The agency proposed; without it, triage
help-ticket-resolve = Give the agency’s outcome
help-ticket-resolve-examples =
    declic ticket resolve 26-04817-K/1 --outcome right-restored --message "Droit rétabli" --next-step "2026-12-05=Paiement"
help-ticket-resolve--outcome = What is decided
help-ticket-resolve--next-step = What comes next, with its date; may be repeated
help-ticket-resolve--link = Link to the procedure, the duplicate or the ways of appeal
help-ticket-route = Route by hand a ticket at triage
help-ticket-route-examples =
    declic ticket route 26-04817-K/1 --agency caf-56 --reason "Vu avec la Caf"
help-ticket-contact = Record that an agency was contacted by its usual channel (triage desk)
help-ticket-contact-examples =
    declic ticket contact 26-04817-K/1 --channel telephone --result answered --message "Dossier retrouvé"
    declic ticket contact 26-04817-K/1 --agency mdph-56 --channel email --result answer-awaited --message - --next-step "2026-12-04=Réponse de la MDPH"
help-ticket-contact--agency = The agency contacted, else the one the rules name
help-ticket-contact--channel = By which channel
help-ticket-contact--on = The day of the contact, else today
help-ticket-contact--result = What the contact came to
help-ticket-contact--message = What was said; “-” reads it from standard input
help-ticket-contact--next-step = What comes next, with its date or without (=LABEL)
help-ticket-transfer = Let the tickets of a merged or renamed agency follow (administrator)
help-ticket-transfer-examples =
    declic ticket transfer --agency caf-56 --to caf-35 --reason "Fusion au 1er janvier"
help-ticket-transfer--agency = The agency that is no more
help-ticket-transfer--to = The agency that succeeds it
help-ticket-escalate = Alert the desk that holds a ticket, or the social worker it waits for (supervisor)
help-ticket-escalate-examples =
    declic ticket escalate 26-04817-K/1 --reason "La personne n’a plus de ressources"
help-ticket-note = Write a note that only the agency reads
help-ticket-note-examples =
    declic ticket note 26-04817-K/1 --text "À revoir lundi"
help-routing = Find the competent agency
help-routing-examples =
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic routing communes pontivy
help-routing-explain = Say where a case would go, and why; with --hub, ask the hub
help-routing-explain-examples =
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic routing explain --input cas.jsonl --json
    declic routing explain --input cas.jsonl --json --hub https://hub.exemple.fr:443
help-routing-explain--input = File of one JSON object per line, or “-”
help-routing-explain--benefit = Code of the benefit, for instance RSA
help-routing-explain--blockage = Code of what blocks, for instance NO_REPLY
help-routing-explain--stage = What is blocked: the decision or the payment
help-routing-explain--relief-domicile = INSEE code of the relief domicile
help-routing-explain--elected-domicile = INSEE code of the elected domicile
help-routing-explain--paying-body = Agency that pays, or paid the deceased
help-routing-explain--seized-body = Agency already seized
help-routing-explain--agricultural-status = Agricultural status
help-routing-explain--local-scheme = Local scheme of Alsace-Moselle
help-routing-explain--has-basic-pension = The person has a basic pension
help-routing-explain--special-scheme = Special scheme, for instance enim
help-routing-explain--life-event = Life event, for instance separation
help-routing-explain--on-date = Day for which the rules are read, else today
help-routing-communes = Find a commune by name, postal code or INSEE code
help-routing-communes-examples =
    declic routing communes pontivy
    declic routing communes 56300 --json
help-routing-communes-query = Name, postal code or INSEE code
help-routing-rules = Print the rules of this program; keep, put in force and take back those of a hub
help-routing-rules-examples =
    declic routing rules > rules.toml
    declic routing rules propose rules.toml --reason "Decree of 1 December"
    declic routing rules activate 2026.12.1 --departement 56 --etag 0 --reason "Trial in Morbihan"
help-routing-rules-propose = Bring a file of rules to the hub; nothing is decided by it yet
help-routing-rules-propose-examples =
    declic routing rules propose rules.toml --reason "Decree of 1 December"
help-routing-rules-propose-file = The file of rules
help-routing-rules-propose--dry-run = Read and check without keeping anything
help-routing-rules-list = List the rules that the hub keeps, and say which decide where
help-routing-rules-list-examples =
    declic routing rules list
    declic routing rules list --changes
help-routing-rules-list--changes = What changed: when, by whom, why
help-routing-rules-show = Show one ruleset and what its check found
help-routing-rules-show-examples =
    declic routing rules show 2026.12.1
    declic routing rules show 2026.12.1 --file > rules.toml
help-routing-rules-show-ruleset = Its version, or the beginning of its hash
help-routing-rules-show--file = Its file, and nothing else
help-routing-rules-simulate = Count what a ruleset would move of the cases of the hub
help-routing-rules-simulate-examples =
    declic routing rules simulate 2026.12.1
    declic routing rules simulate 2026.12.1 --on-date 2027-01-15 --json
help-routing-rules-simulate-ruleset = Its version, or the beginning of its hash
help-routing-rules-simulate--cases = How many of the newest cases
help-routing-rules-simulate--on-date = Day on which the rules are read, else that of each case
help-routing-rules-activate = Put a ruleset in force, in some départements first
help-routing-rules-activate-examples =
    declic routing rules activate 2026.12.1 --departement 56 --etag 0 --reason "Trial in Morbihan"
    declic routing rules activate 2026.12.1 --etag 2 --reason "The trial was good"
help-routing-rules-activate-ruleset = Its version, or the beginning of its hash
help-routing-rules-activate--departement = Where it decides, several times if need be; else everywhere
help-routing-rules-activate--override = Why it must decide there although the check forbids it
help-routing-rules-rollback = Put in force again what was before the last activation
help-routing-rules-rollback-examples =
    declic routing rules rollback --etag 3 --reason "The desks are not ready"
help-routing-replay = Decide again on a case, by the rules of that day
help-routing-replay-examples =
    declic routing replay 26-04817-K
    declic routing replay 26-04817-K/2
help-routing-replay-case = The case, or one of its tickets
help-routing-check = Check a file of rules; without one, those of this program
help-routing-check-examples =
    declic routing check rules.toml
    declic routing check rules.toml --total
    declic routing check rules.toml --on-date 2027-01-01
help-routing-check-file = The file of rules
help-routing-check--total = Also go through every commune, benefit, regime and stage (one to two minutes)
help-routing-check--on-date = Day on which the rules are read, else today
help-routing-rehearse = Rehearse a change of rules: which cases would go elsewhere
help-routing-rehearse-examples =
    declic routing rehearse rules.toml
    declic routing rehearse rules.toml --input cases.jsonl --json
help-routing-rehearse-file = The file of rules to rehearse
help-routing-rehearse--against = The rules before, else those of this program
help-routing-rehearse--input = Cases to go through, one JSON object a line, instead of invented ones
help-routing-rehearse--cases = How many invented cases
help-routing-rehearse--seed = Seed of the invented cases: the same gives the same
help-routing-rehearse--on-date = Last day of the year of invented cases, and day of those that give none; else today
help-routing-explain--rules = File of rules to ask, else those of this program
help-routing-misroutes = Count redirects by rule: which of them are wrong most often
help-routing-misroutes-examples =
    declic routing misroutes
    declic routing misroutes --since 2026-09-01 --json
help-routing-misroutes--since = A day of the first month counted, otherwise that of 90 days ago
help-ledger = Read and verify the ledger
help-ledger-examples =
    declic ledger export grand-livre
    declic ledger verify grand-livre
help-ledger-checkpoint = Print a signed checkpoint
help-ledger-checkpoint-examples =
    declic ledger checkpoint
help-ledger-checkpoint--minimum-size = It must cover at least N entries
help-ledger-prove = Get the proof of an entry
help-ledger-prove-examples =
    declic ledger prove 26-04817-K/1 --output preuve.tlog-proof
help-ledger-prove-event-or-ticket = The entry (32 hexadecimal digits), or a ticket for its last entry
help-ledger-prove--output = File to write the proof to
help-ledger-export = Copy the whole ledger into a folder, and verify it
help-ledger-export-examples =
    declic ledger export grand-livre --log-key cle-du-grand-livre.txt
help-ledger-export-directory = The folder, made when it does not exist
help-ledger-verify = Verify the ledger: the hub’s, or files offline
help-ledger-verify-examples =
    declic ledger verify
    declic ledger verify grand-livre
    declic ledger verify --proof preuve.tlog-proof --log-key cle-du-grand-livre.txt
help-ledger-verify-directory = Folder written by declic ledger export
help-ledger-verify--checkpoint = Checkpoint kept; may be repeated
help-ledger-verify--leaves = File of the entries, 242 bytes each
help-ledger-verify--proof = Proof of one entry
help-whoami = Say who you are for the hub
help-whoami-examples =
    declic whoami
help-key = Make and read keys
help-key-examples =
    declic key generate --output cle.pem
help-key-generate = Make a private key and print its public key
help-key-generate-examples =
    declic key generate --output cle.pem
help-key-generate--output = File to make, readable by you alone
help-key-show = Print the public key of a private key, a member’s or a ledger’s
help-key-show-examples =
    declic key show cle.pem
help-key-show-file = File of the private key
help-hub = Run a hub: the same program as declic-hub, set by a file (hub.toml)
help-hub-examples =
    declic hub --config hub.toml --check
    declic hub --config hub.toml
    declic hub --database postgres://declic@db.example/declic
help-hub--config = The hub’s configuration file; deploy/hub.example.toml explains every key
help-hub--database = PostgreSQL database in the place of the file’s: postgres://user@host/database. Its password stands in the file that PGPASSFILE names
help-hub--keyring = PostgreSQL database of the keys of cases, always another one (else on the same server, the database’s name followed by _keys)
help-hub--check = Check the configuration and the directory, start nothing
help-hub--rebuild-figures = Make the figures again from the journal, then end; hubs of a shared database may go on
help-directory = Read and keep the directory: organisations, agencies, desks, members
help-directory-examples =
    declic directory members --of caf-56
    declic directory show claire.morel
    declic directory end-member claire.morel --reason "Moves elsewhere on 1 December"
help-directory-organisations = List the organisations
help-directory-agencies = List the agencies with their desks
help-directory-members = List the members that you may read
help-directory-members-examples =
    declic directory members --of organisations/ccas-pontivy
    declic directory members --of caf-56 --ended
help-directory-members--of = Those of an agency, or of an organisation (organisations/ccas-pontivy)
help-directory-members--ended = Those who have left too
help-directory-show = Show a member, an agency or an organisation, with what changing it takes
help-directory-show-examples =
    declic directory show claire.morel
    declic directory show agencies/caf-56
help-directory-show-item = A member, agencies/… or organisations/…
help-directory-changes = List what changed of the directory, newest first
help-directory-put-organisation = Add an organisation, or change the one that was read
help-directory-put-organisation-examples =
    declic directory put-organisation ccas-auray --name "CCAS d’Auray" --departement 56 --reason "Agreement signed"
help-directory-put-organisation-organisation = Its name in the directory
help-directory-put-organisation--departement = Code of its département
help-directory-put-agency = Enrol an agency, or change the one that was read
help-directory-put-agency-examples =
    declic directory put-agency caf-35 --enrolment connector --nir-allowed true --desk accueil=Accueil --reason "Agreement signed"
help-directory-put-agency-agency = One of the agencies of the tables, for example caf-56
help-directory-put-agency--enrolment = How it receives tickets
help-directory-put-agency--nir-allowed = Whether the law lets it process social-security numbers
help-directory-put-agency--desk = One more desk, several times if needed
help-directory-put-desk = Add a desk to an agency, or change it
help-directory-put-desk-examples =
    declic directory put-desk caf-56/solidarite --name "Solidarité" --benefit RSA --benefit PPA --reason "A new desk"
help-directory-put-desk-desk = The desk: caf-56/accueil
help-directory-put-desk--benefit = A benefit it treats, several times if needed; otherwise all of them
help-directory-put-member = Enrol a member, or change the one that was read
help-directory-put-member-examples =
    declic directory put-member maud.riou --name "Maud Riou" --role social-worker --organisation ccas-pontivy --public-key KEY --reason "Takes up her post"
help-directory-put-member-member = Its name in the directory
help-directory-put-member--role = What it may do
help-directory-put-member--organisation = Its organisation
help-directory-put-member--desk = One of its desks, several times if needed
help-directory-put-member--departement = A département it supervises, several times if needed
help-directory-put-member--public-key = Its public key (declic key), several times if needed
help-directory-put-member--identity = Who it is for an identity provider: its issuer and its subject, several times if needed
help-directory-set-desks = Say at which desks an agent is
help-directory-set-desks-examples =
    declic directory set-desks claire.morel --desk accueil --desk solidarite --reason "Helps at the front desk"
help-directory-set-desks--desk = One of its desks, several times if needed
help-directory-end-member = Record that a member has left: its keys sign no more
help-directory-end-member-examples =
    declic directory end-member claire.morel --reason "Moves elsewhere"
help--member = The member, for example claire.morel
help---name = Label shown to others
help-directory-rehearse-departure = Say beforehand what a departure would move, and where
help-directory-rehearse-departure-examples =
    declic directory rehearse-departure claire.morel
help-supervision = Follow delays and their causes
help-supervision-examples =
    declic supervision board --territory 56
help-supervision-board = Show how long people wait, where the time goes and what blocks
help-supervision-board-examples =
    declic supervision board --territory 56
    declic supervision board --agency caf-56 --since 2026-09-01 --until 2026-10-31
    declic supervision board --benefit RSA --csv
help-supervision-board--territory = Code of the département, otherwise all of yours
help-supervision-board--agency = The agency, otherwise all
help-supervision-board--benefit = Code of the benefit, otherwise all
help-supervision-board--blockage = Code of the blockage, for example NO_REPLY, otherwise all
help-supervision-board--since = A day of the first month counted, otherwise that of 90 days ago
help-supervision-board--until = A day of the last month counted, otherwise today
help-supervision-board--csv = One figure a line, for a spreadsheet
