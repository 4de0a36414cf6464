//! The directory file, and its way into the journal.
//!
//! The file is what an administrator keeps; the journal is what holds. At start, what differs is committed, one entry per
//! changed item, so that who was enrolled when is in the ledger. Nothing is removed by leaving it out of the file: a
//! member leaves with `active = false`.
//!
//! Hubs of one database put their files in force each at its own start: what another hub commits meanwhile is followed by
//! `readers::directory`.

mod file;
mod nearest;

use std::collections::BTreeSet;

use declic_domain::directory::{Defect, Directory, Item, Member};
use declic_ledger::Kind;
use declic_store::{Commit, CommitError, Entry, RequestKey, Store, record};

use crate::agreement::ISSUER;
use crate::journal::{self, Journal};
use crate::secrets::Secrets;

pub use file::{Invalid, Problem, parse, read};

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

/// The directory as the store holds it.
///
/// # Errors
/// The store's.
pub async fn stored(store: &dyn Store) -> Result<Directory, declic_store::Error> {
    Ok(of(store.directory().await?))
}

fn of(items: Vec<Item>) -> Directory {
    let mut directory = Directory::default();
    for item in items {
        directory.apply(item);
    }
    directory
}

/// Commits what differs from the stored directory, all or nothing, and gives the directory after it. Of hubs that do so
/// at once with the same file, one commits.
///
/// # Errors
/// [`Error`]; nothing is written when the whole would have a defect.
pub async fn import(journal: &Journal<'_>, items: Vec<Item>) -> Result<Directory, Error> {
    warn_of_absent(&stored(journal.store).await?, &items);
    let mut times_done = 0;
    loop {
        let stored = journal.store.directory().await?;
        let before = of(stored.clone());
        let changed: Vec<Item> = items
            .iter()
            .filter(|item| differs(&before, item))
            .cloned()
            .collect();
        let mut after = before.clone();
        for item in &changed {
            after.apply(item.clone());
        }
        after.check()?;
        if changed.is_empty() {
            return Ok(after);
        }
        let mut entries = Vec::with_capacity(changed.len());
        for item in &changed {
            entries.push(entry(journal, &before, item).await?);
        }
        let request = request(journal.secrets, &stored, &changed, times_done);
        let items = changed.len();
        let commit = Commit {
            request: Some((request, Vec::new())),
            directory: changed,
            entries,
            ..Commit::default()
        };
        match journal.store.commit(commit).await {
            Ok(()) => {
                tracing::info!(items, "the directory changes");
                return Ok(after);
            }
            // Another hub did it a moment ago, and nothing differs any more; or it was done and undone long ago.
            Err(CommitError::Replayed(_)) => times_done += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// The same for every hub that finds this directory and wants these changes, and has found so often that they were made.
fn request(secrets: &Secrets, before: &[Item], changed: &[Item], times_done: u64) -> RequestKey {
    let mut asked = times_done.to_be_bytes().to_vec();
    for items in [before, changed] {
        asked.extend((items.len() as u64).to_be_bytes());
        for item in items {
            let record = record::directory::encode(item);
            asked.extend((record.len() as u64).to_be_bytes());
            asked.extend(record);
        }
    }
    let content = secrets.request_digest("directory", &asked);
    let (id, _) = content.split_first_chunk().expect("32 bytes have a first 16");
    RequestKey {
        issuer: ISSUER.to_owned(),
        subject: "directory".to_owned(),
        id: *id,
        content,
    }
}

async fn entry(journal: &Journal<'_>, before: &Directory, item: &Item) -> Result<Entry, journal::Error> {
    let kind = if changes_keys(before, item) {
        Kind::AgencyKeyChange
    } else {
        Kind::Event
    };
    journal
        .entry(CHANGED, kind, &record::directory::encode(item))
        .await
}

fn differs(before: &Directory, item: &Item) -> bool {
    match item {
        Item::Agency(agency) => before.agencies.get(&agency.id) != Some(agency),
        Item::Organisation(organisation) => before.organisations.get(&organisation.id) != Some(organisation),
        Item::Member(member) => before.members.get(&member.id) != Some(member),
    }
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
    let present: BTreeSet<String> = items.iter().map(record::directory::name).collect();
    let agencies = before.agencies.values().cloned().map(Item::Agency);
    let organisations = before.organisations.values().cloned().map(Item::Organisation);
    let members = before.members.values().cloned().map(Item::Member);
    for item in agencies.chain(organisations).chain(members) {
        let name = record::directory::name(&item);
        if !present.contains(&name) {
            tracing::warn!(name, "stays in the directory though the file does not have it");
        }
    }
}

#[cfg(test)]
mod tests;
