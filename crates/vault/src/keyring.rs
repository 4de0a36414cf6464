//! The keys of cases at rest: wrapped under the key-encryption key of a month, kept in a database of their own.
//!
//! A case has two wrapped parts, because they do not die together: what is personal goes first, the rest later.
//! Destroying a part is deleting its row; destroying a month's key-encryption key finishes off the copies in backups.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::labels;
use crate::seal::{self, CaseKeys, decrypt, encrypt};

/// Random name of a case's keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

/// Name of a key-encryption key: the month it was made for, as `2026-11`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId(String);

/// Which keys of a case are wrapped together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Part {
    /// The personal key.
    Personal = 1,
    /// The meta key and the tag key.
    Meta = 2,
}

/// A part of a case's keys, encrypted: what a keyring stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The case's keys it belongs to.
    pub key_id: KeyId,
    /// Which of them it holds.
    pub part: Part,
    /// The key-encryption key that opens it.
    pub kek_id: KekId,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// The key-encryption keys at hand, and the one that wraps new keys. Shows only their names when printed.
pub struct KekSet {
    current: KekId,
    keys: BTreeMap<KekId, Zeroizing<[u8; 32]>>,
}

/// Where wrapped keys are kept: a database apart from everything else, with short-lived backups.
#[async_trait]
pub trait Keyring: Send + Sync {
    /// Stores all of them or none, durably before it returns. An existing (key id, part) MUST be refused as
    /// [`Error::Exists`], never overwritten.
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), Error>;

    /// The parts that exist under this id: none, one or two.
    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, Error>;

    /// Deletes a part beyond recovery from this database, durably before it returns; false when it was not there.
    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, Error>;

    /// How many wrapped parts exist.
    async fn count(&self) -> Result<u64, Error>;

    /// Whether there is none. Who keeps many answers without counting them.
    async fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.count().await? == 0)
    }
}

/// Where the key-encryption keys come from: several programs may share a keyring, and one of them takes up a month's key
/// first.
#[async_trait]
pub trait KekSource: Send + Sync {
    /// The keys that are at hand now. Asked when one is missing, maybe often: an implementation bounds its own work, and
    /// gives none rather than waiting.
    async fn read_again(&self) -> Vec<(KekId, [u8; 32])>;
}

/// Why a keyring did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The keyring cannot be reached, or failed; the outcome of a write is unknown.
    #[error("the keyring failed")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its disk is full. Loading goes on; what was to be written is to be asked again once there is room.
    #[error("the disk of the keyring is full")]
    DiskFull(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row of the keyring is not what a keyring writes.
    #[error("the keyring is corrupt: {0}")]
    Corrupt(String),
    /// A key under this id and part is there already.
    #[error("a key of this id exists already")]
    Exists,
}

/// Why a set of key-encryption keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KekError {
    /// Not a month.
    #[error("the name of a key-encryption key is a month such as 2026-11, not {0:?}")]
    NotAMonth(String),
    /// No key for the month or one before.
    #[error("there is no key-encryption key of {0} or before")]
    None(KekId),
}

/// Why a wrapped key does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// Its key-encryption key is not at hand, or was destroyed.
    #[error("the key-encryption key of {0} is not at hand")]
    UnknownKek(KekId),
    /// It is not what was wrapped under this id, part and key-encryption key.
    #[error("a wrapped key does not open")]
    Unreadable,
}

impl KeyId {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl KekId {
    /// Reads a month of the form `2026-11`.
    pub fn parse(text: &str) -> Result<Self, KekError> {
        let refused = || KekError::NotAMonth(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(refused)?;
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        if digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month) {
            Ok(Self(text.to_owned()))
        } else {
            Err(refused())
        }
    }

    /// The month, as `2026-11`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Part {
    /// Reads the number of a part.
    #[must_use]
    pub const fn from_u8(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Personal),
            2 => Some(Self::Meta),
            _ => None,
        }
    }
}

impl KekSet {
    /// The keys at hand; new case keys are wrapped under the latest one that is not after `month`.
    pub fn new(month: KekId, keys: impl IntoIterator<Item = (KekId, [u8; 32])>) -> Result<Self, KekError> {
        let keys: BTreeMap<_, _> = keys
            .into_iter()
            .map(|(id, key)| (id, Zeroizing::new(key)))
            .collect();
        let current = keys.range(..=&month).next_back().map(|(id, _)| id.clone());
        match current {
            Some(current) => Ok(Self { current, keys }),
            None => Err(KekError::None(month)),
        }
    }

    /// Adds keys that were not at hand, to open what others wrapped under them; the one that wraps new keys stays.
    pub fn learn(&mut self, keys: impl IntoIterator<Item = (KekId, [u8; 32])>) {
        for (id, key) in keys {
            self.keys.entry(id).or_insert_with(|| Zeroizing::new(key));
        }
    }

    /// The name of the key that wraps new case keys.
    #[must_use]
    pub const fn current(&self) -> &KekId {
        &self.current
    }

    /// Wraps the parts of a case's keys; one part only when the personal key is gone.
    pub fn wrap(
        &self,
        key_id: KeyId,
        keys: &CaseKeys,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<WrappedKey>, seal::Error> {
        let (meta, tag) = keys.meta_and_tag();
        let both = Zeroizing::new([*meta, *tag].concat());
        let mut wrapped = vec![self.wrap_part(key_id, Part::Meta, &both, entropy)?];
        if let Ok(personal) = keys.personal() {
            wrapped.push(self.wrap_part(key_id, Part::Personal, personal, entropy)?);
        }
        Ok(wrapped)
    }

    /// Unwraps what a keyring holds under one id; `None` when the meta part is gone, and all the case with it.
    pub fn unwrap(&self, wrapped: &[WrappedKey]) -> Result<Option<CaseKeys>, UnwrapError> {
        let part = |part| {
            let found = wrapped.iter().find(|key| key.part == part);
            found.map(|key| self.unwrap_part(key)).transpose()
        };
        let Some(both) = part(Part::Meta)? else {
            return Ok(None);
        };
        let (meta, tag) = both.split_first_chunk::<32>().ok_or(UnwrapError::Unreadable)?;
        let array = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| UnwrapError::Unreadable);
        let personal = part(Part::Personal)?.map(|bytes| array(&bytes)).transpose()?;
        Ok(Some(CaseKeys::from_parts(personal, *meta, array(tag)?)))
    }

    fn wrap_part(
        &self,
        key_id: KeyId,
        part: Part,
        clear: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<WrappedKey, seal::Error> {
        let kek = self
            .keys
            .get(&self.current)
            .expect("the current key was chosen among the keys");
        let bytes = encrypt(kek, &aad(key_id, part, &self.current), clear, entropy)?;
        Ok(WrappedKey {
            key_id,
            part,
            kek_id: self.current.clone(),
            bytes,
        })
    }

    fn unwrap_part(&self, key: &WrappedKey) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let kek = self
            .keys
            .get(&key.kek_id)
            .ok_or_else(|| UnwrapError::UnknownKek(key.kek_id.clone()))?;
        decrypt(kek, &aad(key.key_id, key.part, &key.kek_id), &key.bytes).map_err(|_| UnwrapError::Unreadable)
    }
}

impl fmt::Debug for KekSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KekSet")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

fn aad(key_id: KeyId, part: Part, kek_id: &KekId) -> Vec<u8> {
    [
        labels::WRAPPED_KEY.as_bytes(),
        &[0],
        &key_id.0,
        &[part as u8],
        kek_id.as_str().as_bytes(),
    ]
    .concat()
}
