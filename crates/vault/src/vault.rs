//! Case keys ready to use: minted ahead in batches, unwrapped on demand, shredded for ever.
//!
//! A batch is durable in the keyring before any of its keys is handed out, so that a commit never spans the keyring and
//! the main database: at worst a stop loses keys that no case took. Locks are held for moments, never across an await; but
//! one batch is minted at a time, and who needs a key meanwhile waits for it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::Notify;

use crate::entropy::{self, Entropy, draw};
use crate::keyring::{self, KekId, KekSet, KekSource, KeyId, Keyring, Part, UnwrapError, WrappedKey};
use crate::seal::{self, CaseKeys};

/// How many keys are minted when somebody waits for one.
pub const BATCH: usize = 64;
/// How many unwrapped keys are kept in memory.
pub const CACHE: usize = 4096;

/// Hands out the keys of cases.
pub struct Vault {
    keks: RwLock<KekSet>,
    source: Option<Arc<dyn KekSource>>,
    keyring: Arc<dyn Keyring>,
    entropy: Mutex<Box<dyn Entropy>>,
    stock: Mutex<Stock>,
    minting: tokio::sync::Mutex<()>,
    low: Notify,
    cache: Mutex<Cache>,
}

/// Why keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They were destroyed, or never were.
    #[error("the keys of the case were destroyed")]
    Shredded,
    /// The keyring failed.
    #[error(transparent)]
    Keyring(#[from] keyring::Error),
    /// They are there and do not open.
    #[error(transparent)]
    Unwrap(#[from] UnwrapError),
    /// They could not be wrapped.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] entropy::Unavailable),
}

/// Keys minted ahead, under the key-encryption key that wraps new ones.
struct Stock {
    keys: Vec<(KeyId, CaseKeys)>,
    /// With fewer it is time to mint.
    enough: usize,
    failures: Failures,
}

/// Times that minting ended without keys.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Failures {
    count: u64,
    /// Whether the last one was for want of room.
    is_full: bool,
}

/// Keys minted together, and the key-encryption key that wraps them.
struct Batch {
    kek: KekId,
    keys: Vec<(KeyId, CaseKeys)>,
}

/// Unwrapped keys, the oldest one given up first.
#[derive(Default)]
struct Cache {
    keys: HashMap<KeyId, CaseKeys>,
    order: VecDeque<KeyId>,
    shreds: u64,
}

impl Vault {
    /// A vault over a keyring, with no key minted yet.
    #[must_use]
    pub fn new(keks: KekSet, keyring: Arc<dyn Keyring>, entropy: Box<dyn Entropy>) -> Self {
        Self {
            keks: RwLock::new(keks),
            source: None,
            keyring,
            entropy: Mutex::new(entropy),
            stock: Mutex::new(Stock {
                keys: Vec::new(),
                enough: BATCH / 2,
                failures: Failures::default(),
            }),
            minting: tokio::sync::Mutex::default(),
            low: Notify::new(),
            cache: Mutex::default(),
        }
    }

    /// Same, and asks this source when a key-encryption key is missing.
    #[must_use]
    pub fn with_source(mut self, source: Arc<dyn KekSource>) -> Self {
        self.source = Some(source);
        self
    }

    /// The name of the key that wraps new case keys.
    #[must_use]
    pub fn current_kek(&self) -> KekId {
        self.keks
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .current()
            .clone()
    }

    /// Puts other key-encryption keys in the place of those at hand. When another one wraps new keys from now on, those
    /// minted ahead are given up: a case's keys are wrapped under the key of its month.
    pub fn set_keks(&self, keks: KekSet) {
        // Nobody takes a key between the change and the giving up.
        let mut stock = lock(&self.stock);
        let before = self.current_kek();
        let after = keks.current().clone();
        *self.keks.write().unwrap_or_else(PoisonError::into_inner) = keks;
        if before != after {
            stock.keys.clear();
            self.low.notify_one();
        }
    }

    /// Mints a first batch, so that the first case does not wait for it.
    pub async fn warm(&self) -> Result<(), Error> {
        self.refill(BATCH).await
    }

    /// Waits until half of the keys minted last, or more, are used: then it is time for [`Vault::refill`]. One task waits.
    pub async fn low(&self) {
        while !lock(&self.stock).is_low() {
            self.low.notified().await;
        }
    }

    /// Mints so many keys ahead, unless there are enough.
    pub async fn refill(&self, count: usize) -> Result<(), Error> {
        let _turn = self.minting.lock().await;
        if lock(&self.stock).is_low() {
            self.mint(count).await?;
        }
        Ok(())
    }

    /// Keys for a new case. They are in the keyring already. Whoever waited while minting failed is refused with it: a
    /// keyring that does not answer is waited for once, not once by each in turn.
    pub async fn take(&self) -> Result<(KeyId, CaseKeys), Error> {
        let before = match self.take_minted() {
            Ok(taken) => return Ok(taken),
            Err(failures) => failures,
        };
        let _turn = self.minting.lock().await;
        loop {
            let failures = match self.take_minted() {
                Ok(taken) => return Ok(taken),
                Err(failures) => failures,
            };
            if failures != before {
                return Err(failures.again().into());
            }
            // What is minted while the month turns is of no use: then it is done again.
            self.mint(BATCH).await?;
        }
    }

    /// The keys of a case; without the personal one when it was shredded, [`Error::Shredded`] when all are gone.
    pub async fn keys(&self, key_id: KeyId) -> Result<CaseKeys, Error> {
        let shreds_before = {
            let cache = lock(&self.cache);
            if let Some(keys) = cache.keys.get(&key_id) {
                return Ok(keys.clone());
            }
            cache.shreds
        };
        let wrapped = self.keyring.load(key_id).await?;
        let keys = self.unwrap(&wrapped).await?.ok_or(Error::Shredded)?;
        let mut cache = lock(&self.cache);
        // What was loaded before a shred must not come back into the cache after it.
        if cache.shreds == shreds_before {
            cache.insert(key_id, keys.clone());
        }
        Ok(keys)
    }

    /// Destroys a part of a case's keys, here and in the keyring; false when it was gone already. Another process that
    /// has them unwrapped forgets them when it stops or when its cache turns over.
    pub async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, Error> {
        let shredded = self.keyring.shred(key_id, part).await;
        lock(&self.cache).forget(key_id);
        Ok(shredded?)
    }

    /// Opens wrapped keys; under a key-encryption key that is not at hand, once more after the source was asked.
    async fn unwrap(&self, wrapped: &[WrappedKey]) -> Result<Option<CaseKeys>, Error> {
        let keks = || self.keks.read().unwrap_or_else(PoisonError::into_inner);
        let opened = keks().unwrap(wrapped);
        let (Err(UnwrapError::UnknownKek(_)), Some(source)) = (&opened, &self.source) else {
            return Ok(opened?);
        };
        let found = source.read_again().await;
        self.keks
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .learn(found);
        Ok(keks().unwrap(wrapped)?)
    }

    /// Keys that were minted ahead, or how often minting has failed.
    fn take_minted(&self) -> Result<(KeyId, CaseKeys), Failures> {
        let taken = {
            let mut stock = lock(&self.stock);
            let taken = stock.keys.pop().ok_or(stock.failures);
            if stock.is_low() {
                self.low.notify_one();
            }
            taken?
        };
        lock(&self.cache).insert(taken.0, taken.1.clone());
        Ok(taken)
    }

    /// Mints and keeps a batch. Counts as a failure unless it ends well, also when whoever waits for it is given up.
    async fn mint(&self, count: usize) -> Result<(), Error> {
        let mut failure = Failure {
            stock: &self.stock,
            is_full: false,
        };
        let (batch, wrapped) = self.draw(count)?;
        if let Err(error) = self.keyring.store(&wrapped).await {
            failure.is_full = matches!(error, keyring::Error::DiskFull(_));
            return Err(error.into());
        }
        std::mem::forget(failure);
        self.keep(batch);
        Ok(())
    }

    fn draw(&self, count: usize) -> Result<(Batch, Vec<WrappedKey>), Error> {
        let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
        let mut entropy = lock(&self.entropy);
        let mut minted = Vec::with_capacity(count);
        let mut wrapped = Vec::with_capacity(2 * count);
        for _ in 0..count {
            let key_id = KeyId(draw(entropy.as_mut())?);
            let case_keys = CaseKeys::generate(entropy.as_mut())?;
            wrapped.extend(keks.wrap(key_id, &case_keys, entropy.as_mut())?);
            minted.push((key_id, case_keys));
        }
        let batch = Batch {
            kek: keks.current().clone(),
            keys: minted,
        };
        Ok((batch, wrapped))
    }

    /// Keeps a batch for later, unless another key wraps new keys by now.
    fn keep(&self, mut batch: Batch) {
        // The lock first: who changes the keys does so under it.
        let mut stock = lock(&self.stock);
        if self.current_kek() == batch.kek {
            stock.enough = batch.keys.len() / 2;
            stock.keys.append(&mut batch.keys);
        }
    }
}

impl Stock {
    fn is_low(&self) -> bool {
        self.keys.len() < self.enough
    }
}

impl Failures {
    /// What is told to those who waited for the attempt that failed.
    fn again(self) -> keyring::Error {
        let why = "no keys could be minted for those who asked before".into();
        if self.is_full {
            keyring::Error::DiskFull(why)
        } else {
            keyring::Error::Unavailable(why)
        }
    }
}

/// Counts one when it is dropped.
struct Failure<'a> {
    stock: &'a Mutex<Stock>,
    is_full: bool,
}

impl Drop for Failure<'_> {
    fn drop(&mut self) {
        let failures = &mut lock(self.stock).failures;
        failures.count += 1;
        failures.is_full = self.is_full;
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("keks", &*self.keks.read().unwrap_or_else(PoisonError::into_inner))
            .finish_non_exhaustive()
    }
}

impl Cache {
    fn insert(&mut self, key_id: KeyId, keys: CaseKeys) {
        if self.keys.insert(key_id, keys).is_none() {
            self.order.push_back(key_id);
        }
        if self.order.len() > CACHE
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
        }
    }

    fn forget(&mut self, key_id: KeyId) {
        self.shreds += 1;
        self.keys.remove(&key_id);
        self.order.retain(|id| *id != key_id);
    }
}

/// What these locks guard is whole between any two statements: a panic elsewhere does not spoil it.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
