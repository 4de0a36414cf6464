//! What the figures know of a ticket.

use std::collections::BTreeMap;

use declic_calendar::Calendar;
use jiff::{SignedDuration, Timestamp};

use crate::clock::timeline::{Chain, Epoch, Life, Part, timeline};
use crate::clock::{Clock, Clocks, Phase};
use crate::directory::is_triage;
use crate::event::{CaseOpening, Effect, Event, Kind, RedirectReason};
use crate::holder::Holder;
use crate::name::{AgencyId, TicketNumber};
use crate::ticket::{OutOfOrder, State};

/// A ticket, as the figures know it at an instant. Once it has ended, it is the same at every later one, unless it is
/// reopened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Code of the département of the residence; empty abroad.
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
    /// What the person got, once it is closed.
    pub effect: Option<Effect>,
    /// How it stands, while it is open.
    pub standing: Option<Standing>,
}

/// A duration that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Whole minutes.
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
    /// Whether it is late.
    pub lateness: Lateness,
    /// Business minutes by which it is late; 0 when it is not.
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
    let reasons: BTreeMap<TicketNumber, RedirectReason> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Redirected { reason, .. } => Some((event.ticket.number, *reason)),
            _ => None,
        })
        .collect();
    let told = timeline(events, now)?;
    let mut records = Vec::new();
    for chain in &told.chains {
        let mut first = true;
        for (place, life) in (1..).zip(&chain.lives) {
            let number = life.ticket.name.number;
            let Some(case) = openings.get(&number) else {
                continue;
            };
            let reason = reasons.get(&number).filter(|_| !is_triage(life.ticket.agency()));
            let sent_on = reason.map(|reason| SentOn {
                reason: *reason,
                first,
            });
            first &= sent_on.is_none();
            let wait = (place == chain.lives.len()).then(|| wait(chain, life, now));
            records.push(record(case, chain, life, sent_on, wait, now));
        }
    }
    Ok(records)
}

fn record(
    case: &CaseOpening,
    chain: &Chain,
    life: &Life,
    sent_on: Option<SentOn>,
    wait: Option<Measure>,
    now: Timestamp,
) -> Record {
    let ticket = &life.ticket;
    let mut parts = BTreeMap::new();
    for span in life.spans.iter().filter(|span| span.duration().is_positive()) {
        *parts.entry(span.part).or_default() += span.duration();
    }
    let clocked = life
        .epochs
        .iter()
        .filter_map(|epoch| Some((epoch, epoch.clocks.as_ref()?)));
    Record {
        departement: case.departement.clone(),
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
        effect: ticket.effect.filter(|_| ticket.state == State::Closed),
        standing: standing(chain, life, now),
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
        minutes: minutes(used),
        ending: if done { Ending::Done } else { Ending::Censored },
        kept: (done || late).then_some(!late),
    }
}

/// Days on the wall, nights and Sundays too, whoever holds.
fn wait(chain: &Chain, last: &Life, now: Timestamp) -> Measure {
    let from = chain.spans().map(|span| span.from).min().unwrap_or(now);
    let to = chain.spans().map(|span| span.to).max().unwrap_or(from);
    Measure {
        minutes: minutes(to.duration_since(from)),
        ending: match last.ticket.state {
            State::Closed => Ending::Done,
            _ => Ending::Censored,
        },
        kept: None,
    }
}

fn standing(chain: &Chain, life: &Life, now: Timestamp) -> Option<Standing> {
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
            (Lateness::Late, minutes(late))
        } else if clock.warning <= now {
            (Lateness::Soon, 0)
        } else {
            (Lateness::InTime, 0)
        }
    });
    let worst = each.min_by_key(|(lateness, minutes)| (*lateness, std::cmp::Reverse(*minutes)));
    worst.unwrap_or((Lateness::InTime, 0))
}

fn minutes(duration: SignedDuration) -> u32 {
    u32::try_from(duration.as_mins().max(0)).unwrap_or(u32::MAX)
}
