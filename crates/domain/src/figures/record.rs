//! What the figures know of a ticket.

use std::collections::BTreeMap;

use declic_calendar::Calendar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::clock::timeline::{Chain, Epoch, Life, Part, timeline};
use crate::clock::{Clock, Clocks, Phase};
use crate::directory::is_triage;
use crate::event::{CaseOpening, Effect, Event, Kind, Party, RedirectReason};
use crate::holder::Holder;
use crate::name::{AgencyId, TicketNumber};
use crate::ticket::{OutOfOrder, State};

/// Business time is measured in quarters of an hour, in minutes.
const QUARTER: i64 = 15;

/// What a person waits is measured in hours, in minutes.
const HOUR: i64 = 60;

/// A ticket, as the figures know it at an instant. Once it has ended, it is the same at every later one, unless it is
/// reopened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Code of the département of the residence, as it is known last; empty abroad.
    pub departement: String,
    /// The agency it went to.
    pub agency: AgencyId,
    /// Code of the benefit.
    pub benefit: String,
    /// Code of the blockage; empty when nobody gave one.
    pub blockage: String,
    /// When its case was opened.
    pub case_opened_at: Timestamp,
    /// Until it was taken, for each of its epochs.
    pub acknowledge: Vec<Measure>,
    /// Until its outcome, for each of its epochs.
    pub resolve: Vec<Measure>,
    /// Until its chain was closed; with the last ticket of a chain only.
    pub wait: Option<Measure>,
    /// Where its time went, on the wall.
    pub parts: BTreeMap<Part, SignedDuration>,
    /// Whether it was at a triage desk, whose work it is to send on.
    pub at_triage: bool,
    /// Why its agency sent it on; none at a triage desk.
    pub sent_on: Option<SentOn>,
    /// Outcomes its agency gave, one in an epoch at most.
    pub outcomes: u32,
    /// How often the social worker reopened it.
    pub reopened: u32,
    /// How often its agency asked for what it lacks.
    pub requests: u32,
    /// What the person got, once it is closed.
    pub effect: Option<Effect>,
    /// Whether it is closed and nobody said what the person got: by the clock.
    pub unconfirmed: bool,
    /// The day on which it was opened, where the person lives.
    pub arrived: Date,
    /// How it stands, while it is open.
    pub standing: Option<Standing>,
}

/// A duration that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Minutes: whole quarters of an hour of business time, whole hours of a person's wait, each that was begun.
    pub minutes: u32,
    /// Whether what it waited for came.
    pub ending: Ending,
    /// Whether the target was kept; none while that is not known, or without a target.
    pub kept: Option<bool>,
}

/// Whether what a duration waited for came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It came.
    Done,
    /// Not yet, or something else ended the waiting first: it lasted as long at least.
    Censored,
}

/// A redirect by the agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentOn {
    /// Why.
    pub reason: RedirectReason,
    /// Whether it was the first of its chain.
    pub first: bool,
}

/// How an open ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who has the ball.
    pub holder: HolderKind,
    /// How old its chain is.
    pub age: Age,
    /// How far it has come into its agency.
    pub reception: Reception,
    /// Whether it is late.
    pub lateness: Lateness,
    /// Business minutes by which it is late, in whole quarters of an hour; 0 when it is not.
    pub late_minutes: u32,
}

/// Who has the ball, never by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolderKind {
    /// A desk: no agent answers for it.
    Desk,
    /// An agent.
    Agent,
    /// The social worker.
    Opener,
    /// The organisation of a social worker who left.
    Organisation,
}

/// How far a ticket has come into its agency, in its epoch, as far as events tell: who looked at it is nobody's figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reception {
    /// The agency's software has not confirmed that it holds it, and nobody there has done anything on it.
    Undelivered,
    /// The agency's software holds it; nobody there has done anything on it.
    Unread,
    /// Somebody there has done something on it.
    Read,
}

/// How old, in days of 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Less than 7 days.
    Week,
    /// 7 to 29 days.
    Month,
    /// 30 to 89 days.
    Quarter,
    /// 90 days or more.
    Older,
}

/// Whether an agency is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lateness {
    /// A target has passed.
    Late,
    /// Three quarters of the time of a target have passed.
    Soon,
    /// There is time, or no clock runs.
    InTime,
}

impl Age {
    /// That of something so old.
    pub fn of(age: SignedDuration) -> Self {
        match age.as_hours() / 24 {
            ..7 => Self::Week,
            7..30 => Self::Month,
            30..90 => Self::Quarter,
            _ => Self::Older,
        }
    }
}

/// The records of the tickets of one case, at an instant that is not before its last event.
///
/// # Errors
/// [`OutOfOrder`] when the events of a ticket are not all there, in order.
pub fn records(events: &[Event], now: Timestamp) -> Result<Vec<Record>, OutOfOrder> {
    let openings: BTreeMap<TicketNumber, &CaseOpening> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Opened(opened) => Some((event.ticket.number, &opened.case)),
            _ => None,
        })
        .collect();
    let doings = doings(events);
    let departement = departement(events);
    let told = timeline(events, now)?;
    let mut records = Vec::new();
    for chain in &told.chains {
        let mut first = true;
        for (place, life) in (1..).zip(&chain.lives) {
            let number = life.ticket.name.number;
            let Some(case) = openings.get(&number) else {
                continue;
            };
            let doing = doings.get(&number).copied().unwrap_or_default();
            let reason = doing.redirected.filter(|_| !is_triage(life.ticket.agency()));
            let sent_on = reason.map(|reason| SentOn { reason, first });
            first &= sent_on.is_none();
            let wait = (place == chain.lives.len()).then(|| wait(chain, life, now));
            let around = Around {
                case,
                departement,
                chain,
                doing,
            };
            records.push(record(&around, life, sent_on, wait, now));
        }
    }
    Ok(records)
}

/// Where the person lives, as it is known last: all tickets of a case count there, those that ended before a correction too.
fn departement(events: &[Event]) -> &str {
    let told = events.iter().filter_map(|event| match &event.kind {
        Kind::Opened(opened) => Some((event.recorded_at, opened.case.departement.as_str())),
        Kind::FactsCorrected { departement, .. } => Some((event.recorded_at, departement.as_str())),
        _ => None,
    });
    // Of two at one instant the one told later: a ticket that opens is told after the correction that it carries.
    told.max_by_key(|(at, _)| *at)
        .map_or("", |(_, departement)| departement)
}

/// What was done on a ticket that its fold does not keep.
#[derive(Debug, Clone, Copy, Default)]
struct Doing {
    redirected: Option<RedirectReason>,
    requests: u32,
    reopened: u32,
    /// Whether somebody of its agency did something, since it came to them.
    touched: bool,
}

fn doings(events: &[Event]) -> BTreeMap<TicketNumber, Doing> {
    let mut doings: BTreeMap<TicketNumber, Doing> = BTreeMap::new();
    for event in events {
        let doing = doings.entry(event.ticket.number).or_default();
        // A program confirms a delivery: that tells of nobody.
        doing.touched |= matches!(event.party, Party::Agency(_)) && event.kind != Kind::DeliveryConfirmed;
        match &event.kind {
            Kind::Redirected { reason, .. } => doing.redirected = Some(*reason),
            Kind::InformationRequested { .. } => doing.requests += 1,
            Kind::Opened(_) | Kind::AgencyTransferred { .. } => doing.touched = false,
            Kind::Reopened { .. } => {
                doing.reopened += 1;
                doing.touched = false;
            }
            _ => {}
        }
    }
    doings
}

/// What a ticket stands in.
struct Around<'a> {
    case: &'a CaseOpening,
    departement: &'a str,
    chain: &'a Chain,
    doing: Doing,
}

fn record(
    around: &Around<'_>,
    life: &Life,
    sent_on: Option<SentOn>,
    wait: Option<Measure>,
    now: Timestamp,
) -> Record {
    let Around {
        case,
        departement,
        chain,
        doing,
    } = around;
    let ticket = &life.ticket;
    let calendar = Calendar::for_departement(departement);
    let outcomes = life.epochs.iter().filter(|epoch| epoch.resolved_at.is_some());
    let mut parts = BTreeMap::new();
    for span in life.spans.iter().filter(|span| span.duration().is_positive()) {
        *parts.entry(span.part).or_default() += span.duration();
    }
    let clocked = life
        .epochs
        .iter()
        .filter_map(|epoch| Some((epoch, epoch.clocks.as_ref()?)));
    Record {
        departement: (*departement).to_owned(),
        agency: ticket.agency().clone(),
        benefit: ticket.facts.benefit.clone(),
        blockage: ticket.facts.blockage.clone().unwrap_or_default(),
        case_opened_at: case.opened_at,
        acknowledge: clocked
            .clone()
            .map(|(epoch, clocks)| to_acknowledge(epoch, clocks, now))
            .collect(),
        resolve: clocked
            .map(|(epoch, clocks)| to_resolve(life, epoch, clocks, now))
            .collect(),
        wait,
        parts,
        at_triage: is_triage(ticket.agency()),
        sent_on,
        outcomes: u32::try_from(outcomes.count()).unwrap_or(u32::MAX),
        reopened: doing.reopened,
        requests: doing.requests,
        effect: ticket.effect.filter(|_| ticket.state == State::Closed),
        unconfirmed: ticket.state == State::Closed && ticket.effect.is_none(),
        arrived: calendar.date_of(ticket.opened_at),
        standing: standing(chain, life, doing.touched, now),
    }
}

fn to_acknowledge(epoch: &Epoch, clocks: &Clocks, now: Timestamp) -> Measure {
    let (clock, calendar) = (&clocks.acknowledge, &clocks.terms.calendar);
    let used = calendar.business_duration(clock.started_at, clock.end(now));
    measure(used, epoch.acknowledged_at.is_some(), clock, calendar, now)
}

fn to_resolve(life: &Life, epoch: &Epoch, clocks: &Clocks, now: Timestamp) -> Measure {
    let spans = life.spans.iter().filter(|span| span.epoch == epoch.epoch);
    let used = spans.map(|span| span.counted).sum();
    measure(
        used,
        epoch.resolved_at.is_some(),
        &clocks.resolve,
        &clocks.terms.calendar,
        now,
    )
}

fn measure(used: SignedDuration, done: bool, clock: &Clock, calendar: &Calendar, now: Timestamp) -> Measure {
    let late = clock.late_by(now, calendar).is_positive();
    Measure {
        minutes: begun(used, QUARTER),
        ending: if done { Ending::Done } else { Ending::Censored },
        kept: (done || late).then_some(!late),
    }
}

/// Days on the wall, nights and Sundays too, whoever holds.
fn wait(chain: &Chain, last: &Life, now: Timestamp) -> Measure {
    let from = chain.spans().map(|span| span.from).min().unwrap_or(now);
    let to = chain.spans().map(|span| span.to).max().unwrap_or(from);
    Measure {
        minutes: begun(to.duration_since(from), HOUR),
        ending: match last.ticket.state {
            State::Closed => Ending::Done,
            _ => Ending::Censored,
        },
        kept: None,
    }
}

fn standing(chain: &Chain, life: &Life, touched: bool, now: Timestamp) -> Option<Standing> {
    let holder = match &life.spans.last().filter(|span| span.lasts)?.holder {
        Holder::Desk(_) => HolderKind::Desk,
        Holder::Agent(_) => HolderKind::Agent,
        Holder::Opener(_) => HolderKind::Opener,
        Holder::Organisation(_) | Holder::Supervision => HolderKind::Organisation,
    };
    let since = chain.spans().map(|span| span.from).min().unwrap_or(now);
    let (lateness, late_minutes) = lateness(life.ticket.clocks.as_ref(), now);
    Some(Standing {
        holder,
        age: Age::of(now.duration_since(since)),
        reception: match life.ticket.state {
            State::Routed if !touched => Reception::Undelivered,
            State::Delivered if !touched => Reception::Unread,
            _ => Reception::Read,
        },
        lateness,
        late_minutes,
    })
}

/// The worst of the clocks that run.
fn lateness(clocks: Option<&Clocks>, now: Timestamp) -> (Lateness, u32) {
    let Some(clocks) = clocks else {
        return (Lateness::InTime, 0);
    };
    let calendar = &clocks.terms.calendar;
    let clocks = [&clocks.acknowledge, &clocks.resolve];
    let running = clocks.into_iter().filter(|clock| clock.phase == Phase::Running);
    let each = running.map(|clock| {
        let late = clock.late_by(now, calendar);
        if late.is_positive() {
            (Lateness::Late, begun(late, QUARTER))
        } else if clock.warning <= now {
            (Lateness::Soon, 0)
        } else {
            (Lateness::InTime, 0)
        }
    });
    let worst = each.min_by_key(|(lateness, minutes)| (*lateness, std::cmp::Reverse(*minutes)));
    worst.unwrap_or((Lateness::InTime, 0))
}

/// In minutes, each such step that was begun counted whole.
fn begun(duration: SignedDuration, step: i64) -> u32 {
    let seconds = duration.as_secs().max(0) + i64::from(duration.subsec_nanos() > 0);
    let step = step * 60;
    u32::try_from((seconds + step - 1) / step * step / 60).unwrap_or(u32::MAX)
}
