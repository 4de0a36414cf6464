//! What every service of the hub shares.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use declic_domain::InForce;
use declic_domain::directory::Directory;
use declic_ledger::checkpoint::VerifierKey;
use declic_routing::Territory;
use declic_runtime::{Clock, Ids, Shutdown};
use declic_store::Store;
use declic_vault::Vault;
use jiff::Timestamp;

use crate::directory::Stored;
use crate::figures::Boards;
use crate::references::References;
use crate::rules::Readable;
use crate::secrets::Secrets;
use crate::watch::Watchers;

/// What every service of the hub shares. Cloning is cheap where it is behind an `Arc`.
pub struct Hub {
    /// The only process that opens the database holds it here.
    pub store: Arc<dyn Store>,
    /// Case keys.
    pub vault: Arc<Vault>,
    /// Communes, départements and agencies.
    pub territory: &'static Territory,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn Ids>,
    /// Keys of the hub's own: requests, tokens, mailboxes, blind indexes.
    pub secrets: Secrets,
    /// Name of the ledger.
    pub origin: String,
    /// Key that verifies its checkpoints.
    pub ledger_key: VerifierKey,
    /// Soft and hard stop.
    pub shutdown: Shutdown,
    /// Streams that are open.
    pub(crate) watchers: Watchers,
    /// References of new cases.
    pub(crate) references: References,
    /// Rulesets that this program can read.
    pub(crate) readable: Readable,
    /// Boards of figures that were asked for.
    pub(crate) boards: Boards,
    directory: RwLock<(u64, Arc<Directory>)>,
    rules: RwLock<Arc<InForce>>,
    anchor: AtomicU64,
}

/// What [`Hub::new`] is made of.
pub struct Parts {
    /// See [`Hub::store`].
    pub store: Arc<dyn Store>,
    /// See [`Hub::vault`].
    pub vault: Arc<Vault>,
    /// See [`Hub::clock`].
    pub clock: Arc<dyn Clock>,
    /// See [`Hub::ids`].
    pub ids: Arc<dyn Ids>,
    /// See [`Hub::secrets`].
    pub secrets: Secrets,
    /// See [`Hub::origin`].
    pub origin: String,
    /// See [`Hub::ledger_key`].
    pub ledger_key: VerifierKey,
    /// See [`Hub::shutdown`].
    pub shutdown: Shutdown,
    /// The directory as the store holds it.
    pub directory: Stored,
    /// The rules of routing that are in force.
    pub rules: InForce,
}

impl Hub {
    /// A hub over open stores, with the embedded territory.
    pub fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            vault: parts.vault,
            territory: Territory::embedded(),
            clock: parts.clock,
            ids: parts.ids,
            secrets: parts.secrets,
            origin: parts.origin,
            ledger_key: parts.ledger_key,
            shutdown: parts.shutdown,
            watchers: Watchers::default(),
            directory: RwLock::new((parts.directory.number, Arc::new(parts.directory.directory))),
            rules: RwLock::new(Arc::new(parts.rules)),
            anchor: AtomicU64::new(0),
            references: References::default(),
            readable: Readable::default(),
            boards: Boards::default(),
        }
    }

    /// The directory as it stands.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Puts a changed directory in force, unless a later one is already. Says whether it was another one.
    pub fn set_directory(&self, stored: Stored) -> bool {
        let mut held = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        if stored.number < held.0 || (stored.number == held.0 && stored.directory == *held.1) {
            return false;
        }
        *held = (stored.number, Arc::new(stored.directory));
        true
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<InForce> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts changed rules in force, unless later ones are already.
    pub fn set_rules(&self, rules: InForce) {
        let mut held = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        if rules.generation >= held.generation {
            *held = Arc::new(rules);
        }
    }

    /// The day in mainland France.
    pub fn today(&self) -> jiff::civil::Date {
        declic_calendar::Calendar::for_departement("").date_of(self.now())
    }

    /// The latest day that it is anywhere, that of La Réunion: what a request tells of has happened on no later one.
    pub fn latest_day(&self) -> jiff::civil::Date {
        declic_calendar::Calendar::for_departement("974").date_of(self.now())
    }

    /// The present, cut to the microseconds that are stored: what is decided equals what is read back.
    pub fn now(&self) -> Timestamp {
        let micros = self.clock.now().as_microsecond();
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Size of the last published checkpoint: what is written now comes after it.
    pub fn anchor(&self) -> u64 {
        self.anchor.load(Ordering::Acquire)
    }

    /// Tells the size of a checkpoint just published.
    pub fn set_anchor(&self, size: u64) {
        self.anchor.fetch_max(size, Ordering::AcqRel);
    }
}
