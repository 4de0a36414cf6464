//! A ticket: the part of a case that one agency treats, as the fold of its events.

use declic_routing::RawFacts;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock::Clocks;
use crate::correction;
use crate::event::{Cause, Effect, Event, ItemKind, Kind, Opened, Orientation, Outcome, Rung};
use crate::name::{AgencyId, DeskName, EventId, MemberId, TicketName, TicketNumber};

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Addressed to a desk.
    Routed,
    /// Held durably by the agency's client.
    Delivered,
    /// Taken by an agent or desk.
    Acknowledged,
    /// Waits for the social worker's reply.
    AwaitingReply,
    /// The agency gave its outcome.
    Resolved,
    /// The social worker confirmed.
    Closed,
    /// Sent on to another agency.
    Redirected,
    /// Withdrawn by the social worker.
    Withdrawn,
    /// Untouched for too long.
    Lapsed,
}

impl State {
    /// Every state, open ones first.
    pub const ALL: [Self; 9] = [
        Self::Routed,
        Self::Delivered,
        Self::Acknowledged,
        Self::AwaitingReply,
        Self::Resolved,
        Self::Closed,
        Self::Redirected,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Routed | Self::Delivered | Self::Acknowledged | Self::AwaitingReply | Self::Resolved
        )
    }
}

/// The part of a case that one agency treats.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its name.
    pub name: TicketName,
    /// How many events it has had.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// Grows by one along its chain at each redirect, routing by hand and reopening.
    pub epoch: u32,
    /// The accountable desk; its agency is the ticket's.
    pub desk: DeskName,
    /// The accountable agent; the desk when absent.
    pub agent: Option<MemberId>,
    /// Since when its holder holds it.
    pub held_since: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Last event.
    pub updated_at: Timestamp,
    /// First acknowledgement of this epoch.
    pub acknowledged_at: Option<Timestamp>,
    /// Resolution of this epoch.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// What the agency waits for.
    pub information: Option<Information>,
    /// Information requests of this epoch.
    pub requests: u8,
    /// What was decided, and by which event.
    pub resolution: Option<Resolution>,
    /// Whether the person got what was expected; closed without it is closed by the clock, unconfirmed.
    pub effect: Option<Effect>,
    /// The facts its routing used.
    pub facts: RawFacts,
    /// Why it went to its desk.
    pub orientation: Orientation,
    /// Redirects in its chain before it.
    pub hops: u8,
    /// The ticket it follows.
    pub predecessor: Option<TicketNumber>,
    /// The ticket that follows it.
    pub successor: Option<TicketNumber>,
    /// Its facts, when those of its case were corrected since it was routed; a redirect starts from them.
    pub corrected: Option<Box<RawFacts>>,
    /// How much time its agency has, in this epoch; absent when its opening had no terms.
    pub clocks: Option<Clocks>,
    /// When its agency was last reminded of it.
    pub reminded_at: Option<Timestamp>,
    /// Desks of other agencies that may read it, one for each agency, in the order in which it was shared.
    pub shared_with: Vec<DeskName>,
    /// The agencies that treated it before they were merged into another or renamed, oldest first.
    pub former_agencies: Vec<AgencyId>,
    /// What was told because nothing was done.
    pub alerts: Alerts,
}

/// What was told because nothing was done: so that it is told once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alerts {
    /// Whether the opener was warned that the last day of the open information request comes near.
    pub reply: bool,
    /// Warnings, since the last event of another kind, that nobody touches the ticket.
    pub untouched: u8,
    /// Escalations of this epoch, whatever their cause.
    pub level: u8,
    /// How far the acknowledgement of this epoch was escalated.
    pub acknowledgement: Option<Rung>,
    /// How far the outcome of this epoch was escalated.
    pub resolution: Option<Rung>,
}

/// What an agency waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Information {
    /// The event that asked; its text holds the words.
    pub event: EventId,
    /// Kinds of the items and whether they were answered, numbered from 1.
    pub items: Vec<(ItemKind, bool)>,
    /// Last day to answer.
    pub due_on: Date,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// The event that resolved; its text holds the words.
    pub event: EventId,
    /// The outcome.
    pub outcome: Outcome,
}

/// An event that cannot follow what is already there: the store is corrupt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {version} of ticket {ticket} cannot follow: {why}")]
pub struct OutOfOrder {
    /// Resource name of the ticket.
    pub ticket: String,
    /// Version of the event.
    pub version: u64,
    /// What is wrong.
    pub why: &'static str,
}

impl Ticket {
    /// The agency that has to treat it.
    pub fn agency(&self) -> &AgencyId {
        &self.desk.agency
    }

    /// The state before any event, from the event that opens it.
    pub fn opened(event: &Event) -> Result<Self, OutOfOrder> {
        let Kind::Opened(opened) = &event.kind else {
            return Err(out_of_order(event, "the first event opens the ticket"));
        };
        if event.version != 1 {
            return Err(out_of_order(event, "the opening has version 1"));
        }
        if event.state != State::Routed {
            return Err(out_of_order(event, "a ticket opens in state ROUTED"));
        }
        let Opened {
            desk,
            facts,
            orientation,
            predecessor,
            epoch,
            hops,
            terms,
            case,
        } = opened.as_ref();
        Ok(Self {
            name: event.ticket,
            version: 1,
            state: State::Routed,
            epoch: *epoch,
            desk: desk.clone(),
            agent: None,
            held_since: event.recorded_at,
            opened_at: event.recorded_at,
            updated_at: event.recorded_at,
            acknowledged_at: None,
            resolved_at: None,
            closed_at: None,
            information: None,
            requests: 0,
            resolution: None,
            effect: None,
            facts: facts.clone(),
            orientation: orientation.clone(),
            hops: *hops,
            predecessor: *predecessor,
            successor: None,
            corrected: None,
            clocks: terms
                .clone()
                .map(|terms| Clocks::start(terms, case.urgent, event.recorded_at)),
            reminded_at: None,
            alerts: Alerts::default(),
            shared_with: Vec::new(),
            former_agencies: Vec::new(),
        })
    }

    /// The state after one more event. Commands are decided with it, replays use it.
    pub fn apply(self, event: &Event) -> Result<Self, OutOfOrder> {
        let after = self.after(event)?;
        if after.state != event.state {
            return Err(out_of_order(
                event,
                "it says another state than the events lead to",
            ));
        }
        Ok(after)
    }

    /// The state after one more event, which need not say that state yet.
    pub(crate) fn after(mut self, event: &Event) -> Result<Self, OutOfOrder> {
        if event.ticket != self.name {
            return Err(out_of_order(event, "it belongs to another ticket"));
        }
        if event.version != self.version + 1 {
            return Err(out_of_order(event, "versions grow by one"));
        }
        let before = self.holding();
        let state = self.state;
        self.version = event.version;
        self.updated_at = event.recorded_at;
        self.change(event)?;
        if let Some(clocks) = &mut self.clocks {
            clocks.passed(state, self.state, event.recorded_at);
        }
        if event.kind != Kind::UntouchedWarned {
            self.alerts.untouched = 0;
        }
        if self.information.is_none() {
            self.alerts.reply = false;
        }
        if self.holding() != before {
            self.held_since = event.recorded_at;
        }
        Ok(self)
    }

    fn change(&mut self, event: &Event) -> Result<(), OutOfOrder> {
        let at = event.recorded_at;
        match &event.kind {
            Kind::Opened(_) => return Err(out_of_order(event, "it is already open")),
            Kind::DeliveryConfirmed if self.state == State::Routed => self.state = State::Delivered,
            Kind::DeliveryConfirmed
            | Kind::MessagePosted
            | Kind::NoteAdded
            | Kind::ContactRecorded(_)
            | Kind::PersonCorrected
            | Kind::MandateRenewed { .. } => {}
            // What the person agreed to share is shared no more; the agency that treats it still has to answer.
            Kind::MandateRevoked { .. } => self.shared_with.clear(),
            Kind::UrgencyChanged { urgent } => {
                if let Some(clocks) = &mut self.clocks {
                    clocks.change_urgency(*urgent, at);
                }
            }
            Kind::FactsCorrected { before, after, .. } => {
                let known = self.known_facts();
                let known = correction::carried(known, before, after);
                self.corrected = (known != self.facts).then(|| Box::new(known));
            }
            // Who follows the case holds what waits for the opener from now on, and was warned of nothing.
            Kind::Transferred { .. } if self.holding() == Holding::Opener => {
                self.held_since = at;
                self.alerts.reply = false;
            }
            Kind::Transferred { .. } => {}
            Kind::Acknowledged { agent } => {
                self.state = State::Acknowledged;
                self.agent.clone_from(agent);
                self.acknowledged_at = Some(at);
            }
            Kind::Assigned { agent, desk } => {
                self.agent.clone_from(agent);
                self.desk = desk.clone();
            }
            Kind::InformationRequested { items, due_on } => {
                self.state = State::AwaitingReply;
                self.requests += 1;
                let items = items.iter().map(|kind| (*kind, false)).collect();
                self.information = Some(Information {
                    event: event.id,
                    items,
                    due_on: *due_on,
                });
            }
            Kind::Replied { items } => self.answer(event, items)?,
            Kind::TakenBack => {
                self.state = State::Acknowledged;
                self.information = None;
            }
            Kind::Redirected { successor, .. } | Kind::RoutedByHand { successor } => {
                self.end(State::Redirected);
                self.successor = Some(*successor);
            }
            Kind::Resolved { outcome } => {
                self.state = State::Resolved;
                self.information = None;
                self.resolved_at = Some(at);
                self.resolution = Some(Resolution {
                    event: event.id,
                    outcome: *outcome,
                });
            }
            Kind::Closed { effect } => {
                self.end(State::Closed);
                self.closed_at = Some(at);
                self.effect = Some(*effect);
            }
            Kind::Reopened { desk } => self.reopen(desk, at),
            Kind::Withdrawn => self.end(State::Withdrawn),
            Kind::Reminded => self.reminded_at = Some(at),
            Kind::ReplyWarned => self.alerts.reply = true,
            Kind::UntouchedWarned => self.alerts.untouched = self.alerts.untouched.saturating_add(1),
            Kind::ClosedUnconfirmed => {
                self.end(State::Closed);
                self.closed_at = Some(at);
            }
            Kind::Lapsed => self.end(State::Lapsed),
            Kind::Escalated { cause, to } => {
                self.alerts.level = self.alerts.level.saturating_add(1);
                match cause {
                    Cause::Acknowledgement => self.alerts.acknowledgement = Some(*to),
                    Cause::Resolution => self.alerts.resolution = Some(*to),
                    Cause::Supervisor => {}
                }
            }
            Kind::Shared { desk } => {
                self.shared_with.retain(|other| other.agency != desk.agency);
                self.shared_with.push(desk.clone());
            }
            Kind::Unshared { agency } => self.shared_with.retain(|desk| desk.agency != *agency),
            Kind::AgencyTransferred { desk } => {
                let former = std::mem::replace(&mut self.desk, desk.clone());
                self.former_agencies.push(former.agency);
                self.agent = None;
                self.shared_with.retain(|other| other.agency != desk.agency);
            }
        }
        Ok(())
    }

    fn answer(&mut self, event: &Event, numbers: &[u8]) -> Result<(), OutOfOrder> {
        let information = self
            .information
            .as_mut()
            .ok_or_else(|| out_of_order(event, "nothing was asked"))?;
        for number in numbers {
            let index = usize::from(*number).wrapping_sub(1);
            let item = information
                .items
                .get_mut(index)
                .ok_or_else(|| out_of_order(event, "no such item"))?;
            item.1 = true;
        }
        if information.items.iter().all(|(_, answered)| *answered) {
            self.state = State::Acknowledged;
            self.information = None;
        }
        Ok(())
    }

    /// The facts as they are known: those it was routed by, or as they were corrected since.
    pub fn known_facts(&self) -> &RawFacts {
        self.corrected.as_deref().unwrap_or(&self.facts)
    }

    fn reopen(&mut self, desk: &DeskName, at: Timestamp) {
        self.state = State::Routed;
        self.epoch += 1;
        self.desk = desk.clone();
        self.agent = None;
        self.acknowledged_at = None;
        self.resolved_at = None;
        self.closed_at = None;
        self.requests = 0;
        self.resolution = None;
        self.effect = None;
        self.clocks = self
            .clocks
            .take()
            .map(|clocks| Clocks::start(clocks.terms, clocks.urgent, at));
        self.alerts = Alerts::default();
    }

    fn end(&mut self, state: State) {
        self.state = state;
        self.information = None;
        self.shared_with.clear();
    }

    /// What decides who holds it: see [`crate::holder`].
    fn holding(&self) -> Holding {
        match (self.state, &self.agent) {
            (State::Acknowledged, Some(agent)) => Holding::Agent(agent.clone()),
            (State::Routed | State::Delivered | State::Acknowledged, _) => Holding::Desk(self.desk.clone()),
            (State::AwaitingReply | State::Resolved, _) => Holding::Opener,
            _ => Holding::Nobody,
        }
    }
}

/// The side that holds a ticket, as far as its own state tells.
#[derive(PartialEq, Eq)]
enum Holding {
    Desk(DeskName),
    Agent(MemberId),
    Opener,
    Nobody,
}

fn out_of_order(event: &Event, why: &'static str) -> OutOfOrder {
    OutOfOrder {
        ticket: event.ticket.resource(),
        version: event.version,
        why,
    }
}
