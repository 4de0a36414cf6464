//! Cases of social workers who are away, given to who stands in for them.
//!
//! What is to be given is found by reading their open cases: when a hub starts, when the directory changes, when an absence
//! begins, and from time to time. Nothing is remembered; every hub does so, the first commit wins, any other is stale.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use declic_domain::decide::Given;
use declic_domain::directory::{Directory, Member};
use declic_domain::name::{CaseId, EventId, MemberId};
use declic_domain::{CaseFile, Decision, policy, standing_in};
use declic_store::crash::{self, Point};
use declic_store::{CaseFilter, CasePosition, CommitError, Limit, RequestKey};
use declic_words::{Lang, text};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::agreement::ISSUER;
use crate::hub::Hub;
use crate::layers::WriteDoor;
use crate::seal::{self, Keys};
use crate::status::Error;

/// From one look at the directory to the next.
const EVERY: Duration = Duration::from_secs(1);

/// Looks after which the cases of all who are away are read once more, for what they opened meanwhile.
const AGAIN: u32 = 120;

/// Cases read at a time.
const PAGE: u32 = 200;

/// Gives cases to who stands in.
pub struct StandIns {
    /// Whose cases.
    pub hub: Arc<Hub>,
    /// Behind a closed door nothing is given: it is later.
    pub door: Arc<WriteDoor>,
}

impl StandIns {
    /// Looks every second until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let working = async {
            let (mut known, mut looks) = (BTreeSet::new(), 0_u32);
            loop {
                if self.door.is_open() {
                    let away = away(&self.hub.directory(), self.hub.now());
                    if away != known || looks.is_multiple_of(AGAIN) {
                        known = self.work(away).await;
                    }
                    looks = looks.wrapping_add(1);
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

    /// Gives what these have; those of whom it is done.
    async fn work(&self, away: BTreeSet<(MemberId, MemberId)>) -> BTreeSet<(MemberId, MemberId)> {
        let mut done = BTreeSet::new();
        for pair in away {
            match self.cases_of(&pair.0).await {
                Ok(given) => {
                    if given > 0 {
                        tracing::info!(given, "cases were given to who stands in");
                    }
                    done.insert(pair);
                }
                Err(error) => {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "cases could not be read: they are given later");
                }
            }
        }
        done
    }

    /// Gives the open cases that somebody follows; how many.
    async fn cases_of(&self, member: &MemberId) -> Result<usize, declic_store::Error> {
        let directory = self.hub.directory();
        let Some(member) = directory.members.get(member) else {
            return Ok(0);
        };
        let Some(scope) = policy::scope(member) else {
            return Ok(0);
        };
        let filter = CaseFilter {
            open: Some(true),
            tag: None,
        };
        let (mut position, mut done) = (None, 0);
        loop {
            let store = self.hub.store.as_ref();
            let page = store.cases(&scope, &filter, position, Limit::new(PAGE)).await?;
            let Some(last) = page.last() else {
                return Ok(done);
            };
            position = Some(CasePosition {
                opened_at_us: last.row.case.opened_at.as_microsecond(),
                id: last.row.case.id,
            });
            let own = page.iter().filter(|case| case.row.case.opener == member.id);
            for case in own {
                match give(&self.hub, member, case.row.case.id).await {
                    Ok(given) => done += usize::from(given),
                    Err(error) => {
                        let cause = format!("{:#}", anyhow::Error::from(error));
                        let case = case.row.case.id.resource();
                        tracing::warn!(case, cause, "a case could not be given: it is tried again");
                    }
                }
            }
        }
    }
}

/// Who is away and has somebody who stands in, and who that is.
fn away(directory: &Directory, now: Timestamp) -> BTreeSet<(MemberId, MemberId)> {
    let members = directory.absences.keys();
    let active = members.filter(|id| directory.members.get(*id).is_some_and(|member| member.active));
    let pairs = active.filter_map(|id| Some((id.clone(), directory.follower(id, now)?.id.clone())));
    pairs.collect()
}

/// Gives one case, unless it has changed since it was listed.
async fn give(hub: &Hub, member: &Member, id: CaseId) -> Result<bool, Error> {
    let Some(scope) = policy::scope(member) else {
        return Ok(false);
    };
    let Some(before) = hub.store.case(&scope, id).await? else {
        return Ok(false);
    };
    let file = before.file();
    if file.case.opener != member.id {
        return Ok(false);
    }
    let Some(decision) = decide(hub, &file)? else {
        return Ok(false);
    };
    let keys = Keys {
        id: before.row.key_id,
        keys: hub.vault.keys(before.row.key_id).await?,
    };
    let key = key(hub, &file);
    let commit = seal::commit(hub, &keys, Some(&before), None, &decision, &key)?;
    crash::at(Point::Decided);
    match hub.store.commit(commit).await {
        Ok(()) => {
            crash::at(Point::BeforeAnswer);
            Ok(true)
        }
        // Somebody else changed the case, or another hub was faster.
        Err(CommitError::Stale | CommitError::Replayed(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn decide(hub: &Hub, file: &CaseFile) -> Result<Option<Decision>, Error> {
    let (directory, rules) = (hub.directory(), hub.rules());
    let actor = standing_in::actor(&file.case.organisation);
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
    let reason = text(Lang::Fr, "hub-given-to-stand-in", &[]);
    Ok(standing_in::hand_over(file, &reason, &mut given)?)
}

/// One version of a case is given once, whichever hub does it.
fn key(hub: &Hub, file: &CaseFile) -> RequestKey {
    let request = format!("{} {}", file.case.id.resource(), file.case.version);
    let content = hub.secrets.request_digest("StandIn", request.as_bytes());
    let (id, _) = content.split_first_chunk().expect("32 bytes have a first 16");
    RequestKey {
        issuer: ISSUER.to_owned(),
        subject: declic_domain::handover::RULE.to_owned(),
        id: *id,
        content,
    }
}
