//! Deciding a command on one ticket: policy, epoch, etag, the table of states, then the command's own rules.

use declic_calendar::Calendar;
use declic_routing::Territory;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::adding;
use crate::case::{Case, CaseFile};
use crate::command::{Command, takes};
use crate::contact;
use crate::directory::{Directory, Matter, Member, is_triage};
use crate::escalation;
use crate::event::{Event, ItemKind, Kind, Party};
use crate::name::{DeskName, EventId, MemberId, TicketName, TicketNumber};
use crate::policy::{self, Action};
use crate::redirect;
use crate::refusal::Refusal;
use crate::reminder;
use crate::rulebook::InForce;
use crate::sharing;
use crate::text::{Personal, Text};
use crate::ticket::{State, Ticket};

/// Most information requests in one epoch.
pub const MOST_REQUESTS: u8 = 2;
/// Business days an opener has to answer when the agency gives no date.
pub const DEFAULT_REPLY_DAYS: u32 = 10;
/// Days a request may leave for the reply.
pub const LONGEST_REPLY_DAYS: i32 = 60;
/// Days after which a closed ticket no longer reopens.
pub const REOPEN_DAYS: i64 = 60;

/// What a decision is given from outside: who asks, when, and what holds at that time.
pub struct Given<'a> {
    /// Who asks.
    pub actor: &'a Member,
    /// The directory as it stands.
    pub directory: &'a Directory,
    /// Communes, départements, agencies.
    pub territory: &'a Territory,
    /// The routing rules in force.
    pub rules: &'a InForce,
    /// The hub's clock.
    pub now: Timestamp,
    /// The epoch the client read, for commands of an agency.
    pub epoch: Option<u32>,
    /// The ticket's or case's version the client read.
    pub etag: Option<u64>,
    /// Draws the random identifier of an event.
    pub event_id: &'a mut dyn FnMut() -> EventId,
}

impl Given<'_> {
    /// Who makes the events of this decision, and when.
    pub(crate) fn author(&mut self) -> Author<'_> {
        Author {
            actor: self.actor.id.clone(),
            party: policy::party(self.actor),
            now: self.now,
            event_id: &mut *self.event_id,
        }
    }

    /// The civil day in a département's own time zone.
    pub fn today(&self, departement: &str) -> Date {
        Calendar::for_departement(departement).date_of(self.now)
    }
}

/// Who makes an event, and when.
pub(crate) struct Author<'a> {
    /// Who.
    pub actor: MemberId,
    /// Where the actor stands.
    pub party: Party,
    /// When.
    pub now: Timestamp,
    /// Draws the random identifier of an event.
    pub event_id: &'a mut dyn FnMut() -> EventId,
}

/// What a command does: the states after it, and the events that lead there.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The case after it.
    pub case: Case,
    /// The tickets that changed or opened, after it.
    pub tickets: Vec<Ticket>,
    /// What happened, in order.
    pub drafts: Vec<Draft>,
}

/// One event with its words and its recipients.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What happened.
    pub event: Event,
    /// Its words.
    pub text: Text,
    /// Whom it is addressed to.
    pub recipients: Vec<Party>,
}

/// Decides a command on one ticket of a case.
pub fn decide(
    file: &CaseFile,
    number: TicketNumber,
    command: Command,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let action = command.action();
    if !policy::permits(given.actor.role, action) {
        return Err(Refusal::Role);
    }
    let ticket = file.ticket(number).ok_or(Refusal::Unknown)?;
    if !policy::may(given.actor, action, &file.case, ticket) {
        return Err(Refusal::Unknown);
    }
    let by_agency = matches!(policy::party(given.actor), Party::Agency(_));
    if (by_agency || command.is_of_agency()) && given.epoch != Some(chain_epoch(file, ticket)) {
        return Err(Refusal::EpochOutdated);
    }
    if matches!(command, Command::Reply { .. }) && !command.is_allowed_in(ticket.state) {
        return Err(Refusal::NotAwaiting {
            successor: last_of_chain(file, ticket).map(|last| last.name.number),
        });
    }
    if given.etag.is_some_and(|etag| etag != ticket.version) {
        return Err(Refusal::EtagOutdated {
            current: ticket.version,
        });
    }
    if !command.is_allowed_in(ticket.state) {
        return Err(Refusal::Transition { state: ticket.state });
    }
    // An agency answers for what it was told, and may always say so.
    if !by_agency && command.shares_anew() {
        file.case.mandate.check_on(given.today(&file.case.departement))?;
    }
    match command {
        Command::Redirect {
            reason,
            message,
            commune,
            regime,
            agency,
        } => {
            let ask = redirect::Ask {
                reason,
                message,
                commune,
                regime,
                agency,
            };
            redirect::redirect(file, ticket, ask, given)
        }
        Command::RouteByHand { agency, reason } => {
            redirect::route_by_hand(file, ticket, &agency, reason, given)
        }
        other => {
            let (kind, text) = simple(file, ticket, other, given)?;
            let mut change = Change::new(file);
            change.push(ticket.clone(), kind, text, given)?;
            change.catch_up(given)?;
            Ok(change.decision())
        }
    }
}

/// What a member may ask of a ticket as it stands: what its role, its relation to the ticket and the table of states allow,
/// in the order of the contract. A command's own rules may still refuse it, with their reason.
pub fn offered(actor: &Member, file: &CaseFile, ticket: &Ticket) -> Vec<Action> {
    let at_triage = is_triage(ticket.agency());
    let elsewhere = file
        .tickets
        .iter()
        .any(|other| other.state.is_open() && other.agency() != ticket.agency());
    let fits = |action| match action {
        Action::RouteTicketByHand | Action::RecordContact => at_triage,
        Action::ShareTicket => elsewhere,
        Action::UnshareTicket => !ticket.shared_with.is_empty(),
        _ => true,
    };
    let all = Action::ALL.iter().copied();
    all.filter(|action| {
        takes(ticket.state, *action) && fits(*action) && policy::may(actor, *action, &file.case, ticket)
    })
    .collect()
}

/// Builds a decision event by event; the state after each comes from the fold itself.
pub(crate) struct Change {
    case: Case,
    tickets: Vec<Ticket>,
    drafts: Vec<Draft>,
}

impl Change {
    pub(crate) fn new(file: &CaseFile) -> Self {
        Self {
            case: file.case.clone(),
            tickets: Vec::new(),
            drafts: Vec::new(),
        }
    }

    pub(crate) fn of_new_case(case: Case) -> Self {
        Self {
            case,
            tickets: Vec::new(),
            drafts: Vec::new(),
        }
    }

    /// Adds an event to a ticket that exists, and gives the ticket after it.
    pub(crate) fn push(
        &mut self,
        ticket: Ticket,
        kind: Kind,
        text: Text,
        given: &mut Given<'_>,
    ) -> Result<Ticket, Refusal> {
        self.push_by(ticket, kind, text, &mut given.author())
    }

    /// A ticket that was closed while its case became urgent, or was so no more, is told when it is open again.
    fn catch_up(&mut self, given: &mut Given<'_>) -> Result<(), Refusal> {
        let urgent = self.case.urgent;
        let differs = |ticket: &&Ticket| {
            let clocks = ticket.clocks.as_ref();
            ticket.state.is_open() && clocks.is_some_and(|clocks| clocks.urgent != urgent)
        };
        match self.tickets.last().filter(differs).cloned() {
            Some(ticket) => {
                self.push(ticket, Kind::UrgencyChanged { urgent }, Text::None, given)?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The same, by whoever it is.
    pub(crate) fn push_by(
        &mut self,
        ticket: Ticket,
        kind: Kind,
        text: Text,
        author: &mut Author<'_>,
    ) -> Result<Ticket, Refusal> {
        let state = ticket.state;
        let mut event = event(ticket.name, ticket.version + 1, state, kind, author);
        let after = ticket.after(&event).map_err(|_| Refusal::Transition { state })?;
        event.state = after.state;
        self.record(after.clone(), event, text);
        Ok(after)
    }

    /// Adds the event that opens a ticket.
    pub(crate) fn open(
        &mut self,
        name: TicketName,
        kind: Kind,
        text: Text,
        given: &mut Given<'_>,
    ) -> Result<(), Refusal> {
        let event = event(name, 1, State::Routed, kind, &mut given.author());
        let after = Ticket::opened(&event).map_err(|_| Refusal::Unknown)?;
        self.record(after, event, text);
        Ok(())
    }

    pub(crate) fn decision(self) -> Decision {
        Decision {
            case: self.case,
            tickets: self.tickets,
            drafts: self.drafts,
        }
    }

    fn record(&mut self, after: Ticket, event: Event, text: Text) {
        self.case.apply(&event);
        let recipients = policy::recipients(&self.case, &after, &event);
        self.tickets.retain(|ticket| ticket.name != after.name);
        self.tickets.push(after);
        self.drafts.push(Draft {
            event,
            text,
            recipients,
        });
    }
}

/// The epoch of a chain: that of its last ticket.
pub fn chain_epoch(file: &CaseFile, ticket: &Ticket) -> u32 {
    last_of_chain(file, ticket).map_or(ticket.epoch, |last| last.epoch)
}

fn last_of_chain<'f>(file: &'f CaseFile, ticket: &Ticket) -> Option<&'f Ticket> {
    let mut last = None;
    let mut next = ticket.successor;
    while let Some(number) = next {
        last = file.ticket(number);
        // Numbers grow along a chain, so this ends.
        next = last
            .and_then(|ticket| ticket.successor)
            .filter(|after| *after > number);
    }
    last
}

fn event(ticket: TicketName, version: u64, state: State, kind: Kind, author: &mut Author<'_>) -> Event {
    Event {
        id: (author.event_id)(),
        ticket,
        version,
        actor: author.actor.clone(),
        party: author.party.clone(),
        recorded_at: author.now,
        state,
        kind,
    }
}

fn simple(
    file: &CaseFile,
    ticket: &Ticket,
    command: Command,
    given: &Given<'_>,
) -> Result<(Kind, Text), Refusal> {
    let message = |text: String| match text.is_empty() {
        true => Text::None,
        false => Text::Personal(Personal::Message(text)),
    };
    Ok(match command {
        Command::ConfirmDelivery => (Kind::DeliveryConfirmed, Text::None),
        Command::Acknowledge { agent } => {
            check_agent(&ticket.desk, agent.as_ref(), given)?;
            (Kind::Acknowledged { agent }, Text::None)
        }
        Command::Assign { agent, desk, reason } => {
            let desk = desk.unwrap_or_else(|| ticket.desk.clone());
            if desk.agency != *ticket.agency() || given.directory.desk(&desk).is_none() {
                return Err(wrong("desk", "name a desk of the ticket's own agency"));
            }
            if !given.directory.is_open(&desk) {
                return Err(wrong("desk", "is closed: name a desk that is open"));
            }
            if !given.directory.is_staffed(&desk) {
                return Err(wrong(
                    "desk",
                    "nobody is there: name a desk with an active member",
                ));
            }
            check_agent(&desk, agent.as_ref(), given)?;
            if agent
                .as_ref()
                .is_some_and(|agent| given.directory.is_away(agent, given.now))
            {
                return Err(wrong("agent", "is away: name somebody who is there, or the desk"));
            }
            (Kind::Assigned { agent, desk }, message(reason))
        }
        Command::RequestInformation {
            items,
            due_on,
            message,
        } => {
            return request_information(file, ticket, items, due_on, message, given);
        }
        Command::Reply { answers, message } => return reply(ticket, answers, message),
        Command::TakeBack { message: text } => (Kind::TakenBack, message(text)),
        Command::Resolve {
            outcome,
            message,
            steps,
            link,
        } => {
            let text = Text::Personal(Personal::Resolution { message, steps, link });
            (Kind::Resolved { outcome }, text)
        }
        Command::Close {
            effect,
            message: text,
        } => (Kind::Closed { effect }, message(text)),
        Command::Reopen { reason } => return reopen(file, ticket, reason, given),
        Command::Withdraw { reason } => (Kind::Withdrawn, message(reason)),
        Command::PostMessage { text } => (Kind::MessagePosted, message(text)),
        Command::AddNote { text } => (Kind::NoteAdded, Text::Note(text)),
        Command::RecordContact(report) => return contact::record(file, ticket, report, given),
        Command::Remind { message } => return reminder::remind(file, ticket, message, given),
        Command::Escalate { reason } => escalation::escalate(ticket, reason),
        Command::Share { agency, reason } => return sharing::share(file, ticket, &agency, reason),
        Command::Unshare { agency, reason } => return sharing::unshare(ticket, agency, reason),
        Command::Redirect { .. } | Command::RouteByHand { .. } => {
            return Err(Refusal::Transition { state: ticket.state });
        }
    })
}

/// An accountable agent must see what it answers for: it belongs to the desk, or manages its agency.
fn check_agent(desk: &DeskName, agent: Option<&MemberId>, given: &Given<'_>) -> Result<(), Refusal> {
    let Some(agent) = agent else { return Ok(()) };
    if given.directory.answers(desk, agent) {
        return Ok(());
    }
    Err(wrong(
        "agent",
        "name an active agent of the ticket's desk, or give the agent's own desk with it",
    ))
}

fn request_information(
    file: &CaseFile,
    ticket: &Ticket,
    items: Vec<(ItemKind, crate::text::ItemText)>,
    due_on: Option<Date>,
    message: String,
    given: &Given<'_>,
) -> Result<(Kind, Text), Refusal> {
    if ticket.requests >= MOST_REQUESTS {
        return Err(Refusal::InformationLimit);
    }
    let calendar = Calendar::for_departement(&file.case.departement);
    let today = calendar.date_of(given.now);
    let due_on =
        due_on.unwrap_or_else(|| calendar.date_of(calendar.add_business_days(given.now, DEFAULT_REPLY_DAYS)));
    let days = today.until(due_on).map_or(i32::MAX, |span| span.get_days());
    if !(1..=LONGEST_REPLY_DAYS).contains(&days) {
        return Err(wrong("due_on", "give a day from tomorrow to 60 days from now"));
    }
    let (kinds, words) = items.into_iter().unzip();
    let text = Text::Personal(Personal::Request {
        items: words,
        message,
    });
    Ok((Kind::InformationRequested { items: kinds, due_on }, text))
}

fn reply(ticket: &Ticket, answers: Vec<(u8, String)>, message: String) -> Result<(Kind, Text), Refusal> {
    let information = ticket.information.as_ref().ok_or(Refusal::NotAwaiting {
        successor: ticket.successor,
    })?;
    let mut awaited = information.items.clone();
    for (number, answer) in &answers {
        let item = *number;
        let slot = awaited.get_mut(usize::from(item).wrapping_sub(1));
        let (kind, answered) = slot.ok_or(Refusal::ItemNotAwaited { item })?;
        if std::mem::replace(answered, true) {
            return Err(Refusal::ItemAnswered { item });
        }
        if *kind == ItemKind::Date && !is_day(answer) {
            let problem = format!("is not a day, which item {item} asks for: write it as 2026-11-22");
            return Err(wrong("answers.text", &problem));
        }
    }
    let items = answers.iter().map(|(number, _)| *number).collect();
    Ok((
        Kind::Replied { items },
        Text::Personal(Personal::Reply { answers, message }),
    ))
}

/// Whether an answer is a day of the calendar in the form that days have here; years from 1900 to 2100 are days that
/// somebody means.
fn is_day(answer: &str) -> bool {
    let day = answer.parse::<Date>().ok();
    day.is_some_and(|day| (1900..=2100).contains(&day.year()) && day.to_string() == answer)
}

fn reopen(
    file: &CaseFile,
    ticket: &Ticket,
    reason: String,
    given: &Given<'_>,
) -> Result<(Kind, Text), Refusal> {
    if let Some(closed_at) = ticket.closed_at {
        let seconds = given.now.as_second() - closed_at.as_second();
        if seconds > REOPEN_DAYS * 86_400 {
            return Err(Refusal::ReopenTooLate);
        }
    }
    adding::check_free(file, ticket)?;
    // The same desk, or the one that now stands for it.
    let desk = if given.directory.is_staffed(&ticket.desk) {
        ticket.desk.clone()
    } else {
        let matter = Matter::addressed(&ticket.facts);
        let next = given.directory.receiving_desk(ticket.agency(), matter, given.now);
        next.map_or_else(|| ticket.desk.clone(), |desk| desk.name.clone())
    };
    Ok((Kind::Reopened { desk }, Text::Personal(Personal::Message(reason))))
}

pub(crate) fn wrong(field: &'static str, problem: &str) -> Refusal {
    Refusal::Field {
        field,
        problem: problem.to_owned(),
    }
}
