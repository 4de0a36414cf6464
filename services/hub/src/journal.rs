//! Entries of the journal that concern no ticket: of the directory, and of the rules of routing.

use declic_domain::name::EventId;
use declic_ledger::{Digest, Kind, Leaf, leaf, section};
use declic_store::{Entry, Store};
use declic_vault::entropy::{self, Os, draw};
use declic_vault::{Group, Place, Vault, seal};
use jiff::Timestamp;

/// What writing an entry takes.
pub struct Journal<'a> {
    /// Where it is written.
    pub store: &'a dyn Store,
    /// Where its keys come from.
    pub vault: &'a Vault,
    /// Name of the log.
    pub origin: &'a str,
    /// Size of the last published checkpoint.
    pub anchor: u64,
    /// The present.
    pub now: Timestamp,
}

/// Why an entry could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No keys to seal it with.
    #[error(transparent)]
    Vault(#[from] declic_vault::vault::Error),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] entropy::Unavailable),
    /// A bug: the entry does not fit a leaf.
    #[error(transparent)]
    Leaf(#[from] section::WrongCount),
}

impl Journal<'_> {
    /// An entry of this kind that says this, sealed with keys of its own.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn entry(&self, kind: &'static str, leaf_kind: Kind, meta: &[u8]) -> Result<Entry, Error> {
        let (key_id, keys) = self.vault.take().await?;
        let event = EventId(draw(&mut Os)?);
        let salt: [u8; 32] = draw(&mut Os)?;
        let place = Place {
            origin: self.origin,
            event_id: &event.0,
        };
        let section = seal::Section {
            group: Group::Meta,
            no: 1,
            salt: &salt,
            bytes: meta,
        };
        let object = seal::seal(&keys, place, &section, &mut Os)?;
        let commitment = section::commitment(&salt, 1, meta);
        let noise: [u8; 16 * leaf::RECIPIENTS] = draw(&mut Os)?;
        let leaf = Leaf {
            kind: leaf_kind,
            event_id: event.0,
            anchor_size: self.anchor,
            time_s: u64::try_from(self.now.as_second()).unwrap_or_default(),
            // No ticket: the tag of ticket 0 of the entry's own keys, which looks like any other.
            ticket_tag: leaf::ticket_tag(&keys.ticket_tag_key(0), 1),
            recipient_tags: std::array::from_fn(|slot| std::array::from_fn(|byte| noise[16 * slot + byte])),
            sections_root: section::sections_root(&[commitment])?,
            ct_root: section::ct_root(&[Digest(object.digest())])?,
        };
        Ok(Entry {
            event,
            ticket: None,
            kind,
            key_id,
            recorded_at_us: self.now.as_microsecond(),
            objects: vec![object],
            commitments: vec![commitment.0],
            leaf: leaf.to_bytes(),
            audiences: Vec::new(),
            traceparent: declic_runtime::propagation::traceparent().unwrap_or_default(),
        })
    }
}
