//! The rules of routing that administrators bring: kept in the store, in force where they were activated.
//!
//! What decides is read from the rulebook, which is the fold of its changes. A ruleset that this program cannot read,
//! because a newer one wrote it, is told at once, and what was in force before decides where it should: cases go on being
//! opened, and the rules of the program are always there to fall back to.

pub mod changing;
pub mod examined;
pub mod reading;
pub mod replaying;
pub mod simulating;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use declic_domain::rulebook::{Change, ChangeKind, InForce, Places, Rulebook, Rules};
use declic_routing::{Digest, Ruleset};
use declic_store::{Error, Limit, Store};

use crate::hub::Hub;

/// Changes read at a time.
const PAGE: u32 = 200;

const PROPOSED: &str = "RULESET_PROPOSED";
const ACTIVATED: &str = "RULESET_ACTIVATED";
const ROLLED_BACK: &str = "RULESET_ROLLED_BACK";

/// What a change is called in the journal.
pub fn kind(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Proposed(_) => PROPOSED,
        ChangeKind::Activated(_) => ACTIVATED,
        ChangeKind::RolledBack { .. } => ROLLED_BACK,
    }
}

/// Whether something else decides after an item of the journal of this kind.
pub fn changes_what_decides(kind: &str) -> bool {
    matches!(kind, ACTIVATED | ROLLED_BACK)
}

/// Every change, by its number.
///
/// # Errors
/// The store's.
pub async fn changes(store: &dyn Store) -> Result<Vec<(u64, Change)>, Error> {
    let mut changes: Vec<(u64, Change)> = Vec::new();
    loop {
        let after = changes.last().map_or(0, |(number, _)| *number);
        let page = store.rule_changes(after, Limit::new(PAGE)).await?;
        let is_last = page.len() < PAGE as usize;
        changes.extend(page);
        if is_last {
            return Ok(changes);
        }
    }
}

/// The rulebook as the store holds it.
///
/// # Errors
/// The store's.
pub async fn book(store: &dyn Store) -> Result<Rulebook, Error> {
    Ok(Rulebook::of(changes(store).await?))
}

/// What decides, read.
///
/// # Errors
/// The store's. A ruleset that cannot be read is none: what was in force before it decides.
pub async fn in_force(store: &dyn Store) -> Result<InForce, Error> {
    let book = book(store).await?;
    let before: Vec<Places> = book.and_before().collect();
    let mut shelf = Shelf {
        store,
        read: BTreeMap::new(),
    };
    let everywhere = shelf
        .last_readable(before.iter().map(|places| places.everywhere))
        .await?;
    let mut departements = BTreeMap::new();
    let codes: BTreeSet<String> = before
        .iter()
        .flat_map(|places| places.departements.keys().cloned())
        .collect();
    for code in codes {
        let rules = shelf
            .last_readable(before.iter().map(|places| places.of(&code)))
            .await?;
        departements.insert(code, rules);
    }
    Ok(InForce::new(book.generation, everywhere, departements))
}

/// Which stored rulesets this program can read. Neither a ruleset nor a running program changes, so each is read once.
#[derive(Default)]
pub struct Readable(Mutex<BTreeMap<Digest, bool>>);

/// Whether this program can read a ruleset that is stored.
///
/// # Errors
/// The store's.
pub async fn is_readable(hub: &Hub, digest: Digest) -> Result<bool, Error> {
    let held = || hub.readable.0.lock().unwrap_or_else(PoisonError::into_inner);
    let known = held().get(&digest).copied();
    if let Some(known) = known {
        return Ok(known);
    }
    let is_readable = match hub.store.rule_file(digest).await? {
        Some(file) => read(digest, file).await.is_some(),
        None => Ruleset::embedded().digest() == digest,
    };
    held().insert(digest, is_readable);
    Ok(is_readable)
}

/// The rulesets read so far; `None` for those that cannot be.
struct Shelf<'s> {
    store: &'s dyn Store,
    read: BTreeMap<Digest, Option<Rules>>,
}

impl Shelf<'_> {
    /// The first of these that can be read, the rules of the program at the latest.
    async fn last_readable(&mut self, digests: impl Iterator<Item = Option<Digest>>) -> Result<Rules, Error> {
        for digest in digests {
            let Some(digest) = digest else {
                return Ok(Rules::Embedded);
            };
            if let Some(rules) = self.rules(digest).await? {
                return Ok(rules);
            }
        }
        Ok(Rules::Embedded)
    }

    async fn rules(&mut self, digest: Digest) -> Result<Option<Rules>, Error> {
        if let Some(known) = self.read.get(&digest) {
            return Ok(known.clone());
        }
        let rules = match self.store.rule_file(digest).await? {
            Some(file) => read(digest, file)
                .await
                .map(|rules| Rules::Stored(Arc::new(rules))),
            None => None,
        };
        self.read.insert(digest, rules.clone());
        Ok(rules)
    }
}

/// A stored file, when this program can read it and it is the one that was proposed. It is read on a thread of its own:
/// that takes milliseconds, in which calls would wait.
async fn read(digest: Digest, file: String) -> Option<Ruleset> {
    let reading = tokio::task::spawn_blocking(move || parse(digest, &file));
    match reading.await {
        Ok(rules) => rules,
        Err(error) => {
            tracing::error!(ruleset = %digest, %error, "the reading of a ruleset did not end");
            None
        }
    }
}

fn parse(digest: Digest, file: &str) -> Option<Ruleset> {
    match Ruleset::parse(file) {
        Ok(rules) if rules.digest() == digest => Some(rules),
        Ok(_) => {
            tracing::error!(ruleset = %digest, "the stored file of a ruleset is not the one that was proposed");
            None
        }
        Err(error) => {
            tracing::error!(
                ruleset = %digest,
                faults = error.0.len(),
                first = error.0.first().map(ToString::to_string),
                "this program cannot read a ruleset: where it is in force, what was in force before decides in its place; \
                 install the version of the program that proposed it, or activate another ruleset"
            );
            None
        }
    }
}
