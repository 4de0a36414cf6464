//! What is encrypted under the keys of a case: the sections of its events and the fields of its person.
//!
//! XChaCha20-Poly1305 with a random nonce of 192 bits. A sealed value is the nonce, then the ciphertext with its tag:
//! one byte string, stored as it is. It opens only in the place it was sealed for, which is its associated data.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::entropy::{self, Entropy, draw};
use crate::labels;

const NONCE: usize = 24;
const SALT: usize = 32;

/// The keys of one case. What is personal can be shredded before the rest.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct CaseKeys {
    pii: Option<[u8; 32]>,
    meta: [u8; 32],
    tag: [u8; 32],
}

/// Who may ever be shown a section: one object each, so that one can be disclosed without another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Group {
    /// States, times, actors: sealed under the case's meta key.
    Meta = 1,
    /// Digests of texts and attachments, and texts: sealed under the case's personal key.
    Personal = 2,
    /// A note for some recipients only: sealed under the case's personal key.
    Note = 3,
}

/// Where an event stands: sealed values open in their own place only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Name of the log.
    pub origin: &'a str,
    /// Id of the event.
    pub event_id: &'a [u8; 16],
}

/// One section of an event before sealing: its disclosure group, its number, the random bytes of its commitment.
#[derive(Clone)]
pub struct Section<'a> {
    /// Who may be shown it.
    pub group: Group,
    /// 1 to 8, by position in the event.
    pub no: u8,
    /// The 32 random bytes of its commitment.
    pub salt: &'a [u8; SALT],
    /// The bytes that are committed.
    pub bytes: &'a [u8],
}

/// One sealed section, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedObject {
    /// Who may be shown it.
    pub group: Group,
    /// Number of its section in the event.
    pub no: u8,
    /// Nonce, ciphertext and tag: the stored object, whose SHA-256 the leaf binds.
    pub bytes: Vec<u8>,
}

/// A section that was opened, and whose commitment was checked. Wiped when dropped.
pub struct Opened {
    /// The random bytes of its commitment: with the bytes, they show the section to others.
    pub salt: Zeroizing<[u8; SALT]>,
    /// The bytes that were committed.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Why something was not sealed or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key was destroyed: what it sealed is gone for ever.
    #[error("the key was destroyed")]
    Shredded,
    /// Not what this key sealed for this place.
    #[error("not what was sealed under this key for this place")]
    Unreadable,
    /// It opened, and is not what was committed.
    #[error("it is not what was committed")]
    CommitmentMismatch,
    /// More bytes than can be sealed at once.
    #[error("too long to be sealed")]
    TooLong,
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] entropy::Unavailable),
}

impl CaseKeys {
    /// Draws the keys of a new case.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, entropy::Unavailable> {
        Ok(Self {
            pii: Some(draw(entropy)?),
            meta: draw(entropy)?,
            tag: draw(entropy)?,
        })
    }

    /// Keys from their bytes; no personal key when it was shredded.
    #[must_use]
    pub const fn from_parts(pii: Option<[u8; 32]>, meta: [u8; 32], tag: [u8; 32]) -> Self {
        Self { pii, meta, tag }
    }

    /// True until the personal key is shredded.
    #[must_use]
    pub const fn has_personal(&self) -> bool {
        self.pii.is_some()
    }

    /// The tag key of one ticket: HKDF-SHA-256 of the case's tag key for the ticket's number.
    #[must_use]
    pub fn ticket_tag_key(&self, ticket_number: u32) -> Zeroizing<[u8; 32]> {
        let info = [
            labels::TICKET_TAG_KEY.as_bytes(),
            &[0],
            &ticket_number.to_be_bytes(),
        ]
        .concat();
        hkdf(&self.tag, &info)
    }

    pub(crate) fn personal(&self) -> Result<&[u8; 32], Error> {
        self.pii.as_ref().ok_or(Error::Shredded)
    }

    pub(crate) const fn meta_and_tag(&self) -> (&[u8; 32], &[u8; 32]) {
        (&self.meta, &self.tag)
    }

    fn of(&self, group: Group) -> Result<&[u8; 32], Error> {
        match group {
            Group::Meta => Ok(&self.meta),
            Group::Personal | Group::Note => self.personal(),
        }
    }
}

impl std::fmt::Debug for CaseKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CaseKeys").finish_non_exhaustive()
    }
}

impl Group {
    /// Reads the number of a group.
    #[must_use]
    pub const fn from_u8(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Meta),
            2 => Some(Self::Personal),
            3 => Some(Self::Note),
            _ => None,
        }
    }
}

impl SealedObject {
    /// SHA-256 of the stored bytes, which the leaf binds.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// Seals one section for its place, with the random bytes of its commitment.
pub fn seal(
    keys: &CaseKeys,
    place: Place<'_>,
    section: &Section<'_>,
    entropy: &mut dyn Entropy,
) -> Result<SealedObject, Error> {
    let clear = Zeroizing::new([section.salt, section.bytes].concat());
    let aad = section_aad(place, section.group, section.no);
    let bytes = encrypt(keys.of(section.group)?, &aad, &clear, entropy)?;
    Ok(SealedObject {
        group: section.group,
        no: section.no,
        bytes,
    })
}

/// Opens a sealed section. `check` gets the random bytes and the section's bytes and says whether they open the
/// commitment that the ledger holds: an AEAD alone does not bind its key, so there is no way to open without it.
pub fn open(
    keys: &CaseKeys,
    place: Place<'_>,
    object: &SealedObject,
    check: impl FnOnce(&[u8; SALT], &[u8]) -> bool,
) -> Result<Opened, Error> {
    let aad = section_aad(place, object.group, object.no);
    let clear = decrypt(keys.of(object.group)?, &aad, &object.bytes)?;
    let (salt, bytes) = clear.split_first_chunk::<SALT>().ok_or(Error::Unreadable)?;
    if !check(salt, bytes) {
        return Err(Error::CommitmentMismatch);
    }
    Ok(Opened {
        salt: Zeroizing::new(*salt),
        bytes: Zeroizing::new(bytes.to_vec()),
    })
}

/// Seals a field of the person. `place` names the field, its row and its table: it opens nowhere else.
pub fn seal_field(
    keys: &CaseKeys,
    place: &[u8],
    bytes: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Error> {
    encrypt(keys.personal()?, &field_aad(place), bytes, entropy)
}

/// Opens what [`seal_field`] sealed for the same place.
pub fn open_field(keys: &CaseKeys, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    decrypt(keys.personal()?, &field_aad(place), sealed)
}

pub(crate) fn encrypt(
    key: &[u8; 32],
    aad: &[u8],
    clear: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let nonce: [u8; NONCE] = draw(entropy)?;
    let payload = Payload { msg: clear, aad };
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| Error::TooLong)?;
    Ok([&nonce[..], &ciphertext].concat())
}

pub(crate) fn decrypt(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or(Error::Unreadable)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad })
        .map(Zeroizing::new)
        .map_err(|_| Error::Unreadable)
}

pub(crate) fn hkdf(key: &[u8; 32], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key)
        .expand(info, derived.as_mut())
        .expect("32 bytes are within what HKDF-SHA-256 gives");
    derived
}

fn section_aad(place: Place<'_>, group: Group, no: u8) -> Vec<u8> {
    let origin_len = (place.origin.len() as u64).to_be_bytes();
    [
        labels::SECTION.as_bytes(),
        &[0],
        &origin_len,
        place.origin.as_bytes(),
        place.event_id,
        &[group as u8, no],
    ]
    .concat()
}

fn field_aad(place: &[u8]) -> Vec<u8> {
    [labels::FIELD.as_bytes(), &[0], place].concat()
}
