//! Tickets of whoever is no longer there, handed over: who left, who changed desks, a desk that is gone.
//!
//! Until it is done `holder` names the desk or the organisation already, so nobody waits for it. What is to be handed over
//! is found again by reading the open tickets of the agencies that changed, at the start those of all: nothing has to be
//! remembered, and a hub that was killed begins anew. Every hub does so; the first commit wins, any other is stale.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use declic_domain::decide::Given;
use declic_domain::directory::{Directory, Member};
use declic_domain::handover::{self, Next, Post};
use declic_domain::name::{AgencyId, CaseId, EventId, TicketName};
use declic_domain::policy::rule_scope;
use declic_domain::{CaseFile, Decision};
use declic_store::crash::{self, Point};
use declic_store::{CommitError, Limit, RequestKey, TicketFilter, TicketPosition, TicketSummary};
use declic_words::Lang;
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::agreement::ISSUER;
use crate::hub::Hub;
use crate::layers::WriteDoor;
use crate::seal::{self, Keys};
use crate::status::Error;

/// From one look at the directory to the next.
const EVERY: Duration = Duration::from_secs(1);

/// Looks after which agencies that changed are read once more, for what was decided on the directory before; and after which
/// those with an empty desk are, for what was reopened there.
const AGAIN: u32 = 30;

/// Tickets read at a time.
const PAGE: u32 = 200;

/// Cases at once: their commits share batches, and commands of people are not kept waiting for long. Tickets of one case come
/// after each other, as each changes the case.
const AT_ONCE: usize = 8;

/// Times a ticket is read and decided again at once when somebody changed its case meanwhile. One that is changed more often
/// is left for the next look.
const ATTEMPTS: usize = 16;

/// Hands over what nobody answers for.
pub struct Handovers {
    /// Whose tickets.
    pub hub: Arc<Hub>,
    /// Behind a closed door nothing is handed over: it is later.
    pub door: Arc<WriteDoor>,
}

/// What came of the tickets of an agency that had to be handed over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// How many were, by this hub.
    pub done: usize,
    /// How many could not be: they are tried again at the next look.
    pub left: usize,
}

/// What came of trying to hand a ticket over.
enum Attempt {
    /// It stays where it is.
    Stays,
    /// It was handed over.
    Done,
    /// Somebody changed its case meanwhile, or another hub was faster: it has to be read again.
    Stale,
}

/// Agencies whose tickets are to be read.
#[derive(Default)]
struct Due {
    seen: Option<Arc<Directory>>,
    now: BTreeSet<AgencyId>,
    again: BTreeSet<AgencyId>,
    looks: u32,
    /// When it looked last.
    at: Option<Timestamp>,
}

impl Handovers {
    /// Looks every second until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let working = async {
            let mut due = Due::default();
            loop {
                if self.door.is_open() {
                    due.look(self.hub.directory(), self.hub.now());
                    self.work(&mut due).await;
                }
                tokio::time::sleep(EVERY).await;
            }
        };
        // What is written must still be sealed: nothing new is begun once the hub stops.
        tokio::select! {
            () = working => {}
            () = self.hub.shutdown.stopping() => {}
            () = stop.cancelled() => {}
        }
    }

    async fn work(&self, due: &mut Due) {
        for agency in std::mem::take(&mut due.now) {
            match self.agency(&agency).await {
                Ok(Handed { done, left }) => {
                    if done > 0 {
                        tracing::info!(agency = agency.as_str(), done, "tickets were handed over");
                    }
                    if left > 0 {
                        due.now.insert(agency);
                    }
                }
                Err(error) => {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "tickets could not be read: they are handed over later");
                    due.now.insert(agency);
                }
            }
        }
    }

    /// Hands over what an agency has to.
    pub async fn agency(&self, agency: &AgencyId) -> Result<Handed, declic_store::Error> {
        let (scope, filter, mut after) = (rule_scope(agency), TicketFilter::default(), None);
        let mut all = Handed::default();
        loop {
            let page = self
                .hub
                .store
                .tickets(&scope, &filter, after, Limit::new(PAGE))
                .await?;
            let Some(last) = page.last() else {
                return Ok(all);
            };
            after = Some(TicketPosition {
                held_since_us: last.held_since.as_microsecond(),
                name: last.name,
            });
            let (directory, now) = (self.hub.directory(), self.hub.now());
            let mut concerned: BTreeMap<CaseId, Vec<TicketName>> = BTreeMap::new();
            for ticket in &page {
                if handover::next(&directory, post(ticket), now) != Next::Stays {
                    concerned.entry(ticket.name.case).or_default().push(ticket.name);
                }
            }
            let mut handing = stream::iter(concerned.into_values())
                .map(|tickets| self.case(tickets, agency))
                .buffer_unordered(AT_ONCE);
            while let Some(Handed { done, left }) = handing.next().await {
                all.done += done;
                all.left += left;
            }
        }
    }

    /// Hands over tickets of one case.
    async fn case(&self, tickets: Vec<TicketName>, agency: &AgencyId) -> Handed {
        let mut handed = Handed::default();
        for name in tickets {
            match self.ticket(name, agency).await {
                Ok(Some(true)) => handed.done += 1,
                Ok(Some(false)) => {}
                Ok(None) => handed.left += 1,
                Err(error) => {
                    handed.left += 1;
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    let ticket = name.resource();
                    tracing::warn!(
                        ticket,
                        cause,
                        "a ticket could not be handed over: it is tried again"
                    );
                }
            }
        }
        handed
    }

    /// Whether a ticket was handed over, once it stays where it is; none when others kept changing its case.
    async fn ticket(&self, name: TicketName, agency: &AgencyId) -> Result<Option<bool>, Error> {
        for _ in 0..ATTEMPTS {
            match hand_over(&self.hub, name, agency).await? {
                Attempt::Stays => return Ok(Some(false)),
                Attempt::Done => return Ok(Some(true)),
                Attempt::Stale => {}
            }
        }
        Ok(None)
    }
}

impl Due {
    /// Adds the agencies that the directory says are due.
    fn look(&mut self, directory: Arc<Directory>, now: Timestamp) {
        self.looks += 1;
        if let Some(last) = self.at.replace(now) {
            let leave = directory.absences.values();
            let leave = leave.filter(|absences| absences.begin_between(last, now));
            let leave = leave.filter_map(|absences| directory.members.get(absences.member())?.agency.clone());
            self.now.extend(leave);
        }
        if self.looks.is_multiple_of(AGAIN) {
            self.now.append(&mut self.again);
            let short = directory.agencies.values();
            let short = short.filter(|agency| {
                let mut desks = agency.desks.iter();
                desks.any(|desk| !directory.is_attended(&desk.name, now))
            });
            self.now.extend(short.map(|agency| agency.id.clone()));
        }
        let before = match &self.seen {
            Some(before) if Arc::ptr_eq(before, &directory) => return,
            before => before.clone().unwrap_or_default(),
        };
        let changed = changed(&before, &directory);
        self.again.extend(changed.iter().cloned());
        self.now.extend(changed);
        self.seen = Some(directory);
    }
}

/// The agencies of which something differs: their desks, or who is there.
fn changed(before: &Directory, after: &Directory) -> BTreeSet<AgencyId> {
    let agencies = before.agencies.keys().chain(after.agencies.keys());
    let agencies = agencies.filter(|id| before.agencies.get(*id) != after.agencies.get(*id));
    let desks = before.desk_rules.keys().chain(after.desk_rules.keys());
    let desks = desks.filter(|desk| before.desk_rules.get(*desk) != after.desk_rules.get(*desk));
    let agencies = agencies.chain(desks.map(|desk| &desk.agency));
    let members = before.members.keys().chain(after.members.keys());
    let members = members.filter(|id| before.members.get(*id) != after.members.get(*id));
    let away = before.absences.keys().chain(after.absences.keys());
    let away = away.filter(|id| before.absences.get(*id) != after.absences.get(*id));
    let members = members.chain(away);
    let of = |directory: &Directory, id| -> Option<AgencyId> {
        let found: Option<&Member> = directory.members.get(id);
        found?.agency.clone()
    };
    let of_members = members.flat_map(|id| [of(before, id), of(after, id)]);
    agencies.cloned().chain(of_members.flatten()).collect()
}

/// What of a listed ticket decides where it goes.
pub fn post(ticket: &TicketSummary) -> Post<'_> {
    Post {
        state: ticket.state,
        desk: &ticket.desk,
        agent: ticket.agent.as_ref(),
        benefit: &ticket.benefit,
        blockage: ticket.blockage.as_deref(),
    }
}

/// Hands one ticket over as it stands, once.
async fn hand_over(hub: &Hub, name: TicketName, agency: &AgencyId) -> Result<Attempt, Error> {
    let Some(before) = hub.store.case(&rule_scope(agency), name.case).await? else {
        return Ok(Attempt::Stays);
    };
    let file = before.file();
    let treated = file
        .ticket(name.number)
        .filter(|ticket| ticket.agency() == agency);
    let Some(version) = treated.map(|ticket| ticket.version) else {
        return Ok(Attempt::Stays);
    };
    let Some(decision) = decide(hub, &file, name, agency)? else {
        return Ok(Attempt::Stays);
    };
    let keys = Keys {
        id: before.row.key_id,
        keys: hub.vault.keys(before.row.key_id).await?,
    };
    let commit = seal::commit(
        hub,
        &keys,
        Some(&before),
        None,
        &decision,
        &key(hub, name, version),
    )?;
    crash::at(Point::Decided);
    match hub.store.commit(commit).await {
        Ok(()) => {
            crash::at(Point::BeforeAnswer);
            Ok(Attempt::Done)
        }
        Err(CommitError::Stale | CommitError::Replayed(_)) => Ok(Attempt::Stale),
        Err(error) => Err(error.into()),
    }
}

fn decide(
    hub: &Hub,
    file: &CaseFile,
    name: TicketName,
    agency: &AgencyId,
) -> Result<Option<Decision>, Error> {
    let (directory, rules, actor) = (hub.directory(), hub.rules(), handover::actor(agency));
    let mut given = Given {
        actor: &actor,
        directory: &directory,
        territory: hub.territory,
        rules: &rules,
        now: hub.now(),
        epoch: None,
        etag: None,
        event_id: &mut || EventId(hub.ids.random().into_bytes()),
    };
    let desk = file.ticket(name.number).map(|ticket| &ticket.desk);
    let is_closed = desk.is_some_and(|desk| !directory.is_open(desk));
    let reason = |next: &Next| reason(next, is_closed);
    Ok(handover::hand_over(file, name.number, &reason, &mut given)?)
}

/// Why, as people read it.
fn reason(next: &Next, is_closed: bool) -> String {
    let key = match next {
        Next::Stays => return String::new(),
        Next::Desk(_) if is_closed => "hub-handed-from-closed",
        Next::Deputy(_) => "hub-handed-to-deputy",
        Next::Desk(_) => "hub-handed-to-desk",
        Next::Triage => "hub-handed-to-triage",
    };
    declic_words::text(Lang::Fr, key, &[])
}

/// One version of a ticket is handed over once, whichever hub does it.
fn key(hub: &Hub, name: TicketName, version: u64) -> RequestKey {
    let request = format!("{} {version}", name.resource());
    let content = hub.secrets.request_digest("Handover", request.as_bytes());
    let (id, _) = content.split_first_chunk().expect("32 bytes have a first 16");
    RequestKey {
        issuer: ISSUER.to_owned(),
        subject: handover::RULE.to_owned(),
        id: *id,
        content,
    }
}
