## The directory: hours and closures, targets
closure-part-day = the day
closure-part-morning = in the morning
closure-part-afternoon = in the afternoon
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
table-open = OPEN
table-closed = CLOSED
table-to-acknowledge = TO ACKNOWLEDGE
table-to-resolve = TO RESOLVE
table-urgent-acknowledge = URGENT, TO ACKNOWLEDGE
table-urgent-resolve = URGENT, TO RESOLVE
table-etag = ETAG
cli-policy-any = any
cli-policy-withdrawn = The particular target is taken back: that of the level above holds for the next tickets.
cli-open-form = --open: write days and then hours, for example "mon-fri 9:00-12:00 13:30-17:00".
cli-closed-form = --closed: write a day (2026-12-24), the first and the last (2026-12-24:2026-12-31), or half of one (2026-12-24:morning).
value-hours = HOURS
value-days = DAYS
value-target = TARGET
help-directory-set-calendar = Say when an agency is open, and on which days it is shut
help-directory-set-calendar-examples =
    declic directory set-calendar caf-56 --open "mon-thu 9:00-12:00 13:30-17:00" --open "fri 9:00-12:00" --reason "New hours"
    declic directory set-calendar caf-56 --closed 2026-12-24:2026-12-31 --reason "Shut at the year’s end"
help-directory-set-calendar-agency = The agency, for example caf-56
help-directory-set-calendar--open = Days and hours, several times if needed; otherwise those before
help-directory-set-calendar--closed = Days on which it is shut besides, several times if needed
help-directory-set-calendar--no-closures = Forget the known closures first
help-directory-policies = List how much time agencies have
help-directory-set-policy = Say how much time everyone has, or a benefit, an agency, a benefit of an agency
help-directory-set-policy-examples =
    declic directory set-policy --agency caf-56 --benefit RSA --policy-version caf-56-rsa-2027 --acknowledge 1d --resolve 5d --urgent-acknowledge 2h --urgent-resolve 1d --reason "Agreement 2027"
    declic directory set-policy --agency caf-56 --benefit RSA --withdraw --etag 123 --reason "The trial is over"
help-directory-set-policy--agency = The agency; otherwise any
help-directory-set-policy--benefit = The benefit; otherwise any
help-directory-set-policy--policy-version = Name of this version, shown beside deadlines
help-directory-set-policy--acknowledge = To acknowledge: business hours or days, 4h or 2d
help-directory-set-policy--resolve = To give the outcome
help-directory-set-policy--urgent-acknowledge = To acknowledge what is urgent
help-directory-set-policy--urgent-resolve = To give the outcome of what is urgent
help-directory-set-policy--withdraw = Take this target back: that of the level above holds
hub-target-order = the time to acknowledge is longer than the time to resolve, it would be of no use
hub-target-zero = a target of zero makes every ticket late when it opens, give at least 1h or 1d
hub-target-form = write a target as business hours or days, 4h or 10d
hub-policy-version = other targets have this version already, name a new one
hub-policy-agency = the directory has no such agency, enrol it first
hub-never-open = at least one day of the week must be open
hub-shut-too-long = no hour would be open for more than a year
hub-backwards = an opening ends after it begins
hub-overlap = two openings of a day lie over each other
hub-time-form = is not a time, write it as 09:00
hub-closure-order = the closure ends before it begins
field-calendar-hours = hours
field-calendar-closures = closures
field-policy-agency = agency
field-policy-benefit = benefit
field-policy-version = version
field-policy-ordinary-acknowledge = to acknowledge
field-policy-ordinary-resolve = to resolve
field-policy-urgent-acknowledge = urgent, to acknowledge
field-policy-urgent-resolve = urgent, to resolve
table-version = VERSION

## The directory: absences
table-away = AWAY
cli-away = from { $from } to { $until }, the desk stands in
cli-away-deputy = from { $from } to { $until }, { $deputy } stands in
cli-absence-none = No absence that runs or is to come is recorded.
cli-absence-day = This day cannot be: give it as 2026-12-01.
help-directory-set-absence = Record an absence: what is followed goes at once to who stands in
help-directory-set-absence-examples =
    declic directory set-absence claire.morel --from 2026-12-21 --until 2027-01-02 --deputy gael.tanguy --reason "Holidays"
help-directory-set-absence-member = Its name in the directory
help-directory-set-absence--from = First day away
help-directory-set-absence--until = Last day away
help-directory-set-absence--deputy = Who stands in, of the same agency or organisation; otherwise the desk, and for a social worker nobody
help-directory-end-absence = Record a return: the absence that runs ends, otherwise the next one is taken back
help-directory-end-absence-examples =
    declic directory end-absence claire.morel --reason "Back early"
help-directory-end-absence-member = Its name in the directory
hub-absence-order = an absence ends after it begins
hub-absence-overlap = two absences lie over each other
hub-absence-many = there are too many absences, leave out those that are over
hub-absence-oneself = nobody stands in for herself, name a colleague
hub-absence-deputy = is no active colleague of the same agency or organisation, name one
hub-agent-away = this person is away, name somebody who is there or the desk
field-absences = absences
field-absences-deputy = deputy

## The directory: what an agency needs
table-needs = NEEDS
cli-identifier-agency = the person’s number at this agency
cli-identifier-nir = the social-security number
help-directory-set-identifiers = Say what an agency needs to find a person; without options nothing more
help-directory-set-identifiers-examples =
    declic directory set-identifiers caf-56 --agency-identifier --reason "The Caf asks for it"
help-directory-set-identifiers-agency = The agency, for example caf-56
help-directory-set-identifiers--agency-identifier = The person’s number there
help-directory-set-identifiers--nir = The social-security number
hub-finds-nobody = { $given } finds nobody without it, ask the person for it
hub-not-entitled = the law does not let this agency process social-security numbers
field-required-identifiers = required identifiers

## The directory: import of a file
import-kind-members = members
import-kind-desks = desks
import-kind-organisations = organisations
import-outcome-created = added
import-outcome-changed = changed
import-outcome-unchanged = nothing to do
import-outcome-refused = refused
table-line = LINE
table-outcome = EFFECT
table-about = WHO OR WHAT
table-detail = DETAIL
cli-import-read = { $kind }, { $encoding }, separator { $separator }: { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
    }
cli-import-tab = tab
cli-import-counts = { $created } to add, { $changed } to change, { $unchanged } as they are, { $refused } refused
cli-import-column = { $column }: { $problem }
cli-import-done = The file is imported.
cli-import-not-yet = A trial: nothing is recorded. Without --dry-run the file would be imported.
cli-import-refused = Nothing is imported: correct the lines refused, then try again with the whole file.
cli-import-large = { $place }: this file has { $bytes } bytes, at most { $most } are taken: give several smaller ones. Save a workbook of Excel or LibreOffice as CSV first.
help-directory-import = Import a CSV file of members, desks or organisations: the whole file, or nothing
help-directory-import-examples =
    declic directory import social-workers.csv --dry-run --reason "List of September"
    declic directory import social-workers.csv --reason "List of September"
help-directory-import-more = The names of the columns say what the file holds; docs/guides/directory.md has them, with an example. One line refused, and nothing is imported: the report says why, line by line. A file takes out and moves nobody; imported twice it changes nothing more.
help-directory-import-file = The CSV file, with the names of the columns on its first line
help-directory-import--dry-run = Say what the file would do, record nothing
hub-file-empty = this file holds nothing, choose another
hub-file-large = this file has { $number } bytes, at most { $most } are taken, give several smaller ones
hub-file-long = this file has more than { $number } lines, give several smaller ones
hub-file-wide = this file has { $number } columns, keep those of the guide
hub-file-workbook = this file is a workbook or a document, not a list as text, save it as CSV, then give that
hub-file-binary = this file is not a text, save the list as CSV, then give that
hub-file-encoding = this file says that it is in { $given } and is not, save it as CSV in UTF-8
hub-column-unknown-near = unknown column “{ $given }”
hub-column-unknown = unknown column “{ $given }”, leave it out or name it as the guide does
hub-column-twice = column “{ $given }” repeats another one, keep one
hub-column-stray = column “{ $given }” does not go with the others: members, desks and organisations have a file each
hub-column-none = no column says what a line is about: identifiant for members, organisme and équipe for desks, structure for organisations
hub-line-cells = more cells than columns, put between quotes what holds the separator
hub-line-quote = a cell goes on over several lines, a quote is too many or not closed
hub-line-twice = is at line { $number } already, keep one of the two
hub-line-elsewhere = of another organisation or agency, or not yours to enrol: a file moves nobody, an administrator does (put-member)
hub-line-left = has left: a file brings nobody back, enrol this person one by one (put-member)
hub-line-who = is required, say who it is
hub-line-name = is required, the name that others see
hub-line-role = is required, say what the person does
hub-line-agency = is required, say whose desk it is
hub-line-desk = is required, say which desk it is
hub-line-departement = is required, the code of the département
hub-role-unknown = unknown role “{ $given }”
hub-no-such-desk = this agency has no desk “{ $given }”, add it first
hub-no-such-organisation = the directory has no organisation “{ $given }”, add it first
hub-not-your-role = your role may not do this, ask the person whose role it is
hub-not-of-the-tables = no agency of the tables has this name
hub-desk-twice = two desks have the same name
hub-no-benefit = is no benefit of the catalogue, write its code, as in RSA
hub-no-departement = “{ $given }” is no département, write its code: 56, 2A or 971
hub-desk-without-agency = a desk, and no agency: say which
hub-name-length = a name of { $number } characters: write 1 to { $most }, on one line
hub-member-form = a member is written in lower-case letters, digits, dots and hyphens, as in claire.morel
hub-organisation-form = an organisation is written in lower-case letters, digits, dots and hyphens, as in ccas-pontivy
hub-agency-form = an agency is written as caf-56
hub-written = is written { $given }
hub-name-of-the-hub = the hub acts under this name, choose another
hub-key-form = is no public key (43 characters), give the one that declic key show shows
hub-key-shared = somebody signs with this key already, draw another one (declic key generate)
hub-too-many-entries = { $number } entries, at most { $most } are taken
hub-etag-form = is not an etag of this hub, read again what you change
hub-page-size = from 1 to 200
hub-weekday = a day of the week, from 1 (Monday) to 7 (Sunday)
hub-closure-many = too many days closed, at most { $number }
hub-opening-many = too many openings of a day, at most { $number }
hub-closure-long = lasts more than 366 days: an agency that is shut for good takes no tickets
hub-withdraw-alone = taking back needs no version and no targets
hub-policy-version-length = name the version, in at most { $number } characters
hub-unsound-triage = nobody would be at the national triage desk any more (triage-national): add a triage agent first
hub-unsound-administrator = nobody would keep the directory any more: make somebody else administrator first
hub-unsound-no-desk = an enrolled agency has a desk at least; otherwise its enrolment is NONE
hub-needs-organisation = it needs an organisation that the directory has
hub-needs-agency = it needs an agency that the directory has
hub-needs-own-desks = its desks are those of its agency, as the directory names them
hub-needs-triage = a triage agent belongs to a triage desk: triage-56, triage-national
hub-needs-desk = it needs at least one desk
hub-needs-territory = it needs a territory: the codes of its départements
field-file = file
field-organisation = organisation
field-member = member
field-member-keys = keys
field-desk-name = desk
field-desks = desks

## The command line: what is typed does not have its form
cli-usage-day = “{ $value }” does not suit { $word }: write a day as 2026-12-01.
cli-usage-number = “{ $value }” does not suit { $word }: write a whole number.
cli-usage-range = “{ $value }” does not suit { $word }: a number from { $from } to { $until }.
cli-usage-from = “{ $value }” does not suit { $word }: a number from { $from } on.
cli-usage-uuid = “{ $value }” does not suit { $word }: give the id of the first attempt again, or leave this option out.
cli-usage-like = “{ $value }” does not suit { $word }: write it as { $example }.
cli-usage-other = “{ $value }” does not suit { $word }.
example-answer = 1=On 3 March
example-item = "document:Proof of rent|To work out the right again", the kind being document, question or date
example-next-step = 2026-12-05=Payment
example-desk = accueil=Front desk

## The directory: what a desk does not take
organisation-kind-ccas = CCAS or CIAS
organisation-kind-france-services = France Services
organisation-kind-departement = social service of the département
organisation-kind-association = association
organisation-kind-hospital = health establishment
organisation-kind-other = other
table-kind = KIND
table-desk-state = STATE
table-treats = TREATS
table-treats-not = DOES NOT TREAT
table-hears = HEARS
value-kind = KIND
cli-desk-closed = closed
cli-no-such-desk = The directory has no desk { $desk }: write it as caf-56/accueil.
help-directory-put-organisation--kind = What it is
help-directory-set-desk-rules = Say what a desk does not treat, and whom it hears; what is not said again holds no more
help-directory-set-desk-rules-examples =
    declic directory set-desk-rules caf-56/accueil --not-benefit AAH --not-blockage OVERPAYMENT --reason "Sharing of tasks"
    declic directory set-desk-rules caf-56/solidarite --kind ccas --organisation emmaus-56 --reason "Agreement of 2027"
help-directory-set-desk-rules-desk = The desk: caf-56/accueil
help-directory-set-desk-rules--not-benefit = A benefit that it does not treat, as often as needed
help-directory-set-desk-rules--blockage = A blockage that it treats, as often as needed; otherwise all
help-directory-set-desk-rules--not-blockage = A blockage that it does not treat, as often as needed
help-directory-set-desk-rules--kind = A kind of organisations that may address it, as often as needed; otherwise all
help-directory-set-desk-rules--organisation = An organisation that may address it, whatever its kind
help-directory-close-desk = Close a desk: its tickets go to others at once
help-directory-close-desk-examples =
    declic directory close-desk caf-56/accueil --reason "The desks are merged"
help-directory-close-desk-desk = The desk: caf-56/accueil
help-directory-open-desk = Open a desk again
help-directory-open-desk-examples =
    declic directory open-desk caf-56/accueil --reason "The desk is back"
help-directory-open-desk-desk = The desk: caf-56/accueil
hub-desk-closed = this desk is closed, name one that is open
hub-desk-empty = nobody is there, name a desk with an active member
hub-desk-elsewhere = is no desk of this agency
hub-agent-elsewhere = name an active agent of the desk, or give the agent’s own desk with it
hub-desk-triage = a triage desk takes what nobody else does, it is never closed and refuses nothing
hub-agency-declines = no desk of this agency takes this ticket, reach it by its usual channel or name another one
hub-agency-not-enrolled = this agency is not enrolled, reach it by its usual channel and record that (ticket contact)
hub-kind-unknown = unknown kind “{ $given }”
field-rules-not-benefits = benefits not treated
field-rules-blockages = blockages treated
field-rules-not-blockages = blockages not treated
field-rules-kinds = kinds of organisations
field-rules-organisations = organisations
hub-handed-from-closed = The desk that had this ticket is closed: it goes to this one.
page-missing = Missing
hub-given-to-stand-in = The person who followed this case is away: it is given to her deputy.
cli-away-alone = from { $from } to { $until }, without a deputy
hub-due-day = a day from tomorrow to 60 days from now
