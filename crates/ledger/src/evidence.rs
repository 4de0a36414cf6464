//! The file that shows one leaf to anybody who holds the log's public key: C2SP tlog-proof, version 1, with the leaf's
//! bytes as the extra data (they are not trusted: the proof is of their hash). Files are named `*.tlog-proof`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{self, Checkpoint, MAX_NOTE, SignedCheckpoint, VerifierKey, parse_decimal};
use crate::hash::Digest;
use crate::leaf::{self, Leaf, leaf_hash};
use crate::proof::{MAX_HASHES, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A checkpoint, 63 hashes of 45 bytes, a leaf and the numbers.
const MAX_TEXT: usize = MAX_NOTE + 4096;

/// A leaf, its place in the log, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The leaf's bytes.
    pub leaf: Vec<u8>,
    /// Index of the leaf in the log, from 0.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up to the root's child.
    pub hashes: Vec<Digest>,
    /// The checkpoint whose tree the proof is in.
    pub checkpoint: SignedCheckpoint,
}

/// Why a text proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a tlog-proof with a leaf.
    #[error("not a tlog-proof file with a leaf in it")]
    Form,
    /// Its checkpoint is not one of this log.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] checkpoint::Error),
    /// Its leaf is not a leaf.
    #[error("the leaf: {0}")]
    Leaf(#[from] leaf::Error),
    /// The leaf is not at this index of the checkpoint's tree.
    #[error("the leaf is not in the log at this index")]
    NotIncluded,
}

/// What a proof that holds shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The leaf.
    pub leaf: Leaf,
    /// Its index in the log.
    pub index: u64,
    /// The checkpoint that vouches for it.
    pub checkpoint: Checkpoint,
}

impl Evidence {
    /// The tlog-proof text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let hashes: String = self.hashes.iter().map(|hash| hash.to_base64() + "\n").collect();
        format!(
            "{HEADER}\nextra {}\nindex {}\n{hashes}\n{}",
            STANDARD.encode(&self.leaf),
            self.index,
            self.checkpoint.to_text()
        )
    }

    /// Reads what [`Self::to_text`] writes, and vouches for nothing: see [`Self::verify`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error::Form);
        }
        let (head, note) = text.split_once("\n\n").ok_or(Error::Form)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(Error::Form);
        }
        let mut value = |key: &str| {
            lines
                .next()
                .and_then(|line| line.strip_prefix(key))
                .ok_or(Error::Form)
        };
        let leaf = STANDARD.decode(value("extra ")?).map_err(|_| Error::Form)?;
        let index = parse_decimal(value("index ")?).ok_or(Error::Form)?;
        let hashes: Vec<_> = lines
            .map(Digest::from_base64)
            .collect::<Option<_>>()
            .ok_or(Error::Form)?;
        if hashes.len() > MAX_HASHES {
            return Err(Error::Form);
        }
        Ok(Self {
            leaf,
            index,
            hashes,
            checkpoint: SignedCheckpoint::parse(note)?,
        })
    }

    /// Checks the checkpoint's signature, the leaf's form and its place in the tree.
    pub fn verify(&self, key: &VerifierKey) -> Result<Shown, Error> {
        let checkpoint = self.checkpoint.verify(key)?.clone();
        let hash = leaf_hash(&self.leaf);
        verify_inclusion(&hash, self.index, checkpoint.size, &self.hashes, &checkpoint.root)
            .map_err(|_| Error::NotIncluded)?;
        Ok(Shown {
            leaf: Leaf::parse(&self.leaf)?,
            index: self.index,
            checkpoint,
        })
    }
}
