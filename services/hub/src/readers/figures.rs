//! The figures, kept ready: sums that follow the journal.
//!
//! A case is counted as a whole. When something happens on it, what it was counted with is taken out of the sums of its
//! groups, and what its events give now is put in, in one write with how far the journal is counted. What is open is
//! measured again every hour. Cases at a time are few, and there is a pause between, a longer one while many commands are
//! committed: whoever waits for an answer comes first.
//!
//! Every hub can do it. A write relies on the sums being as they were read: of two hubs that count at once one is told so,
//! and stands back while the other goes on.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use declic_domain::event::Event;
use declic_domain::figures::{Sums, exchange, has_open, records, sums};
use declic_domain::name::{CaseId, TicketName};
use declic_domain::policy::{self, Scope, reader_scope};
use declic_store::{CommitError, CountedCase, FigureState, Limit, RollUp, StoredCase, StoredEntry};
use declic_vault::CaseKeys;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::figures::Write;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;

/// What is open is measured again after so long.
pub const MEASURED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Between two looks: what happens meanwhile is counted together.
const GATHERING: Duration = Duration::from_secs(1);

/// Between two rounds while there is more to do.
const PAUSE: Duration = Duration::from_millis(250);

/// Entries of the journal that are sealed during a pause, from which on another follows.
const MANY: u64 = 50;

/// Pauses one after the other at most: what happens is counted late on a busy day, and still counted.
const PAUSES: usize = 8;

/// How long a hub leaves the counting to another that does it.
const STANDING_BACK: Duration = Duration::from_secs(5);

/// Items of the journal read at a time, for each case of a round.
const ITEMS: usize = 4;

/// Cases of a round.
const CASES: usize = 32;

/// Cases of a round when everything is made again.
const CASES_AGAIN: usize = 256;

/// Cases read at a time.
const AT_ONCE: usize = 4;

/// Events of a ticket read at a time.
const EVENTS: u32 = 1_000;

/// Counts what happens.
pub struct Figures {
    hub: Arc<Hub>,
    scope: Scope,
    /// The revision of the sums unless somebody else writes them.
    seen: Option<u64>,
    back_at: Option<Instant>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Cases that were counted.
    pub cases: usize,
    /// Whether there may be more to do at once.
    pub more: bool,
}

/// What a round is of.
struct Part {
    seq: u64,
    cases: BTreeSet<CaseId>,
    more: bool,
}

/// Everything made again: what is counted already is counted up to this number of the journal at least.
#[derive(Default)]
struct Again {
    until: u64,
    counted: HashSet<CaseId>,
}

impl Figures {
    /// A reader that goes on where the sums are.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self {
            scope: policy::counting_scope(hub.territory),
            hub,
            seen: None,
            back_at: None,
        }
    }

    /// Counts until told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let counting = async {
            loop {
                let rested = match self.look().await {
                    Ok(Round { more: true, .. }) => self.step_aside().await,
                    Ok(_) => {
                        sleep(GATHERING).await;
                        Ok(())
                    }
                    Err(error) => Err(error),
                };
                if let Err(error) = rested {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "the figures could not be counted: it is tried again");
                    sleep(STANDING_BACK).await;
                }
            }
        };
        // A write that was begun is all or nothing, whoever waits for it.
        let _stopped: Option<()> = stop.run_until_cancelled(counting).await;
    }

    /// A pause, longer while many commands are committed.
    async fn step_aside(&self) -> Result<(), Error> {
        let mut before = self.hub.store.log_state().await?.seq;
        for _ in 0..PAUSES {
            sleep(PAUSE).await;
            let sealed = self.hub.store.log_state().await?.seq;
            if sealed.saturating_sub(before) < MANY {
                break;
            }
            before = sealed;
        }
        Ok(())
    }

    /// A round, unless another hub does it.
    async fn look(&mut self) -> Result<Round, Error> {
        const NOTHING: Round = Round {
            cases: 0,
            more: false,
        };
        if self.back_at.is_some_and(|at| Instant::now() < at) {
            return Ok(NOTHING);
        }
        let state = self.hub.store.figure_state().await?;
        if self.seen.is_some_and(|seen| seen != state.revision) {
            self.seen = Some(state.revision);
            self.back_at = Some(Instant::now() + STANDING_BACK);
            return Ok(NOTHING);
        }
        self.back_at = None;
        self.round(state).await
    }

    /// Counts until there is nothing to do; says how many cases were.
    ///
    /// # Errors
    /// What the store or the keyring say.
    pub async fn catch_up(&mut self) -> Result<usize, Error> {
        let mut cases = 0;
        loop {
            let state = self.hub.store.figure_state().await?;
            let round = self.round(state).await?;
            cases += round.cases;
            if !round.more {
                return Ok(cases);
            }
        }
    }

    /// Leaves out all sums and makes them again from the journal; says how many cases were counted.
    ///
    /// # Errors
    /// What the store or the keyring say. What was made by then stays, and is gone on from.
    pub async fn rebuild(&mut self) -> Result<usize, Error> {
        let hub = Arc::clone(&self.hub);
        let mut again = Again {
            until: hub.store.log_state().await?.seq,
            ..Again::default()
        };
        loop {
            let state = hub.store.figure_state().await?;
            match hub.store.clear_figures(state.revision).await {
                Ok(()) => break,
                // Another hub counts at this moment.
                Err(CommitError::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        loop {
            let state = hub.store.figure_state().await?;
            let part = self.part(state, CASES_AGAIN, Some(&mut again)).await?;
            let more = part.more;
            let named: Vec<CaseId> = part.cases.iter().copied().collect();
            if self.count(state, part).await? {
                again.counted.extend(named);
                if !more {
                    return Ok(again.counted.len());
                }
            }
        }
    }

    async fn round(&mut self, state: FigureState) -> Result<Round, Error> {
        let part = self.part(state, CASES, None).await?;
        if part.cases.is_empty() && part.seq == state.seq {
            self.seen = Some(state.revision);
            return Ok(Round {
                cases: 0,
                more: false,
            });
        }
        let (cases, more) = (part.cases.len(), part.more);
        Ok(match self.count(state, part).await? {
            true => Round { cases, more },
            false => Round { cases: 0, more: true },
        })
    }

    /// What is to be counted next: the cases of the next entries, then those that were measured longest ago.
    async fn part(&self, state: FigureState, most: usize, again: Option<&mut Again>) -> Result<Part, Error> {
        let store = &self.hub.store;
        let limit = Limit::new(u32::try_from(most * ITEMS).unwrap_or(u32::MAX));
        let items = store.journal(&reader_scope(), state.seq, limit).await?;
        let mut part = Part {
            seq: state.seq,
            cases: BTreeSet::new(),
            more: items.len() == limit.get() as usize,
        };
        let is_counted = |seq: u64, case: &CaseId| {
            let again = again.as_ref();
            again.is_some_and(|again| seq <= again.until && again.counted.contains(case))
        };
        for item in items {
            let case = item.ticket.map(|ticket| ticket.case);
            if let Some(case) = case.filter(|case| !is_counted(item.seq, case)) {
                if part.cases.len() == most && !part.cases.contains(&case) {
                    part.more = true;
                    return Ok(part);
                }
                part.cases.insert(case);
            }
            part.seq = item.seq;
        }
        let left = most - part.cases.len();
        if left > 0 && again.is_none() {
            let before = self.hub.now().saturating_sub(MEASURED_EVERY);
            let before = before.unwrap_or(Timestamp::MIN);
            let limit = Limit::new(u32::try_from(left).unwrap_or(u32::MAX));
            let due = store.measured_before(before, limit).await?;
            part.more |= due.len() == limit.get() as usize;
            part.cases.extend(due);
        }
        Ok(part)
    }

    /// Counts cases anew; false when the sums were written by somebody else meanwhile.
    async fn count(&mut self, state: FigureState, part: Part) -> Result<bool, Error> {
        let hub = &*self.hub;
        let names: Vec<CaseId> = part.cases.into_iter().collect();
        let kept = match names.is_empty() {
            true => Vec::new(),
            false => hub.store.counted_cases(&names).await?,
        };
        let mut before: BTreeMap<CaseId, CountedCase> =
            kept.into_iter().map(|counted| (counted.case, counted)).collect();
        let counted = names.into_iter().map(|case| counted(hub, &self.scope, case));
        let counted: Vec<CountedCase> = futures::stream::iter(counted)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut changes = Vec::new();
        for after in counted {
            let before = before.remove(&after.case);
            let before = before.unwrap_or_else(|| nothing(after.case));
            if before != after {
                changes.push((before, after));
            }
        }
        let Some(groups) = groups(hub, &changes).await? else {
            return self.begin_anew(state).await;
        };
        let sums = changes
            .iter()
            .map(|(before, after)| (before.sums.clone(), after.sums.clone()))
            .filter(|(before, after)| before != after)
            .collect();
        let write = RollUp {
            expected: state.revision,
            seq: part.seq,
            cases: changes.into_iter().map(|(_, after)| after).collect(),
            groups,
        };
        match hub.store.roll_up(write).await {
            Ok(()) => {
                self.seen = Some(state.revision + 1);
                self.hub.boards.follow(Write {
                    expected: state.revision,
                    changes: sums,
                });
                Ok(true)
            }
            Err(CommitError::Stale) => Ok(false),
            Err(error) => {
                self.seen = None;
                Err(error.into())
            }
        }
    }

    /// Sums that do not contain what they were made of are worth nothing: they are made again.
    async fn begin_anew(&mut self, state: FigureState) -> Result<bool, Error> {
        tracing::error!("the sums of the figures do not add up: they are made again from the journal");
        match self.hub.store.clear_figures(state.revision).await {
            Ok(()) | Err(CommitError::Stale) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The groups that change, as they are after it; none when they do not contain what is taken out.
async fn groups(hub: &Hub, changes: &[(CountedCase, CountedCase)]) -> Result<Option<Sums>, Error> {
    let changed = changes.iter().filter(|(before, after)| before.sums != after.sums);
    let named: BTreeSet<_> = changed
        .clone()
        .flat_map(|(before, after)| before.sums.keys().chain(after.sums.keys()))
        .cloned()
        .collect();
    if named.is_empty() {
        return Ok(Some(Sums::new()));
    }
    let named: Vec<_> = named.into_iter().collect();
    let mut groups = hub.store.group_sums(&named).await?;
    for (before, after) in changed {
        if exchange(&mut groups, &before.sums, &after.sums).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(groups))
}

fn nothing(case: CaseId) -> CountedCase {
    CountedCase {
        case,
        sums: Sums::new(),
        measured_at: None,
    }
}

/// What a case is counted with now: nothing when what says what happened to it was erased.
async fn counted(hub: &Hub, scope: &Scope, case: CaseId) -> Result<CountedCase, Error> {
    let Some(stored) = hub.store.case(scope, case).await? else {
        return Ok(nothing(case));
    };
    let keys = match hub.vault.keys(stored.row.key_id).await {
        Ok(keys) => keys,
        Err(declic_vault::vault::Error::Shredded) => return Ok(nothing(case)),
        Err(error) => return Err(error.into()),
    };
    let entries = entries(hub, scope, &stored).await?;
    match measured(hub, &keys, &entries) {
        Ok((sums, now)) => Ok(CountedCase {
            case,
            measured_at: has_open(&sums).then_some(now),
            sums,
        }),
        // One that cannot be read is not told of for ever.
        Err(error @ Error::Internal(_)) => {
            let (name, cause) = (case.resource(), format!("{:#}", anyhow::Error::from(error)));
            tracing::error!(case = name, cause, "a case cannot be read: no figure counts it");
            Ok(nothing(case))
        }
        Err(error) => Err(error),
    }
}

/// What the entries of a case sum to, now or at the last of them.
fn measured(hub: &Hub, keys: &CaseKeys, entries: &[StoredEntry]) -> Result<(Sums, Timestamp), Error> {
    let opened = entries.iter().map(|entry| seal::open(hub, keys, entry, false));
    let events: Vec<Event> = opened
        .map(|opened| Ok(opened?.event))
        .collect::<Result<_, Error>>()?;
    let happened = events.iter().map(|event| event.recorded_at);
    let now = happened.fold(hub.now(), Timestamp::max);
    let records = records(&events, now).map_err(Error::internal)?;
    Ok((sums(&records), now))
}

/// The entries of a case. What was read of the case stands; what happened since is left to the next time.
async fn entries(hub: &Hub, scope: &Scope, stored: &StoredCase) -> Result<Vec<StoredEntry>, Error> {
    let mut all = Vec::new();
    for row in &stored.tickets {
        let (name, mut version): (TicketName, u64) = (row.ticket.name, 0);
        while version < row.ticket.version {
            let page = hub
                .store
                .entries(scope, name, name, version, Limit::new(EVENTS))
                .await?;
            let read = version;
            for entry in page {
                let of = entry.entry.ticket.map_or(0, |ticket| ticket.version);
                if of <= row.ticket.version {
                    version = version.max(of);
                    all.push(entry);
                }
            }
            if version == read {
                break;
            }
        }
    }
    Ok(all)
}
