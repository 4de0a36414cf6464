//! The verifiable log: public leaves, the Merkle tree over them, signed checkpoints, proofs, and what checks them all
//! offline.
//!
//! - [`labels`]: the domain labels, one table.
//! - [`codec`]: the canonical encoding of everything that is committed.
//! - [`leaf`] and [`section`]: the 242 public bytes of an event, and the commitments they bind.
//! - [`tree`] and [`proof`]: RFC 6962 and RFC 9162.
//! - [`checkpoint`]: C2SP tlog-checkpoint over signed-note, Ed25519.
//! - [`evidence`]: the C2SP tlog-proof file that shows one leaf.
//! - [`verify`]: the whole log against its checkpoints, from bytes alone.
//!
//! Witnesses' cosignatures (C2SP tlog-cosignature) will be further signature lines of a checkpoint: lines by unknown
//! keys are already kept as they came. Receipts have their label. Both get a module of their own when they are built.
//!
//! Never here: storage, keys on disk, clocks, randomness, and the nouns of cases and agencies. Bytes come in, bytes
//! and verdicts go out.

pub mod checkpoint;
pub mod codec;
pub mod evidence;
pub mod hash;
pub mod labels;
pub mod leaf;
pub mod proof;
pub mod section;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, SignedCheckpoint, SignerKey, VerifierKey};
pub use evidence::Evidence;
pub use hash::Digest;
pub use leaf::{Kind, Leaf};
