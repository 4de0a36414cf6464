//! The Merkle tree of RFC 6962 section 2.1, grown by appending.
//!
//! A complete node has coordinates: level 0 holds the leaf hashes, the node `index` of level `level` covers the leaves
//! `index * 2^level` to `(index + 1) * 2^level - 1`. Complete nodes never change, so they can be written once and
//! read for ever; the incomplete right edge is folded from them on demand.

use std::collections::{BTreeMap, HashMap};

use crate::hash::Digest;

/// The largest tree: up to it no proof of either kind needs more than 63 hashes.
pub const MAX_SIZE: u64 = 1 << 62;

/// Coordinates of a complete node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// 0 for leaf hashes, one more for each step towards the root, 62 at most.
    pub level: u8,
    /// Position in the level, from the left, from 0.
    pub index: u64,
}

/// A node that became complete, with its hash: to be stored once, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub id: NodeId,
    /// Its hash.
    pub hash: Digest,
}

/// The hashes of the complete subtrees that make up a tree of some size, largest first: all that is needed to append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

/// Reads complete nodes that were stored.
pub trait NodeReader {
    /// The hash of the node, or `None` when it is not there.
    fn node(&self, id: NodeId) -> Option<Digest>;
}

/// Every complete node of a tree held in memory: for mirrors of a whole log, and for tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    frontier: Frontier,
    levels: Vec<Vec<Digest>>,
}

/// A tree cannot grow over [`MAX_SIZE`], and a frontier has one hash for each bit set in its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The tree is full.
    #[error("a tree holds at most 2^62 leaves")]
    Full,
    /// The number of hashes does not fit the size.
    #[error("a frontier of size {size} does not have {hashes} hashes")]
    WrongFrontier {
        /// The size that was given.
        size: u64,
        /// How many hashes came with it.
        hashes: usize,
    },
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A frontier from the hashes of the nodes [`frontier_nodes`] names for this size, in that order.
    pub fn from_parts(size: u64, hashes: Vec<Digest>) -> Result<Self, Error> {
        if size > MAX_SIZE {
            return Err(Error::Full);
        }
        if u32::try_from(hashes.len()) != Ok(size.count_ones()) {
            return Err(Error::WrongFrontier {
                size,
                hashes: hashes.len(),
            });
        }
        Ok(Self { size, peaks: hashes })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the complete subtrees, largest first.
    #[must_use]
    pub fn hashes(&self) -> &[Digest] {
        &self.peaks
    }

    /// Appends a leaf hash and returns the nodes it completes: the leaf itself first, then its ancestors upwards.
    pub fn append(&mut self, leaf_hash: Digest) -> Result<Vec<Node>, Error> {
        if self.size >= MAX_SIZE {
            return Err(Error::Full);
        }
        let mut node = Node {
            id: NodeId {
                level: 0,
                index: self.size,
            },
            hash: leaf_hash,
        };
        let mut completed = vec![node];
        while node.id.index % 2 == 1 {
            let left = self
                .peaks
                .pop()
                .expect("an odd index has a left neighbour among the peaks");
            node = Node {
                id: NodeId {
                    level: node.id.level + 1,
                    index: node.id.index / 2,
                },
                hash: node_hash(&left, &node.hash),
            };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
        Ok(completed)
    }

    /// The root of the tree; [`empty_root`] for the empty one.
    #[must_use]
    pub fn root(&self) -> Digest {
        fold(&self.peaks).unwrap_or_else(empty_root)
    }
}

impl MemoryTree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf hash.
    pub fn append(&mut self, leaf_hash: Digest) -> Result<(), Error> {
        for node in self.frontier.append(leaf_hash)? {
            let level = usize::from(node.id.level);
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(node.hash);
        }
        Ok(())
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The right edge.
    #[must_use]
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

impl NodeReader for MemoryTree {
    fn node(&self, id: NodeId) -> Option<Digest> {
        let level = self.levels.get(usize::from(id.level))?;
        level.get(usize::try_from(id.index).ok()?).copied()
    }
}

impl NodeReader for HashMap<NodeId, Digest> {
    fn node(&self, id: NodeId) -> Option<Digest> {
        self.get(&id).copied()
    }
}

impl NodeReader for BTreeMap<NodeId, Digest> {
    fn node(&self, id: NodeId) -> Option<Digest> {
        self.get(&id).copied()
    }
}

/// Root of the empty tree: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// Hash of an inner node: SHA-256 of 0x01 and the two hashes below it.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[&[1], &left.0, &right.0])
}

/// Root of the tree over these leaf hashes.
pub fn root_of(leaf_hashes: impl IntoIterator<Item = Digest>) -> Result<Digest, Error> {
    let mut frontier = Frontier::new();
    for hash in leaf_hashes {
        frontier.append(hash)?;
    }
    Ok(frontier.root())
}

/// The nodes whose hashes make up the frontier of a tree of this size, largest first.
#[must_use]
pub fn frontier_nodes(size: u64) -> Vec<NodeId> {
    range_nodes(0, size)
}

/// The complete nodes that cover leaves `low` to `high - 1`, left to right, where `low` is a multiple of the largest
/// power of two not over `high - low`: the shape of every subtree in this module.
pub(crate) fn range_nodes(low: u64, high: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut start = low;
    while start < high {
        let level = (high - start).ilog2();
        nodes.push(NodeId {
            level: level.try_into().expect("a logarithm of 64 bits is under 64"),
            index: start >> level,
        });
        start += 1 << level;
    }
    nodes
}

/// Folds the hashes of [`range_nodes`] into the hash of their subtree; `None` when there is none.
pub(crate) fn fold(hashes: &[Digest]) -> Option<Digest> {
    hashes
        .iter()
        .rev()
        .copied()
        .reduce(|right, left| node_hash(&left, &right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(i: u64) -> Digest {
        crate::leaf::leaf_hash(&i.to_be_bytes())
    }

    #[test]
    fn the_empty_tree_has_the_root_of_rfc_6962() {
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Frontier::new().root(), empty_root());
        assert_eq!(root_of([]), Ok(empty_root()));
    }

    #[test]
    fn a_frontier_reloaded_from_its_nodes_grows_like_the_one_that_never_stopped() {
        let mut tree = MemoryTree::new();
        for i in 0..130 {
            let hashes = frontier_nodes(i)
                .into_iter()
                .map(|id| tree.node(id).expect("complete nodes are kept"));
            let mut reloaded = Frontier::from_parts(i, hashes.collect()).expect("the nodes fit the size");
            assert_eq!(&reloaded, tree.frontier());
            tree.append(leaf(i)).expect("the tree is small");
            reloaded.append(leaf(i)).expect("the tree is small");
            assert_eq!(reloaded.root(), tree.root());
        }
    }

    #[test]
    fn every_complete_node_is_told_exactly_once() {
        let mut frontier = Frontier::new();
        let mut told = BTreeMap::new();
        for i in 0..1000 {
            for node in frontier.append(leaf(i)).expect("the tree is small") {
                assert_eq!(told.insert(node.id, node.hash), None);
            }
        }
        let expected: u64 = (0..10).map(|level| 1000 >> level).sum();
        assert_eq!(told.len() as u64, expected);
    }

    #[test]
    fn a_frontier_that_does_not_fit_its_size_is_refused() {
        assert_eq!(
            Frontier::from_parts(3, vec![leaf(0)]),
            Err(Error::WrongFrontier { size: 3, hashes: 1 })
        );
        assert_eq!(
            Frontier::from_parts(0, vec![leaf(0)]),
            Err(Error::WrongFrontier { size: 0, hashes: 1 })
        );
        assert_eq!(
            Frontier::from_parts(MAX_SIZE + 1, vec![leaf(0); 2]),
            Err(Error::Full)
        );
        let mut full = Frontier::from_parts(MAX_SIZE, vec![leaf(0)]).expect("2^62 leaves are allowed");
        assert_eq!(full.append(leaf(0)), Err(Error::Full));
    }
}
