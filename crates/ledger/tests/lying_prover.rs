//! A prover that lies is refused, whatever it changes in a valid proof, and never brings the verifier down.
//!
//! What a proof alone cannot bind is the tree's size: another size with the same path shape and the same root verifies.
//! The checkpoint's signature binds size and root together, so these tests give each size its own root.

use declic_ledger::hash::Digest;
use declic_ledger::leaf::leaf_hash;
use declic_ledger::proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
use declic_ledger::tree::MemoryTree;
use proptest::prelude::*;

const LEAVES: u64 = 24;

struct Log {
    tree: MemoryTree,
    leaves: Vec<Digest>,
    roots: Vec<Digest>,
}

#[test]
fn no_change_of_an_inclusion_proof_passes() {
    let log = Log::new();
    for size in 1..=LEAVES {
        for index in 0..size {
            let proof = inclusion_proof(index, size, &log.tree).expect("the tree is whole");
            let (leaf, root) = (log.leaf(index), log.root(size));
            assert!(verify_inclusion(&leaf, index, size, &proof, &root).is_ok());
            for lie in lies(&proof) {
                assert!(
                    verify_inclusion(&leaf, index, size, &lie, &root).is_err(),
                    "{index} of {size}: {lie:?}"
                );
            }
            for other in flips(&leaf) {
                assert!(verify_inclusion(&other, index, size, &proof, &root).is_err());
            }
            for other in flips(&root) {
                assert!(verify_inclusion(&leaf, index, size, &proof, &other).is_err());
            }
        }
    }
}

#[test]
fn no_inclusion_proof_passes_for_another_leaf_index_or_tree() {
    let log = Log::new();
    for size in 1..=LEAVES {
        for index in 0..size {
            let proof = inclusion_proof(index, size, &log.tree).expect("the tree is whole");
            for claimed_size in 0..=LEAVES {
                for claimed in 0..=LEAVES {
                    let root = log.root(claimed_size);
                    let holds =
                        verify_inclusion(&log.leaf(index), claimed, claimed_size, &proof, &root).is_ok();
                    assert_eq!(holds, (claimed, claimed_size) == (index, size));
                }
            }
            for other in (0..size).filter(|other| *other != index) {
                let leaf = log.leaf(other);
                assert!(verify_inclusion(&leaf, index, size, &proof, &log.root(size)).is_err());
            }
        }
    }
}

#[test]
fn no_change_of_a_consistency_proof_passes() {
    let log = Log::new();
    for size in 1..=LEAVES {
        for old in 1..=size {
            let proof = consistency_proof(old, size, &log.tree).expect("the tree is whole");
            let (old_root, root) = (log.root(old), log.root(size));
            assert!(verify_consistency(old, &old_root, size, &root, &proof).is_ok());
            for lie in lies(&proof) {
                assert!(
                    verify_consistency(old, &old_root, size, &root, &lie).is_err(),
                    "{old} to {size}: {lie:?}"
                );
            }
            for other in flips(&old_root) {
                assert!(verify_consistency(old, &other, size, &root, &proof).is_err());
            }
            for other in flips(&root) {
                assert!(verify_consistency(old, &old_root, size, &other, &proof).is_err());
            }
        }
    }
}

#[test]
fn no_consistency_proof_passes_between_other_trees() {
    let log = Log::new();
    for size in 1..=LEAVES {
        for old in 1..=size {
            let proof = consistency_proof(old, size, &log.tree).expect("the tree is whole");
            for claimed_size in 0..=LEAVES {
                for claimed in 0..=LEAVES {
                    let (old_root, root) = (log.root(claimed), log.root(claimed_size));
                    let holds = verify_consistency(claimed, &old_root, claimed_size, &root, &proof).is_ok();
                    let right = (claimed, claimed_size) == (old, size);
                    // The empty proof shows that a tree is itself, and that it begins with the empty one.
                    let empty = proof.is_empty() && (claimed == claimed_size || claimed == 0);
                    assert_eq!(
                        holds,
                        right || empty,
                        "{old} to {size} claimed as {claimed} to {claimed_size}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_history_rewritten_at_any_leaf_is_inconsistent_with_what_was_seen() {
    let log = Log::new();
    for rewritten in 0..LEAVES {
        let mut forged = MemoryTree::new();
        for index in 0..LEAVES {
            let leaf = if index == rewritten {
                leaf_hash(b"rewritten")
            } else {
                log.leaf(index)
            };
            forged.append(leaf).expect("the tree is small");
        }
        for seen in rewritten + 1..=LEAVES {
            let proof = consistency_proof(seen, LEAVES, &forged).expect("the tree is whole");
            assert!(verify_consistency(seen, &log.root(seen), LEAVES, &forged.root(), &proof).is_err());
        }
    }
}

proptest! {
    #[test]
    fn verifiers_answer_anything_without_a_panic(
        small in prop_oneof![any::<u64>(), 0..70_u64],
        size in prop_oneof![any::<u64>(), 0..70_u64],
        hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        one in any::<[u8; 32]>(),
        two in any::<[u8; 32]>(),
    ) {
        let hashes: Vec<_> = hashes.into_iter().map(Digest).collect();
        let (one, two) = (Digest(one), Digest(two));
        prop_assert!(verify_inclusion(&one, small, size, &hashes, &two).is_err());
        prop_assert!(verify_consistency(small, &one, size, &two, &hashes).is_err());
    }
}

impl Log {
    fn new() -> Self {
        let mut log = Self {
            tree: MemoryTree::new(),
            leaves: Vec::new(),
            roots: vec![MemoryTree::new().root()],
        };
        for index in 0..LEAVES {
            let leaf = leaf_hash(&index.to_be_bytes());
            log.tree.append(leaf).expect("the tree is small");
            log.leaves.push(leaf);
            log.roots.push(log.tree.root());
        }
        log
    }

    fn leaf(&self, index: u64) -> Digest {
        self.leaves[usize::try_from(index).expect("a few dozen")]
    }

    fn root(&self, size: u64) -> Digest {
        self.roots[usize::try_from(size).expect("a few dozen")]
    }
}

/// Every proof that differs by one flipped bit, or one hash dropped, doubled, appended, or moved.
fn lies(proof: &[Digest]) -> Vec<Vec<Digest>> {
    let mut lies = Vec::new();
    for (place, hash) in proof.iter().enumerate() {
        for flipped in flips(hash) {
            let mut lie = proof.to_vec();
            lie[place] = flipped;
            lies.push(lie);
        }
        let mut dropped = proof.to_vec();
        dropped.remove(place);
        lies.push(dropped);
        let mut doubled = proof.to_vec();
        doubled.insert(place, *hash);
        lies.push(doubled);
        for other in place + 1..proof.len() {
            let mut swapped = proof.to_vec();
            swapped.swap(place, other);
            lies.push(swapped);
        }
    }
    for more in [Digest([0; 32]), proof.last().copied().unwrap_or(Digest([1; 32]))] {
        lies.push([proof, &[more]].concat());
        lies.push([&[more], proof].concat());
    }
    lies.push([proof, &[Digest([0; 32]); 64]].concat());
    lies
}

fn flips(hash: &Digest) -> impl Iterator<Item = Digest> {
    let hash = *hash;
    (0..256).map(move |bit| {
        let mut flipped = hash;
        flipped.0[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}
