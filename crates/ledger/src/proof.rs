//! Proofs that a leaf is in a tree (inclusion) and that a tree is the beginning of another (consistency), made and
//! checked as RFC 9162 sections 2.1.3 and 2.1.4 say.
//!
//! Making a proof reads complete nodes. [`inclusion_nodes`] and [`consistency_nodes`] name them beforehand, so that a
//! caller whose storage is asynchronous fetches them in one query and hands over a map.

use crate::hash::Digest;
use crate::tree::{MAX_SIZE, NodeId, NodeReader, empty_root, fold, node_hash, range_nodes};

/// The most hashes any proof has.
pub const MAX_HASHES: usize = 63;

/// Why a proof cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The leaf or the smaller tree is not inside the tree, or the tree is larger than can be.
    #[error("there is no such position: {small} in a tree of size {size}")]
    OutOfRange {
        /// The leaf's index, or the size of the smaller tree.
        small: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A node the proof needs is not there.
    #[error("node {index} of level {level} is missing", level = .0.level, index = .0.index)]
    MissingNode(NodeId),
}

/// The proof does not show what it claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct Invalid;

/// The nodes needed to prove that leaf `index` is in the tree of `size` leaves.
pub fn inclusion_nodes(index: u64, size: u64) -> Result<Vec<NodeId>, Error> {
    Ok(inclusion_ranges(index, size)?
        .into_iter()
        .flat_map(Range::nodes)
        .collect())
}

/// The proof that leaf `index` is in the tree of `size` leaves: from the leaf's sibling up to the root's child.
pub fn inclusion_proof(index: u64, size: u64, nodes: &dyn NodeReader) -> Result<Vec<Digest>, Error> {
    inclusion_ranges(index, size)?
        .into_iter()
        .map(|range| range.hash(nodes))
        .collect()
}

/// The nodes needed to prove that the tree of `old` leaves is the beginning of the tree of `size` leaves.
pub fn consistency_nodes(old: u64, size: u64) -> Result<Vec<NodeId>, Error> {
    Ok(consistency_ranges(old, size)?
        .into_iter()
        .flat_map(Range::nodes)
        .collect())
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `size` leaves; empty when `old` is 0 or
/// equal to `size`.
pub fn consistency_proof(old: u64, size: u64, nodes: &dyn NodeReader) -> Result<Vec<Digest>, Error> {
    consistency_ranges(old, size)?
        .into_iter()
        .map(|range| range.hash(nodes))
        .collect()
}

/// The root of the tree of `size` leaves, from the nodes [`crate::tree::frontier_nodes`] names.
pub fn root_from_nodes(size: u64, nodes: &dyn NodeReader) -> Result<Digest, Error> {
    match size {
        0 => Ok(empty_root()),
        1..=MAX_SIZE => Range { low: 0, high: size }.hash(nodes),
        _ => Err(Error::OutOfRange { small: size, size }),
    }
}

/// Checks that `leaf_hash` is leaf `index` of the tree of `size` leaves with this root.
pub fn verify_inclusion(
    leaf_hash: &Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), Invalid> {
    if index >= size || size > MAX_SIZE || proof.len() > MAX_HASHES {
        return Err(Invalid);
    }
    let (mut position, mut last) = (index, size - 1);
    let mut hash = *leaf_hash;
    for sibling in proof {
        if last == 0 {
            return Err(Invalid);
        }
        if position % 2 == 1 || position == last {
            hash = node_hash(sibling, &hash);
            skip_missing_siblings(&mut position, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root {
        Ok(())
    } else {
        Err(Invalid)
    }
}

/// Checks that the tree of `old` leaves with `old_root` is the beginning of the tree of `size` leaves with `root`.
///
/// The empty tree is the beginning of every tree, with an empty proof and the empty tree's own root.
pub fn verify_consistency(
    old: u64,
    old_root: &Digest,
    size: u64,
    root: &Digest,
    proof: &[Digest],
) -> Result<(), Invalid> {
    if old > size || size > MAX_SIZE || proof.len() > MAX_HASHES {
        return Err(Invalid);
    }
    if old == size || old == 0 {
        let old_root_holds = if old == size {
            old_root == root
        } else {
            *old_root == empty_root()
        };
        let empty_holds = size != 0 || *root == empty_root();
        return if proof.is_empty() && old_root_holds && empty_holds {
            Ok(())
        } else {
            Err(Invalid)
        };
    }
    // When the old tree is one complete subtree, its root starts the path and is not repeated in the proof.
    let (first, path) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(Invalid)?
    };
    let (mut position, mut last) = (old - 1, size - 1);
    while position % 2 == 1 {
        position >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(Invalid);
        }
        if position % 2 == 1 || position == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            skip_missing_siblings(&mut position, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    if last == 0 && old_hash == *old_root && hash == *root {
        Ok(())
    } else {
        Err(Invalid)
    }
}

/// Leaves `low` to `high - 1`, whose hash is one hash of a proof.
#[derive(Clone, Copy)]
struct Range {
    low: u64,
    high: u64,
}

impl Range {
    fn nodes(self) -> Vec<NodeId> {
        range_nodes(self.low, self.high)
    }

    fn hash(self, nodes: &dyn NodeReader) -> Result<Digest, Error> {
        let read = |id| nodes.node(id).ok_or(Error::MissingNode(id));
        let hashes = self
            .nodes()
            .into_iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(fold(&hashes).expect("a range of a proof covers at least one leaf"))
    }

    /// The two halves as RFC 6962 splits them: the left one the largest power of two smaller than the whole.
    fn split(self) -> (Self, Self) {
        let width = 1 << (self.high - self.low - 1).ilog2();
        let middle = self.low + width;
        (Self { high: middle, ..self }, Self { low: middle, ..self })
    }
}

/// Walks from the root to the leaf and collects the halves not taken; a proof lists them from the leaf upwards.
fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range>, Error> {
    if index >= size || size > MAX_SIZE {
        return Err(Error::OutOfRange { small: index, size });
    }
    let mut here = Range { low: 0, high: size };
    let mut ranges = Vec::new();
    while here.high - here.low > 1 {
        let (left, right) = here.split();
        let (taken, other) = if index < left.high {
            (left, right)
        } else {
            (right, left)
        };
        ranges.push(other);
        here = taken;
    }
    ranges.reverse();
    Ok(ranges)
}

/// Walks from the root to the right edge of the old tree.
fn consistency_ranges(old: u64, size: u64) -> Result<Vec<Range>, Error> {
    if old > size || size > MAX_SIZE {
        return Err(Error::OutOfRange { small: old, size });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut here = Range { low: 0, high: size };
    let mut ranges = Vec::new();
    while here.high != old {
        let (left, right) = here.split();
        let (taken, other) = if old <= left.high {
            (left, right)
        } else {
            (right, left)
        };
        ranges.push(other);
        here = taken;
    }
    // The verifier knows the old root: when the walk ends on the whole old tree, its hash is not sent.
    if here.low != 0 {
        ranges.push(here);
    }
    ranges.reverse();
    Ok(ranges)
}

/// On the right edge a node without sibling moves up unchanged, until it is a right child or the root.
fn skip_missing_siblings(position: &mut u64, last: &mut u64) {
    while *position != 0 && position.is_multiple_of(2) {
        *position >>= 1;
        *last >>= 1;
    }
}
