//! Case keys ready to use: minted ahead in batches, unwrapped on demand, shredded for ever.
//!
//! A batch is durable in the keyring before any of its keys is handed out, so that a commit never spans the keyring and
//! the main database: at worst a stop loses keys that no case took. Locks are held for moments, never across an await.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::entropy::{self, Entropy, draw};
use crate::keyring::{self, KekId, KekSet, KekSource, KeyId, Keyring, Part, UnwrapError, WrappedKey};
use crate::seal::{self, CaseKeys};

/// How many keys are minted at a time.
pub const BATCH: usize = 64;
/// How many unwrapped keys are kept in memory.
pub const CACHE: usize = 4096;

/// Hands out the keys of cases.
pub struct Vault {
    keks: RwLock<KekSet>,
    source: Option<Arc<dyn KekSource>>,
    keyring: Arc<dyn Keyring>,
    entropy: Mutex<Box<dyn Entropy>>,
    minted: Mutex<Vec<(KeyId, CaseKeys)>>,
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
            minted: Mutex::default(),
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
        let before = self.current_kek();
        let after = keks.current().clone();
        *self.keks.write().unwrap_or_else(PoisonError::into_inner) = keks;
        if before != after {
            lock(&self.minted).clear();
        }
    }

    /// Mints a first batch, so that the first case does not wait for it.
    pub async fn warm(&self) -> Result<(), Error> {
        if lock(&self.minted).is_empty() {
            let batch = self.mint().await?;
            self.keep(batch);
        }
        Ok(())
    }

    /// Keys for a new case. They are in the keyring already.
    pub async fn take(&self) -> Result<(KeyId, CaseKeys), Error> {
        if let Some(taken) = lock(&self.minted).pop() {
            return Ok(self.hand_out(taken));
        }
        let mut batch = self.mint().await?;
        let taken = batch.keys.pop().expect("a batch is never empty");
        self.keep(batch);
        Ok(self.hand_out(taken))
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

    async fn mint(&self) -> Result<Batch, Error> {
        let (batch, wrapped) = {
            let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
            let mut entropy = lock(&self.entropy);
            let mut minted = Vec::with_capacity(BATCH);
            let mut wrapped = Vec::with_capacity(2 * BATCH);
            for _ in 0..BATCH {
                let key_id = KeyId(draw(entropy.as_mut())?);
                let case_keys = CaseKeys::generate(entropy.as_mut())?;
                wrapped.extend(keks.wrap(key_id, &case_keys, entropy.as_mut())?);
                minted.push((key_id, case_keys));
            }
            let batch = Batch {
                kek: keks.current().clone(),
                keys: minted,
            };
            (batch, wrapped)
        };
        self.keyring.store(&wrapped).await?;
        Ok(batch)
    }

    /// Keeps a batch for later, unless another key wraps new keys by now.
    fn keep(&self, mut batch: Batch) {
        // The lock first: who changes the keys clears under it afterwards.
        let mut minted = lock(&self.minted);
        if self.current_kek() == batch.kek {
            minted.append(&mut batch.keys);
        }
    }

    fn hand_out(&self, taken: (KeyId, CaseKeys)) -> (KeyId, CaseKeys) {
        lock(&self.cache).insert(taken.0, taken.1.clone());
        taken
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
