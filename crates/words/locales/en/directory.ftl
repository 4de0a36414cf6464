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
help-directory-set-absence = Record an absence: the tickets followed go at once to who stands in
help-directory-set-absence-examples =
    declic directory set-absence claire.morel --from 2026-12-21 --until 2027-01-02 --deputy gael.tanguy --reason "Holidays"
help-directory-set-absence-member = Its name in the directory
help-directory-set-absence--from = First day away
help-directory-set-absence--until = Last day away
help-directory-set-absence--deputy = Who stands in, of the same agency; otherwise the desk
help-directory-end-absence = Record a return: the absence that runs ends, otherwise the next one is taken back
help-directory-end-absence-examples =
    declic directory end-absence claire.morel --reason "Back early"
help-directory-end-absence-member = Its name in the directory
hub-absence-order = an absence ends after it begins
hub-absence-overlap = two absences lie over each other
hub-absence-many = there are too many absences, leave out those that are over
hub-absence-oneself = nobody stands in for herself, name a colleague
hub-absence-deputy = is no active agent of the same agency, name a colleague
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
