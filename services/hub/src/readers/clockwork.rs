//! The clockwork: what nobody did in time is done by the clock, as a command that `domain` decides.
//!
//! Timers stand beside the states they are made of, so there is nothing to follow: every few seconds the store is asked
//! what is due, and each ticket is read, decided and committed as any other. Every hub does so, and none claims anything:
//! the first commit gives the ticket its next timer, and any other that was decided on the version before it is stale. A
//! hub that was killed, or did not hear the end of its commit, reads the ticket again as it stands.
//!
//! Nothing is early: a timer is due when the hub's clock and the engine's both say so, and is decided once more by the
//! hub's own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use declic_domain::Decision;
use declic_domain::name::{EventId, TicketName};
use declic_domain::policy::{reader_scope, rule_scope};
use declic_domain::timer::{self, Firing, Timer};
use declic_store::crash::{self, Point};
use declic_store::{
    CaseWrite, Commit, CommitError, DueTicket, Expected, Limit, RequestKey, StoredCase, timer as row,
};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};
use tokio_util::sync::CancellationToken;

use crate::agreement::ISSUER;
use crate::hub::Hub;
use crate::layers::WriteDoor;
use crate::seal::{self, Keys};
use crate::status::Error;

/// From one look to the next: what is due is done within a minute, with time for what waits before it.
const EVERY: Duration = Duration::from_secs(5);

/// Tickets that are due, read at a time.
const PAGE: u32 = 200;

/// Tickets at once: their commits share batches, and commands of people are not kept waiting for long.
const AT_ONCE: usize = 8;

/// Seconds from the time of a deed to when it was done: a minute is promised, more says that no hub was there.
const LATENESS_S: [f64; 10] = [
    1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0,
];

/// Fires what is due.
pub struct Clockwork {
    hub: Arc<Hub>,
    door: Arc<WriteDoor>,
    measured: Measured,
    resting: Resting,
}

/// Tickets whose time has passed and to which nothing may be done yet, as their agency is shut: which version, and until
/// when. They are not read again until then.
type Resting = HashMap<TicketName, (u64, Timestamp)>;

/// What the clock did, for whoever watches over hubs.
struct Measured {
    done: Counter<u64>,
    late: Histogram<f64>,
}

/// What became of a ticket that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fired {
    /// It was done.
    Done(Timer),
    /// Nothing may be done to it before.
    Rests(Timestamp),
    /// What is stored beside it did not say its timer, and does now.
    PutRight,
    /// Somebody else changed the ticket first.
    Outdated,
}

impl Clockwork {
    /// Of this hub; behind a closed door nothing is fired: it is due later.
    pub fn new(hub: Arc<Hub>, door: Arc<WriteDoor>, meter: &Meter) -> Self {
        Self {
            hub,
            door,
            measured: Measured::by(meter),
            resting: Resting::new(),
        }
    }

    /// Looks every few seconds until told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let working = async {
            loop {
                if self.door.is_open() {
                    self.catch_up().await;
                }
                tokio::time::sleep(EVERY).await;
            }
        };
        let _stopped: Option<()> = stop.run_until_cancelled(working).await;
    }

    /// Fires until nothing more is due: what a deed makes due at once comes with the next round.
    pub async fn catch_up(&mut self) {
        loop {
            match self.round().await {
                Ok(0) => return,
                Ok(done) => tracing::info!(done, "the clock did what nobody did in time"),
                Err(error) => {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "what is due could not be read: it is looked for again");
                    return;
                }
            }
        }
    }

    /// Fires what is due once; gives the number of tickets that changed by it. One that fails waits for the next round and
    /// keeps no other back.
    async fn round(&mut self) -> Result<usize, declic_store::Error> {
        let mut done = 0;
        let mut after = None;
        let begun = self.hub.now();
        self.resting.retain(|_, (_, until)| *until > begun);
        loop {
            let (scope, now) = (reader_scope(), self.hub.now());
            let page = self.hub.store.due(&scope, now, after, Limit::new(PAGE)).await?;
            let Some(last) = page.last() else {
                return Ok(done);
            };
            after = Some(last.position());
            let rests = |due: &DueTicket| {
                self.resting
                    .get(&due.name)
                    .is_some_and(|rest| rest.0 == due.version)
            };
            let awake: Vec<DueTicket> = page.into_iter().filter(|due| !rests(due)).collect();
            let firing = stream::iter(awake).map(|due| self.fire_one(due));
            let fired: Vec<_> = firing.buffer_unordered(AT_ONCE).collect().await;
            for (due, fired) in fired {
                match fired {
                    Some(Fired::Done(_) | Fired::PutRight) => done += 1,
                    Some(Fired::Rests(until)) => {
                        self.resting.insert(due.name, (due.version, until));
                    }
                    Some(Fired::Outdated) | None => {}
                }
            }
        }
    }

    /// What became of a ticket; none when it failed.
    async fn fire_one(&self, due: DueTicket) -> (DueTicket, Option<Fired>) {
        let ticket = due.name.resource();
        match fire(&self.hub, &due).await {
            Ok(fired) => {
                if let Fired::Done(timer) = fired {
                    tracing::info!(ticket, deed = timer.deed.name(), "a timer fired");
                    self.measured.done(timer, self.hub.now());
                }
                (due, Some(fired))
            }
            Err(error) => {
                let cause = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(ticket, cause, "a timer could not be fired: it is tried again");
                (due, None)
            }
        }
    }
}

impl Measured {
    fn by(meter: &Meter) -> Self {
        Self {
            done: meter
                .u64_counter("hub.timers.fired")
                .with_description("What the clock did to tickets, by what it did")
                .build(),
            late: meter
                .f64_histogram("hub.timers.lateness")
                .with_unit("s")
                .with_description("From when something was due to when the clock did it, by what it did")
                .with_boundaries(LATENESS_S.to_vec())
                .build(),
        }
    }

    fn done(&self, timer: Timer, now: Timestamp) {
        let deed = [KeyValue::new("deed", timer.deed.name())];
        self.done.add(1, &deed);
        self.late
            .record(now.duration_since(timer.at).as_secs_f64(), &deed);
    }
}

/// Does what is due to a ticket, unless it has changed since it was listed.
async fn fire(hub: &Hub, due: &DueTicket) -> Result<Fired, Error> {
    let found = hub.store.case(&rule_scope(&due.agency), due.name.case).await?;
    let before = found.and_then(|before| {
        let row = before.tickets.iter().find(|row| row.ticket.name == due.name)?;
        (row.ticket.version == due.version).then_some(before)
    });
    let Some(before) = before else {
        return Ok(Fired::Outdated);
    };
    let Some((timer, decision)) = decide(hub, due, &before)? else {
        return put_right(hub, due, before).await;
    };
    let keys = Keys {
        id: before.row.key_id,
        keys: hub.vault.keys(before.row.key_id).await?,
    };
    let key = key(hub, due, timer);
    let commit = seal::commit(hub, &keys, Some(&before), None, &decision, &key)?;
    crash::at(Point::Decided);
    written(hub.store.commit(commit).await, Fired::Done(timer))
}

fn decide(hub: &Hub, due: &DueTicket, before: &StoredCase) -> Result<Option<(Timer, Decision)>, Error> {
    let firing = &mut Firing {
        now: hub.now(),
        event_id: &mut || EventId(hub.ids.random().into_bytes()),
    };
    Ok(timer::fire(&before.file(), due.name.number, firing)?)
}

/// Writes a ticket as it is, when its row does not say its timer: it was written before there were timers, or by other rules
/// of the calendar, or what its case says has changed since.
async fn put_right(hub: &Hub, due: &DueTicket, before: StoredCase) -> Result<Fired, Error> {
    let stored = before.tickets.into_iter().find(|row| row.ticket.name == due.name);
    let Some(ticket) = stored else {
        return Ok(Fired::Outdated);
    };
    let (case, now) = (before.row, hub.now());
    if row::of(&case.case, &ticket.ticket) == Some(due.due_at_us) {
        // Its agency is shut, or the hub's clock was set back since it was asked.
        let rests = timer::rests_until(&case.case, &ticket.ticket, now).filter(|until| *until > now);
        return Ok(rests.map_or(Fired::Outdated, Fired::Rests));
    }
    let commit = Commit {
        case: Some(CaseWrite {
            expected: Expected::Version(case.case.version),
            case,
            tickets: vec![ticket],
            blind: Vec::new(),
            gone: Vec::new(),
        }),
        ..Commit::default()
    };
    written(hub.store.commit(commit).await, Fired::PutRight)
}

fn written(outcome: Result<(), CommitError>, fired: Fired) -> Result<Fired, Error> {
    match outcome {
        Ok(()) => {
            crash::at(Point::BeforeAnswer);
            Ok(fired)
        }
        // Somebody else changed the case, or another hub was faster.
        Err(CommitError::Stale | CommitError::Replayed(_)) => Ok(Fired::Outdated),
        Err(error) => Err(error.into()),
    }
}

/// One deed on one version of a ticket is one request, whichever hub makes it.
fn key(hub: &Hub, due: &DueTicket, timer: Timer) -> RequestKey {
    let request = format!("{} {} {}", due.name.resource(), due.version, timer.deed.name());
    let content = hub.secrets.request_digest("Clockwork", request.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&content[..16]);
    RequestKey {
        issuer: ISSUER.to_owned(),
        subject: "clock".to_owned(),
        id,
        content,
    }
}
