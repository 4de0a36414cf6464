//! The directory: its file, the commands that change it, and their way into the journal.
//!
//! The file is what a hub begins with; the journal is what holds. At start, what differs is committed, one entry per
//! changed item, so that who was enrolled when is in the ledger. Nothing is removed by leaving it out of the file: a
//! member leaves with `active = false`. What somebody changed by command is no longer changed by the file.
//!
//! Hubs of one database put their files in force each at its own start: what another hub commits meanwhile is followed by
//! `readers::directory`.

pub mod changing;
mod file;
pub mod forms;
pub mod importing;
mod nearest;
pub mod reading;
pub mod rehearsing;

use std::collections::BTreeSet;

use declic_domain::directory::{Change, Defect, Directory, Item, Member};
use declic_ledger::Kind;
use declic_store::{Commit, CommitError, DirectoryWrite, Limit, Store, record};

use crate::journal::{self, Journal};
use crate::secrets::Secrets;

pub use file::{Invalid, Problem, parse, read};

/// Changes read at a time.
const PAGE: u32 = 1_000;

/// What a change of the directory is called in the journal.
pub const CHANGED: &str = "DIRECTORY_CHANGED";

/// Why a directory could not be put in force.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It would leave tickets without anyone to answer for them.
    #[error(transparent)]
    Defect(#[from] Defect),
    /// The stored one cannot be read.
    #[error("the stored directory cannot be read")]
    Store(#[from] declic_store::Error),
    /// The changes could not be written.
    #[error("the changes of the directory could not be written: start again")]
    Commit(#[from] CommitError),
    /// The changes could not be sealed.
    #[error(transparent)]
    Entry(#[from] journal::Error),
}

/// The directory as the store holds it, and the number of the change that made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Number of its last change, 0 before the first.
    pub number: u64,
    /// The directory.
    pub directory: Directory,
}

/// The directory as the store holds it.
///
/// # Errors
/// The store's.
pub async fn stored(store: &dyn Store) -> Result<Stored, declic_store::Error> {
    let mut number = last_change(store).await?;
    loop {
        let mut directory = Directory::default();
        for item in store.directory().await? {
            directory.apply(item);
        }
        // What changed while it was read is read again: the number is that of what is there, and of nothing else.
        let after = last_change(store).await?;
        if after == number {
            return Ok(Stored { number, directory });
        }
        number = after;
    }
}

async fn last_change(store: &dyn Store) -> Result<u64, declic_store::Error> {
    let last = store.directory_changes(None, Limit::new(1)).await?;
    Ok(last.first().map_or(0, |(number, _)| *number))
}

/// What an item is known by: another one as soon as anything of it differs.
pub fn etag(secrets: &Secrets, item: &Item) -> u64 {
    let digest = secrets.request_digest("item of the directory", &record::directory::encode(item));
    let (first, _) = digest.split_first_chunk().expect("32 bytes have a first 8");
    // 0 stands for an item that is not there.
    u64::from_be_bytes(*first).max(1)
}

/// The commit of a change: its items, and one entry of the journal for each.
///
/// # Errors
/// What sealing takes.
pub async fn sealed(
    journal: &Journal<'_>,
    before: &Stored,
    change: Change,
    items: Vec<Item>,
) -> Result<Commit, journal::Error> {
    let mut entries = Vec::with_capacity(items.len());
    for item in &items {
        let kind = if changes_keys(&before.directory, item) {
            Kind::AgencyKeyChange
        } else {
            Kind::Event
        };
        let meta = record::directory::encode_entry(&change, item);
        entries.push(journal.entry(CHANGED, kind, &meta).await?);
    }
    Ok(Commit {
        directory: items,
        directory_change: Some(DirectoryWrite {
            expected: before.number,
            change,
        }),
        entries,
        ..Commit::default()
    })
}

/// Commits what the file says and the stored directory does not, all or nothing, and gives the directory after it. Of hubs
/// that do so at once with the same file, one commits. What somebody changed since is left as it is.
///
/// # Errors
/// [`Error`]; nothing is written when the whole would have a defect.
pub async fn import(journal: &Journal<'_>, items: Vec<Item>) -> Result<Stored, Error> {
    let mut is_first = true;
    loop {
        let before = stored(journal.store).await?;
        let kept = kept(journal.store).await?;
        let differing: Vec<&Item> = items
            .iter()
            .filter(|item| differs(&before.directory, item))
            .collect();
        if std::mem::take(&mut is_first) {
            warn_of_absent(&before.directory, &items);
            warn_of_kept(&differing, &kept);
        }
        let changed: Vec<Item> = differing
            .into_iter()
            .filter(|item| !kept.contains(&item.resource()))
            .cloned()
            .collect();
        let mut directory = before.directory.clone();
        for item in &changed {
            directory.apply(item.clone());
        }
        directory.check()?;
        if changed.is_empty() {
            return Ok(before);
        }
        let change = Change {
            actor: None,
            recorded_at: journal.now,
            reason: String::new(),
            items: changed.iter().map(Item::resource).collect(),
        };
        let (items, number) = (changed.len(), before.number + 1);
        let commit = sealed(journal, &before, change, changed).await?;
        match journal.store.commit(commit).await {
            Ok(()) => {
                tracing::info!(items, "the directory changes");
                return Ok(Stored { number, directory });
            }
            // Another hub did it a moment ago, or somebody else something else.
            Err(CommitError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The names of the items that somebody changed, and not the file: they are kept as people want them.
async fn kept(store: &dyn Store) -> Result<BTreeSet<String>, declic_store::Error> {
    let (mut kept, mut before) = (BTreeSet::new(), None);
    loop {
        let page = store.directory_changes(before, Limit::new(PAGE)).await?;
        before = page.last().map(|(number, _)| *number);
        let is_last = page.len() < PAGE as usize;
        let by_people = page.into_iter().filter(|(_, change)| change.actor.is_some());
        kept.extend(by_people.flat_map(|(_, change)| change.items));
        if is_last {
            return Ok(kept);
        }
    }
}

fn differs(before: &Directory, item: &Item) -> bool {
    before.standing(item).as_ref() != Some(item)
}

/// Whether a key that signs in somebody's name appears or disappears with this change.
fn changes_keys(before: &Directory, item: &Item) -> bool {
    let Item::Member(member) = item else { return false };
    let keys = |member: &Member| -> BTreeSet<[u8; 32]> {
        if member.active {
            member.keys.iter().copied().collect()
        } else {
            BTreeSet::new()
        }
    };
    before.members.get(&member.id).map(keys).unwrap_or_default() != keys(member)
}

fn warn_of_absent(before: &Directory, items: &[Item]) {
    let present: BTreeSet<String> = items.iter().map(Item::resource).collect();
    let agencies = before.agencies.values().cloned().map(Item::Agency);
    let organisations = before.organisations.values().cloned().map(Item::Organisation);
    let members = before.members.values().cloned().map(Item::Member);
    let absent = agencies.chain(organisations).chain(members);
    let absent = absent.filter(|item| !present.contains(&item.resource()));
    warn_of(absent, "stays in the directory though the file does not have it");
}

fn warn_of_kept(differing: &[&Item], kept: &BTreeSet<String>) {
    let kept = differing.iter().filter(|item| kept.contains(&item.resource()));
    warn_of(
        kept.copied().cloned(),
        "stays as it was changed by command, though the file says otherwise",
    );
}

/// Names agencies and organisations; of members, who are people, says how many.
fn warn_of(items: impl Iterator<Item = Item>, what: &str) {
    let mut members = 0;
    for item in items {
        match item {
            Item::Member(_) | Item::Absences(_) => members += 1,
            item => tracing::warn!(name = item.resource(), "{what}"),
        }
    }
    if members > 0 {
        tracing::warn!(members, "{what}");
    }
}

#[cfg(test)]
mod tests;
