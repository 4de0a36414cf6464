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
use declic_domain::name::EventId;
use declic_ledger::{Digest, Kind, Leaf, leaf, section};
use declic_store::{Commit, CommitError, Entry, RequestKey, Store, record};
use declic_vault::entropy::{self, Os, draw};
use declic_vault::{Group, Place, Vault, seal};
use jiff::Timestamp;

use crate::agreement::ISSUER;
use crate::secrets::Secrets;

pub use file::{Invalid, Problem, parse, read};

/// What a change of the directory is called in the journal.
pub const CHANGED: &str = "DIRECTORY_CHANGED";

/// What writing an entry takes.
pub struct Journal<'a> {
    /// Where it is written.
    pub store: &'a dyn Store,
    /// Where its keys come from.
    pub vault: &'a Vault,
    /// What tells one request from another.
    pub secrets: &'a Secrets,
    /// Name of the log.
    pub origin: &'a str,
    /// Size of the last published checkpoint.
    pub anchor: u64,
    /// The present.
    pub now: Timestamp,
}

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
    /// No keys to seal the changes with.
    #[error(transparent)]
    Vault(#[from] declic_vault::vault::Error),
    /// The changes could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] entropy::Unavailable),
    /// A bug: the entry does not fit a leaf.
    #[error(transparent)]
    Leaf(#[from] section::WrongCount),
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

async fn entry(journal: &Journal<'_>, before: &Directory, item: &Item) -> Result<Entry, Error> {
    let (key_id, keys) = journal.vault.take().await?;
    let event = EventId(draw(&mut Os)?);
    let meta = record::directory::encode(item);
    let salt: [u8; 32] = draw(&mut Os)?;
    let place = Place {
        origin: journal.origin,
        event_id: &event.0,
    };
    let section = seal::Section {
        group: Group::Meta,
        no: 1,
        salt: &salt,
        bytes: &meta,
    };
    let object = seal::seal(&keys, place, &section, &mut Os)?;
    let commitment = section::commitment(&salt, 1, &meta);
    let noise: [u8; 16 * leaf::RECIPIENTS] = draw(&mut Os)?;
    let leaf = Leaf {
        kind: if changes_keys(before, item) {
            Kind::AgencyKeyChange
        } else {
            Kind::Event
        },
        event_id: event.0,
        anchor_size: journal.anchor,
        time_s: u64::try_from(journal.now.as_second()).unwrap_or_default(),
        // No ticket: the tag of ticket 0 of the entry's own keys, which looks like any other.
        ticket_tag: leaf::ticket_tag(&keys.ticket_tag_key(0), 1),
        recipient_tags: std::array::from_fn(|slot| std::array::from_fn(|byte| noise[16 * slot + byte])),
        sections_root: section::sections_root(&[commitment])?,
        ct_root: section::ct_root(&[Digest(object.digest())])?,
    };
    Ok(Entry {
        event,
        ticket: None,
        kind: CHANGED,
        key_id,
        recorded_at_us: journal.now.as_microsecond(),
        objects: vec![object],
        commitments: vec![commitment.0],
        leaf: leaf.to_bytes(),
        audiences: Vec::new(),
        traceparent: String::new(),
    })
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
