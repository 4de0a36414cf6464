//! The files of a hub: held by one process, readable by their owner only, and never begun anew beside what is left of
//! older ones.
//!
//! A database without its keyring, or with another one, reads as if every case had been erased; a keyring without its
//! database would begin a second ledger under the key of the first. Neither may be mistaken for a first start.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use declic_domain::directory::{Directory, Member};
use declic_domain::policy;
use declic_ledger::{Leaf, VerifierKey, leaf};
use declic_store::{Audience, CommitError, Limit, MailboxItem, Store, StoredCase};
use declic_vault::{Vault, vault};
use jiff::Timestamp;

use crate::agreement::{Agreed, Agreement};
use crate::config::Config;
use crate::keks;
use crate::secrets::{self, Secrets};

/// The files of a hub, for as long as this lives: no second hub takes them.
#[derive(Debug)]
pub struct Held {
    /// None for databases that several hubs share.
    _lock: Option<File>,
}

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another hub runs on them.
    #[error("{path} is held by another hub: stop it first, or give this one files of its own")]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// One of them is missing or cannot be made.
    #[error(transparent)]
    File(#[from] secrets::Error),
    /// The database cannot be read.
    #[error("the database cannot be read")]
    Store(#[from] declic_store::Error),
    /// The keyring cannot be read.
    #[error("the keyring cannot be read")]
    Vault(#[from] vault::Error),
    /// The keys of a case that is open are not in the keyring, or do not open.
    #[error(
        "the keys of case {case} do not open ({why}): [keyring] path or kek_dir are not those of this database, restore \
         those it was written with"
    )]
    Keys {
        /// Reference of the case.
        case: String,
        /// What happened.
        why: String,
    },
    /// The master secret is not that of the database.
    #[error(
        "{path} is not the secret this database was written with: restore it from its backup, or copy the folder of secrets \
         of the hub that made the database; with another one no person is found, no stream resumes and no request is \
         recognised any more"
    )]
    Master {
        /// The file of the master secret.
        path: PathBuf,
    },
    /// The ledger's key is not that of the database.
    #[error(
        "{path} is not the key this database's ledger was begun with: restore it from its backup, or copy that of the hub \
         that made the database"
    )]
    LedgerKey {
        /// The file of the ledger's key.
        path: PathBuf,
    },
    /// Whether these are the secrets of the database could not be written into it.
    #[error("the database does not take what the hubs agree on: start again")]
    Agreement(#[from] CommitError),
    /// A month's key is not that of the database.
    #[error(transparent)]
    Kek(#[from] keks::Fault),
    /// The months' keys could not be looked after.
    #[error(transparent)]
    Keks(#[from] keks::Error),
}

impl Held {
    /// Takes the files of this configuration. The lock ends with the process, however it ends.
    ///
    /// # Errors
    /// [`Error::InUse`], or what keeps the lock file from being made.
    pub fn take(config: &Config) -> Result<Self, Error> {
        if config.store.url.is_some() {
            return Ok(Self { _lock: None });
        }
        let mut name = config.store.path.clone().into_os_string();
        name.push(".lock");
        let path = PathBuf::from(name);
        secrets::make_folder(folder_of(&path))?;
        let lock = own_file(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path }),
            Err(TryLockError::Error(source)) => Err(secrets::Error::Write { path, source }.into()),
        }
    }
}

/// Makes the database's file when it is a first start; the engine fills it.
///
/// # Errors
/// The keyring is there and the database is not.
pub fn prepare_store(config: &Config) -> Result<(), Error> {
    let (store, keyring) = (&config.store.path, &config.keyring.path);
    if is_new(store) && !is_new(keyring) {
        return Err(missing("the database", store, keyring));
    }
    own_file(store)?;
    Ok(())
}

/// Makes the keyring's file when it is a first start; the engine fills it.
///
/// # Errors
/// The database holds something and the keyring is not there.
pub async fn prepare_keyring(config: &Config, store: &dyn Store) -> Result<(), Error> {
    let path = &config.keyring.path;
    // A start that was killed before its first commit leaves a database that holds nothing.
    if is_new(path) && !store.directory().await?.is_empty() {
        return Err(missing("the keyring", path, &config.store.path));
    }
    secrets::make_folder(folder_of(path))?;
    own_file(path)?;
    Ok(())
}

/// Shows that the secrets are those that the hubs of this database agreed on; the first hub says which.
///
/// # Errors
/// [`Error::Master`], [`Error::LedgerKey`], [`Error::Agreement`].
pub async fn agree(
    config: &Config,
    agreement: &Agreement<'_>,
    ledger_key: &VerifierKey,
) -> Result<(), Error> {
    if agreement.on("hub.secret", &[]).await? == Agreed::Other {
        let path = config.keyring.kek_dir.join(secrets::MASTER_FILE);
        return Err(Error::Master { path });
    }
    if agreement
        .on("ledger.key", ledger_key.to_text().as_bytes())
        .await?
        == Agreed::Other
    {
        let path = config.ledger.key_file.path().to_owned();
        return Err(Error::LedgerKey { path });
    }
    Ok(())
}

/// Gives the vault the months' keys that the hubs of this database agreed on.
///
/// # Errors
/// [`Error::Kek`] for a key of this month or an earlier one that is missing or another; what is to come is only told.
pub async fn look_after_keks(
    config: &Config,
    agreement: &Agreement<'_>,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), Error> {
    for fault in keks::look_after(agreement, &config.keyring.kek_dir, vault, now).await? {
        if fault.keeps_from_starting(now) {
            return Err(fault.into());
        }
        tracing::warn!(%fault, "a key of a month cannot be used here");
    }
    Ok(())
}

/// Shows on the last case of one mailbox that keyring, key-encryption keys and master secret are those of the database.
/// A database without cases shows nothing and passes.
///
/// # Errors
/// [`Error::Keys`], [`Error::Master`].
pub async fn belong_together(
    config: &Config,
    store: &dyn Store,
    vault: &Vault,
    secrets: &Secrets,
    directory: &Directory,
) -> Result<(), Error> {
    for member in directory.members.values() {
        let Some((audience, last, case)) = last_case(store, member).await? else {
            continue;
        };
        let why = match vault.keys(case.row.key_id).await {
            Ok(_) => None,
            // The keys of an ended case may have been destroyed; those of an open one never are.
            Err(vault::Error::Shredded) if case.file().is_open() => Some("they are not there".to_owned()),
            Err(vault::Error::Unwrap(error)) => Some(error.to_string()),
            Err(vault::Error::Shredded) => continue,
            Err(error) => return Err(error.into()),
        };
        if let Some(why) = why {
            let case = case.row.case.reference.to_string();
            return Err(Error::Keys { case, why });
        }
        if let Some(leaf) = sealed(store, &last).await? {
            let tag = leaf::recipient_tag(&secrets.mailbox_key(audience.as_str()), &last.event.0);
            if !leaf.recipient_tags.contains(&tag) {
                let path = config.keyring.kek_dir.join(secrets::MASTER_FILE);
                return Err(Error::Master { path });
            }
            return Ok(());
        }
    }
    Ok(())
}

/// The last item of a member's mailbox and its case, when the member sees it.
async fn last_case(
    store: &dyn Store,
    member: &Member,
) -> Result<Option<(Audience, MailboxItem, StoredCase)>, Error> {
    let (Some(audience), Some(scope)) = (Audience::of(&policy::party(member)), policy::scope(member)) else {
        return Ok(None);
    };
    let end = store.mailbox_end(&audience).await?;
    let last = store
        .mailbox(&audience, end.saturating_sub(1), Limit::new(1))
        .await?
        .pop();
    let Some(last) = last else { return Ok(None) };
    let case = store.case(&scope, last.ticket.case).await?;
    Ok(case.map(|case| (audience, last, case)))
}

/// The leaf of an item, once it is in the tree; one that does not parse is the ledger's own check to tell.
async fn sealed(store: &dyn Store, item: &MailboxItem) -> Result<Option<Leaf>, Error> {
    let Some(index) = store.leaf_index(item.event).await? else {
        return Ok(None);
    };
    let bytes = store.leaves(index, Limit::new(1)).await?.pop();
    Ok(bytes.and_then(|bytes| Leaf::parse(&bytes).ok()))
}

/// Opens a file, made for its owner only when it is not there. SQLite gives its other files the rights of the first.
fn own_file(path: &Path) -> Result<File, secrets::Error> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    opened.map_err(|source| secrets::Error::Write {
        path: path.to_owned(),
        source,
    })
}

/// Not there, or made and not filled yet.
fn is_new(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.len() == 0) || !path.exists()
}

fn missing(what: &'static str, path: &Path, data: &Path) -> Error {
    secrets::Error::Missing {
        what,
        path: path.to_owned(),
        data: data.to_owned(),
    }
    .into()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}
