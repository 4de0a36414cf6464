//! Commitments to the sections of an event, which can be opened one by one.
//!
//! A commitment hides its section as long as its 32 random bytes stay secret, and binds it because those bytes have a
//! fixed length. They are drawn anew for every section and never derived from its content: a social security number
//! has fewer than 2^50 values, and an unsalted hash of it is broken in minutes.

use hmac::Mac as _;

use crate::hash::Digest;
use crate::labels;
use crate::leaf::hmac_sha256;

/// The most sections an event may have.
pub const MAX_SECTIONS: usize = 8;

/// One section of an event: its number, 1 to 8, and the exact bytes that are committed.
#[derive(Clone, PartialEq, Eq)]
pub struct Section {
    /// 1 to 8, by position in the event.
    pub no: u8,
    /// Canonical bytes, kept as they were committed and never encoded again.
    pub bytes: Vec<u8>,
}

/// What shows that a commitment stands for a section.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The random bytes of the commitment.
    pub r: [u8; 32],
    /// The section's bytes.
    pub bytes: Vec<u8>,
}

/// An event has 1 to 8 sections and 1 to 8 ciphertext objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event has 1 to {MAX_SECTIONS} sections, not {0}")]
pub struct WrongCount(pub usize);

impl Section {
    /// The section's commitment under the random bytes `r`.
    #[must_use]
    pub fn commit(&self, r: &[u8; 32]) -> Digest {
        commitment(r, self.no, &self.bytes)
    }
}

impl Opening {
    /// True when `commitment` is the commitment of section `no` with these bytes.
    #[must_use]
    pub fn opens(&self, no: u8, commitment: &Digest) -> bool {
        opens(commitment, no, &self.r, &self.bytes)
    }
}

/// C_i: HMAC-SHA-256 under `r` of the label, 0x00, the section's number, its length on 8 bytes, and its bytes.
#[must_use]
pub fn commitment(r: &[u8; 32], no: u8, bytes: &[u8]) -> Digest {
    let mut mac = hmac_sha256(r);
    mac.update(labels::SECTION.as_bytes());
    mac.update(&[0, no]);
    mac.update(&(bytes.len() as u64).to_be_bytes());
    mac.update(bytes);
    Digest(mac.finalize().into_bytes().into())
}

/// True when `commitment` opens to section `no` with these bytes, compared in constant time.
#[must_use]
pub fn opens(commitment: &Digest, no: u8, r: &[u8; 32], bytes: &[u8]) -> bool {
    self::commitment(r, no, bytes).ct_eq(commitment)
}

/// Binds the commitments of an event's sections, in their order.
pub fn sections_root(commitments: &[Digest]) -> Result<Digest, WrongCount> {
    root(labels::SECTIONS, commitments)
}

/// Binds the stored ciphertext objects of an event: `digests` are their [`object_digest`]s, in their order.
pub fn ct_root(digests: &[Digest]) -> Result<Digest, WrongCount> {
    root(labels::CIPHERTEXTS, digests)
}

/// d_i: SHA-256 of one stored ciphertext object, every byte of it.
#[must_use]
pub fn object_digest(object: &[u8]) -> Digest {
    Digest::of(&[object])
}

fn root(label: &str, list: &[Digest]) -> Result<Digest, WrongCount> {
    let count = u8::try_from(list.len())
        .ok()
        .filter(|n| (1..=MAX_SECTIONS).contains(&usize::from(*n)))
        .ok_or(WrongCount(list.len()))?;
    let head = [0, count];
    let mut parts: Vec<&[u8]> = vec![label.as_bytes(), &head];
    parts.extend(list.iter().map(AsRef::<[u8]>::as_ref));
    Ok(Digest::of(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_opens_only_to_its_own_number_salt_and_bytes() {
        let section = Section {
            no: 1,
            bytes: b"meta".to_vec(),
        };
        let commitment = section.commit(&[7; 32]);
        let opening = Opening {
            r: [7; 32],
            bytes: section.bytes.clone(),
        };
        assert!(opening.opens(1, &commitment));
        assert!(!opening.opens(2, &commitment));
        assert!(
            !Opening {
                r: [8; 32],
                ..opening.clone()
            }
            .opens(1, &commitment)
        );
        assert!(
            !Opening {
                bytes: b"metb".to_vec(),
                ..opening
            }
            .opens(1, &commitment)
        );
    }

    #[test]
    fn order_number_and_purpose_of_a_list_change_its_root() {
        let (a, b) = (Digest([1; 32]), Digest([2; 32]));
        let roots = [
            sections_root(&[a, b]),
            sections_root(&[b, a]),
            sections_root(&[a]),
            sections_root(&[a, b, b]),
            ct_root(&[a, b]),
        ];
        for (i, left) in roots.iter().enumerate() {
            for right in &roots[i + 1..] {
                assert_ne!(left, right);
            }
        }
    }

    #[test]
    fn a_list_holds_one_to_eight() {
        assert_eq!(sections_root(&[]), Err(WrongCount(0)));
        assert!(sections_root(&[Digest([0; 32]); 8]).is_ok());
        assert_eq!(ct_root(&[Digest([0; 32]); 9]), Err(WrongCount(9)));
        assert_eq!(ct_root(&[Digest([0; 32]); 300]), Err(WrongCount(300)));
    }
}
