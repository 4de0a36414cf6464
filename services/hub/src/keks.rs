//! The key-encryption keys of the months, one file each. A key is made a week before its month, so that it is in the
//! backups and in every hub's folder before the first case is wrapped under it, and it is used only once the hubs of the
//! database have agreed on it. A hub that lacks it goes on under the key of the month before.
//!
//! A running hub reads the folder again every minute, and at once when a case was wrapped under a key it does not have.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use declic_store::CommitError;
use declic_vault::keyring::KekError;
use declic_vault::{KekId, KekSet, KekSource, Os, Vault};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::agreement::{Agreed, Agreement};
use crate::hub::Hub;
use crate::secrets::{self, Written};

/// How long before its month a key is made.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// From one reading of the folder to the next.
const EVERY: Duration = Duration::from_secs(60);

/// Shortest time between two readings for a key that is missed.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// Extension of their files.
const EXTENSION: &str = "kek";

/// Why a month's key cannot be used here.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Another hub has it.
    #[error(
        "{path} is missing, and another hub of this database has it: copy it from there, or the cases wrapped under it \
         cannot be read here"
    )]
    Missing {
        /// The month.
        month: KekId,
        /// Where it should be.
        path: PathBuf,
    },
    /// It is not the one that the hubs use.
    #[error(
        "{path} is not the key of this month that the hubs of this database use: copy theirs, and keep this one until you \
         know that no case was wrapped under it"
    )]
    Other {
        /// The month.
        month: KekId,
        /// The file.
        path: PathBuf,
    },
    /// The folder cannot be written.
    #[error("the key of {month} could not be made, new cases go on under the one before: {source}")]
    NotMade {
        /// The month.
        month: KekId,
        /// Why.
        source: secrets::Error,
    },
}

/// Why the keys could not be looked after.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file.
    #[error(transparent)]
    File(#[from] secrets::Error),
    /// The database could not be asked what was agreed on.
    #[error("the database cannot be read")]
    Store(#[from] declic_store::Error),
    /// It could not be written what was agreed on.
    #[error("the hubs could not agree on a key: start again")]
    Commit(#[from] CommitError),
}

/// The folder of a hub, asked for keys that are missed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    asked: Mutex<Option<Instant>>,
}

/// The month of an instant, in UTC.
///
/// # Panics
/// Never: what is printed is read back.
pub fn month_of(now: Timestamp) -> KekId {
    let month = now.strftime("%Y-%m").to_string();
    KekId::parse(&month).expect("a year of four digits and a month of two")
}

/// Where the key of a month is.
pub fn file(folder: &Path, month: &KekId) -> PathBuf {
    folder.join(format!("{month}.{EXTENSION}"))
}

/// Every key of the folder; a file of the extension whose name is no month is an error, not a surprise later.
///
/// # Errors
/// The folder's, or that of the first file that holds something else.
pub fn read(folder: &Path) -> Result<Vec<(KekId, [u8; 32])>, secrets::Error> {
    let unreadable = |source| secrets::Error::Write {
        path: folder.to_owned(),
        source,
    };
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let month = KekId::parse(&stem).map_err(|source| secrets::Error::Kek {
                path: path.clone(),
                source,
            })?;
            keys.push((month, *secrets::read_key(&path)?));
        }
    }
    Ok(keys)
}

/// Makes the keys whose time has come, agrees on those of the folder, and gives the vault those agreed on.
///
/// # Errors
/// [`Error`]; the vault keeps what it has.
pub async fn look_after(
    agreement: &Agreement<'_>,
    folder: &Path,
    vault: &Vault,
    now: Timestamp,
) -> Result<Vec<Fault>, Error> {
    let month = month_of(now);
    let mut wanted = vec![month.clone()];
    wanted.extend(now.checked_add(AHEAD).ok().map(month_of));
    wanted.dedup();
    let mut faults = Vec::new();
    for month in wanted {
        faults.extend(make(agreement, folder, month).await?);
    }
    let mut keys = read(folder)?;
    let mut others = Vec::new();
    for (month, key) in &keys {
        if agreement.on(&name(month), key).await? == Agreed::Other {
            others.push(month.clone());
        }
    }
    keys.retain(|(month, _)| !others.contains(month));
    vault.set_keks(KekSet::new(month, keys).map_err(|source| none(folder, source))?);
    faults.extend(others.into_iter().map(|month| Fault::Other {
        path: file(folder, &month),
        month,
    }));
    Ok(faults)
}

impl Fault {
    /// The month whose key it is about.
    pub fn month(&self) -> &KekId {
        match self {
            Self::Missing { month, .. } | Self::Other { month, .. } | Self::NotMade { month, .. } => month,
        }
    }

    /// Whether cases may be there that cannot be read without mending it.
    pub fn keeps_from_starting(&self, now: Timestamp) -> bool {
        !matches!(self, Self::NotMade { .. }) && *self.month() <= month_of(now)
    }
}

impl Folder {
    /// This folder.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            asked: Mutex::default(),
        }
    }

    fn may_ask(&self) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let may = asked.is_none_or(|last| now.duration_since(last) >= AT_MOST_EVERY);
        if may {
            *asked = Some(now);
        }
        may
    }
}

#[async_trait]
impl KekSource for Folder {
    async fn read_again(&self) -> Vec<(KekId, [u8; 32])> {
        if !self.may_ask() {
            return Vec::new();
        }
        match read(&self.path) {
            Ok(keys) => keys,
            Err(error) => {
                tracing::warn!(%error, "the folder of secrets could not be read again");
                Vec::new()
            }
        }
    }
}

/// Looks after the keys until told to stop.
pub async fn run(hub: Arc<Hub>, folder: PathBuf, stop: CancellationToken) {
    let unusable = opentelemetry::global::meter("declic-hub")
        .u64_gauge("hub.keys.unusable")
        .with_description("Months whose key-encryption key this hub lacks or cannot use")
        .build();
    let looking = async {
        let mut told = Vec::new();
        loop {
            tokio::time::sleep(EVERY).await;
            let agreement = Agreement {
                store: hub.store.as_ref(),
                secrets: &hub.secrets,
            };
            match look_after(&agreement, &folder, &hub.vault, hub.now()).await {
                Ok(faults) => {
                    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    for fault in faults.iter().filter(|fault| !told.contains(*fault)) {
                        tracing::error!(fault, "a key of a month cannot be used here");
                    }
                    unusable.record(faults.len() as u64, &[]);
                    told = faults;
                }
                Err(error) => {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "the keys of the months could not be looked after");
                }
            }
        }
    };
    let _stopped: Option<std::convert::Infallible> = stop.run_until_cancelled(looking).await;
}

/// Makes the key of a month, unless it is there or another hub has it.
async fn make(agreement: &Agreement<'_>, folder: &Path, month: KekId) -> Result<Option<Fault>, Error> {
    let path = file(folder, &month);
    if path.exists() {
        return Ok(None);
    }
    if agreement.is_made(&name(&month)).await? {
        return Ok(Some(Fault::Missing { month, path }));
    }
    let (key, written) = match secrets::make_key(&path, &mut Os) {
        Ok(made) => made,
        Err(source @ secrets::Error::Write { .. }) => return Ok(Some(Fault::NotMade { month, source })),
        Err(error) => return Err(error.into()),
    };
    let agreed = agreement.on(&name(&month), &*key).await?;
    if agreed == Agreed::Other && written == Written::Made {
        // Another hub, with a folder of its own, was first. Nothing was wrapped under this one.
        secrets::remove(&path)?;
        return Ok(Some(Fault::Missing { month, path }));
    }
    if agreed == Agreed::Same {
        tracing::info!(%month, "the key of a month is made: back up the folder of secrets before it begins");
    }
    Ok(None)
}

/// What its agreement is called.
fn name(month: &KekId) -> String {
    format!("kek {month}")
}

fn none(folder: &Path, source: KekError) -> secrets::Error {
    secrets::Error::Kek {
        path: folder.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests;
