//! The public leaf: 242 bytes of fixed layout that every enrolled agency may read, with no personal data.
//!
//! | field | bytes |
//! |---|---|
//! | version (1) | 1 |
//! | kind | 1 |
//! | event id | 16 |
//! | anchor size, big-endian | 8 |
//! | time, seconds since 1970, big-endian | 8 |
//! | ticket tag | 16 |
//! | recipient tags | 8 x 16 |
//! | sections root | 32 |
//! | ciphertexts root | 32 |

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::hash::Digest;

/// Length of a leaf of version 1.
pub const LEN: usize = 242;
/// First byte of a leaf of version 1.
pub const VERSION: u8 = 1;
/// Slots for recipients in every leaf.
pub const RECIPIENTS: usize = 8;

/// A truncated HMAC that only the holders of its key can recognise.
pub type Tag = [u8; 16];

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What the leaf records.
    pub kind: Kind,
    /// Random, so that it tells nothing about time or origin.
    pub event_id: [u8; 16],
    /// Size of the last published checkpoint known when the event was written: the event is after that checkpoint.
    /// Never more than the leaf's own index.
    pub anchor_size: u64,
    /// Clock of the hub when the event was written, whole seconds since 1970-01-01T00:00:00Z.
    pub time_s: u64,
    /// [`ticket_tag`] of the ticket and its version after the event.
    pub ticket_tag: Tag,
    /// [`recipient_tag`] of each recipient, the other slots random: see [`recipient_slots`].
    pub recipient_tags: [Tag; RECIPIENTS],
    /// [`crate::section::sections_root`] of the event's section commitments.
    pub sections_root: Digest,
    /// [`crate::section::ct_root`] of the event's stored ciphertext objects.
    pub ct_root: Digest,
}

/// What a leaf records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// An event of a ticket.
    Event = 1,
    /// The log's signing key changes.
    LogKeyChange = 2,
    /// Keys of cases were destroyed.
    Erasure = 3,
    /// The log was restored, or an incident is recorded.
    RestoreOrIncident = 4,
    /// The policy about witnesses changes.
    WitnessPolicyChange = 5,
    /// An agency's key is enrolled or revoked.
    AgencyKeyChange = 6,
}

/// Why bytes are not a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not 242 bytes.
    #[error("a leaf has {LEN} bytes, these are {0}")]
    Length(usize),
    /// A version this crate does not know.
    #[error("unknown leaf version {0}")]
    Version(u8),
    /// A kind this crate does not know.
    #[error("unknown leaf kind {0}")]
    Kind(u8),
}

/// An event cannot be told to more recipients than a leaf has slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a leaf has {RECIPIENTS} recipient slots, {0} were asked for")]
pub struct TooManyRecipients(pub usize);

impl Leaf {
    /// The exact bytes that are hashed, stored and published.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[0] = VERSION;
        bytes[1] = self.kind as u8;
        bytes[2..18].copy_from_slice(&self.event_id);
        bytes[18..26].copy_from_slice(&self.anchor_size.to_be_bytes());
        bytes[26..34].copy_from_slice(&self.time_s.to_be_bytes());
        bytes[34..50].copy_from_slice(&self.ticket_tag);
        for (slot, tag) in bytes[50..178].chunks_exact_mut(16).zip(&self.recipient_tags) {
            slot.copy_from_slice(tag);
        }
        bytes[178..210].copy_from_slice(&self.sections_root.0);
        bytes[210..242].copy_from_slice(&self.ct_root.0);
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes; every other input is an error.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: &[u8; LEN] = bytes.try_into().map_err(|_| Error::Length(bytes.len()))?;
        if bytes[0] != VERSION {
            return Err(Error::Version(bytes[0]));
        }
        Ok(Self {
            kind: Kind::try_from(bytes[1])?,
            event_id: field(bytes, 2),
            anchor_size: u64::from_be_bytes(field(bytes, 18)),
            time_s: u64::from_be_bytes(field(bytes, 26)),
            ticket_tag: field(bytes, 34),
            recipient_tags: std::array::from_fn(|slot| field(bytes, 50 + 16 * slot)),
            sections_root: Digest(field(bytes, 178)),
            ct_root: Digest(field(bytes, 210)),
        })
    }

    /// [`leaf_hash`] of the leaf's bytes.
    #[must_use]
    pub fn hash(&self) -> Digest {
        leaf_hash(&self.to_bytes())
    }

    /// True when the holder of `k_mbox` is among the recipients.
    #[must_use]
    pub fn is_for(&self, k_mbox: &[u8; 32]) -> bool {
        self.recipient_tags
            .contains(&recipient_tag(k_mbox, &self.event_id))
    }
}

impl TryFrom<u8> for Kind {
    type Error = Error;

    fn try_from(byte: u8) -> Result<Self, Error> {
        Ok(match byte {
            1 => Self::Event,
            2 => Self::LogKeyChange,
            3 => Self::Erasure,
            4 => Self::RestoreOrIncident,
            5 => Self::WitnessPolicyChange,
            6 => Self::AgencyKeyChange,
            other => return Err(Error::Kind(other)),
        })
    }
}

/// Hash of a leaf in the tree, RFC 6962 section 2.1: SHA-256 of 0x00 and the bytes.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest::of(&[&[0], leaf])
}

/// Tag of a ticket at one version: HMAC-SHA-256 under the ticket's own tag key of `t` and the version, first 16 bytes.
#[must_use]
pub fn ticket_tag(k_ticket_tag: &[u8; 32], version: u64) -> Tag {
    tag(k_ticket_tag, &[b"t", &version.to_be_bytes()])
}

/// Tag by which an agency finds the leaves that are for it: HMAC-SHA-256 under its mailbox key of the event id, first
/// 16 bytes.
#[must_use]
pub fn recipient_tag(k_mbox: &[u8; 32], event_id: &[u8; 16]) -> Tag {
    tag(k_mbox, &[event_id])
}

/// Lays the recipients' tags in the eight slots. The unused slots are taken from `noise`, 128 fresh random bytes, and
/// the slots are sorted, so that neither the number nor the order of the recipients shows.
pub fn recipient_slots(
    tags: &[Tag],
    noise: &[u8; 16 * RECIPIENTS],
) -> Result<[Tag; RECIPIENTS], TooManyRecipients> {
    if tags.len() > RECIPIENTS {
        return Err(TooManyRecipients(tags.len()));
    }
    let mut slots: [Tag; RECIPIENTS] = std::array::from_fn(|slot| field(noise, 16 * slot));
    slots[..tags.len()].copy_from_slice(tags);
    slots.sort_unstable();
    Ok(slots)
}

fn tag(key: &[u8; 32], parts: &[&[u8]]) -> Tag {
    let mut mac = hmac_sha256(key);
    for part in parts {
        mac.update(part);
    }
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    field(&full, 0)
}

pub(crate) fn hmac_sha256(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// Copies the `N` bytes at `start`; callers name constants inside the array's length.
fn field<const N: usize, const M: usize>(bytes: &[u8; M], start: usize) -> [u8; N] {
    std::array::from_fn(|i| bytes[start + i])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Leaf {
        Leaf {
            kind: Kind::Event,
            event_id: [1; 16],
            anchor_size: 2,
            time_s: 3,
            ticket_tag: [4; 16],
            recipient_tags: std::array::from_fn(|i| [u8::try_from(i).expect("fewer than 256 slots"); 16]),
            sections_root: Digest([5; 32]),
            ct_root: Digest([6; 32]),
        }
    }

    #[test]
    fn a_leaf_reads_back_what_it_wrote() {
        for kind in 1..=6 {
            let leaf = Leaf {
                kind: Kind::try_from(kind).expect("kinds 1 to 6 exist"),
                ..sample()
            };
            assert_eq!(leaf.to_bytes()[1], kind);
            assert_eq!(Leaf::parse(&leaf.to_bytes()), Ok(leaf));
        }
    }

    #[test]
    fn other_lengths_versions_and_kinds_are_refused() {
        let bytes = sample().to_bytes();
        assert_eq!(Leaf::parse(&bytes[1..]), Err(Error::Length(241)));
        assert_eq!(Leaf::parse(&[]), Err(Error::Length(0)));
        assert_eq!(Leaf::parse(&[&bytes[..], &[0]].concat()), Err(Error::Length(243)));
        for version in [0, 2, 255] {
            let mut other = bytes;
            other[0] = version;
            assert_eq!(Leaf::parse(&other), Err(Error::Version(version)));
        }
        for kind in [0, 7, 255] {
            let mut other = bytes;
            other[1] = kind;
            assert_eq!(Leaf::parse(&other), Err(Error::Kind(kind)));
        }
    }

    #[test]
    fn only_the_recipients_find_their_tag_and_the_unused_slots_are_noise() {
        let (ours, theirs) = ([1; 32], [2; 32]);
        let event_id = [9; 16];
        let slots =
            recipient_slots(&[recipient_tag(&ours, &event_id)], &[9; 128]).expect("one recipient fits");
        let leaf = Leaf {
            event_id,
            recipient_tags: slots,
            ..sample()
        };
        assert_eq!(slots.iter().filter(|slot| **slot == [9; 16]).count(), 7);
        assert!(leaf.is_for(&ours));
        assert!(!leaf.is_for(&theirs));
        assert!(slots.is_sorted());
        assert_eq!(
            recipient_slots(&[[0; 16]; 9], &[0; 128]),
            Err(TooManyRecipients(9))
        );
    }

    proptest! {
        #[test]
        fn parsing_any_bytes_never_panics_and_never_loses_a_bit(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(leaf) = Leaf::parse(&bytes) {
                prop_assert_eq!(leaf.to_bytes().to_vec(), bytes);
            }
        }

        #[test]
        fn any_242_bytes_with_a_good_head_are_kept_bit_for_bit(mut bytes in prop::collection::vec(any::<u8>(), LEN), kind in 1_u8..=6) {
            bytes[0] = VERSION;
            bytes[1] = kind;
            let leaf = Leaf::parse(&bytes).expect("the head is good and the rest is free");
            prop_assert_eq!(leaf.to_bytes().to_vec(), bytes);
        }
    }
}
