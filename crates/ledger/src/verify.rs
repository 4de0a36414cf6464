//! The whole log checked from bytes alone: checkpoints and leaves, as a mirror or a supervisor has them in files.
//!
//! Every leaf is read, the tree is grown again, and at each checkpoint's size the recomputed root must be the signed
//! one. Two checkpoints whose roots both come out of the same leaves are consistent with each other: no proof is needed
//! besides.

use std::collections::{BTreeMap, HashMap};

use crate::checkpoint::{self, Checkpoint, VerifierKey};
use crate::evidence::{self, Evidence, Shown};
use crate::hash::Digest;
use crate::leaf::{self, Leaf, leaf_hash};
use crate::tree::Frontier;

/// What the check of a log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Leaves that were read.
    pub leaves: u64,
    /// Root over all of them.
    pub root: Digest,
    /// Checkpoints whose signature and root hold, smallest first.
    pub checkpoints: Vec<Checkpoint>,
    /// Leaves after the last checkpoint that holds: nobody vouches for them yet.
    pub unsigned: u64,
    /// Everything that is wrong, in the order it was found.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A checkpoint is not a checkpoint signed by the key.
    #[error("checkpoint number {position}, from 0: {error}")]
    BadCheckpoint {
        /// Its place among the checkpoints that were given, from 0.
        position: usize,
        /// What is wrong with it.
        error: checkpoint::Error,
    },
    /// Two checkpoints of one size have two roots: two histories were signed.
    #[error("two roots were signed for size {size}: {first} and {second}")]
    TwoRoots {
        /// The size.
        size: u64,
        /// The root that came first.
        first: Digest,
        /// The other one.
        second: Digest,
    },
    /// The leaves do not have the root that was signed for their number.
    #[error("at size {size} the signed root is {signed}, the leaves have {recomputed}")]
    RootDiffers {
        /// The size.
        size: u64,
        /// What the checkpoint says.
        signed: Digest,
        /// What the leaves give.
        recomputed: Digest,
    },
    /// A checkpoint was signed for more leaves than there are.
    #[error("a checkpoint was signed for {size} leaves, there are {leaves}")]
    MissingLeaves {
        /// Size of the checkpoint.
        size: u64,
        /// Leaves that were read.
        leaves: u64,
    },
    /// Bytes in the place of a leaf are not one.
    #[error("leaf {index}: {error}")]
    BadLeaf {
        /// Index of the leaf.
        index: u64,
        /// What is wrong with it.
        error: leaf::Error,
    },
    /// A leaf says it was written after a checkpoint that already contains it.
    #[error("leaf {index} says it comes after a checkpoint of size {anchor_size}")]
    AnchorAhead {
        /// Index of the leaf.
        index: u64,
        /// What it says.
        anchor_size: u64,
    },
    /// Two leaves have the same event id.
    #[error("leaf {index} has the event id of leaf {first}")]
    RepeatedEvent {
        /// Index of the leaf.
        index: u64,
        /// Index of the first leaf with this event id.
        first: u64,
    },
    /// The log is longer than a tree can be.
    #[error("the log is longer than a tree can be")]
    Full,
}

/// Grows the tree leaf by leaf, for a log that is not held in memory.
#[derive(Debug)]
pub struct LogVerifier {
    frontier: Frontier,
    expected: BTreeMap<u64, Checkpoint>,
    held: Vec<Checkpoint>,
    events: HashMap<[u8; 16], u64>,
    findings: Vec<Finding>,
}

impl Report {
    /// True when nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// The largest checkpoint that holds.
    #[must_use]
    pub fn last(&self) -> Option<&Checkpoint> {
        self.checkpoints.last()
    }
}

impl LogVerifier {
    /// Starts with all the checkpoints, in any order; the same one may come twice.
    pub fn new<'a>(key: &VerifierKey, checkpoints: impl IntoIterator<Item = &'a str>) -> Self {
        let mut this = Self {
            frontier: Frontier::new(),
            expected: BTreeMap::new(),
            held: Vec::new(),
            events: HashMap::new(),
            findings: Vec::new(),
        };
        for (position, text) in checkpoints.into_iter().enumerate() {
            match checkpoint::parse_and_verify(text, key) {
                Ok(checkpoint) => this.expect(checkpoint),
                Err(error) => this.findings.push(Finding::BadCheckpoint { position, error }),
            }
        }
        this.compare();
        this
    }

    /// Takes the next leaf.
    pub fn leaf(&mut self, bytes: &[u8]) {
        let index = self.frontier.size();
        if self.frontier.append(leaf_hash(bytes)).is_err() {
            self.findings.push(Finding::Full);
            return;
        }
        match Leaf::parse(bytes) {
            Ok(leaf) => self.inspect(index, &leaf),
            Err(error) => self.findings.push(Finding::BadLeaf { index, error }),
        }
        self.compare();
    }

    /// Says what was found.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let leaves = self.frontier.size();
        for size in self.expected.into_keys() {
            self.findings.push(Finding::MissingLeaves { size, leaves });
        }
        let vouched = self.held.last().map_or(0, |checkpoint| checkpoint.size);
        Report {
            leaves,
            root: self.frontier.root(),
            checkpoints: self.held,
            unsigned: leaves - vouched,
            findings: self.findings,
        }
    }

    fn expect(&mut self, checkpoint: Checkpoint) {
        let known = self
            .expected
            .entry(checkpoint.size)
            .or_insert_with(|| checkpoint.clone());
        if known.root != checkpoint.root {
            let (size, first, second) = (checkpoint.size, known.root, checkpoint.root);
            self.findings.push(Finding::TwoRoots { size, first, second });
        }
    }

    fn inspect(&mut self, index: u64, leaf: &Leaf) {
        if leaf.anchor_size > index {
            self.findings.push(Finding::AnchorAhead {
                index,
                anchor_size: leaf.anchor_size,
            });
        }
        let first = *self.events.entry(leaf.event_id).or_insert(index);
        if first != index {
            self.findings.push(Finding::RepeatedEvent { index, first });
        }
    }

    fn compare(&mut self) {
        let size = self.frontier.size();
        let Some(checkpoint) = self.expected.remove(&size) else {
            return;
        };
        let recomputed = self.frontier.root();
        if checkpoint.root == recomputed {
            self.held.push(checkpoint);
        } else {
            let signed = checkpoint.root;
            self.findings.push(Finding::RootDiffers {
                size,
                signed,
                recomputed,
            });
        }
    }
}

/// Checks a log that is held in memory.
pub fn verify_log<'a, L: AsRef<[u8]>>(
    key: &VerifierKey,
    checkpoints: impl IntoIterator<Item = &'a str>,
    leaves: impl IntoIterator<Item = L>,
) -> Report {
    let mut verifier = LogVerifier::new(key, checkpoints);
    for leaf in leaves {
        verifier.leaf(leaf.as_ref());
    }
    verifier.finish()
}

/// Checks the text of a tlog-proof file.
pub fn verify_inclusion(text: &str, key: &VerifierKey) -> Result<Shown, evidence::Error> {
    Evidence::parse(text)?.verify(key)
}
