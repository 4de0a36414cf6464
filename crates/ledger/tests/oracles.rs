//! The tree and its proofs agree, for every pair of positions up to 300 leaves, with two independent implementations
//! and with the recursive definition of RFC 6962.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use declic_ledger::hash::Digest;
use declic_ledger::leaf::leaf_hash;
use declic_ledger::proof::{
    MAX_HASHES, consistency_nodes, consistency_proof, inclusion_nodes, inclusion_proof, root_from_nodes,
    verify_consistency, verify_inclusion,
};
use declic_ledger::tree::{MAX_SIZE, MemoryTree, NodeId, NodeReader, node_hash, root_of};
use sha2_oracle::Sha256;
use std::collections::HashMap;
use tlog_tiles::tlog;

const LEAVES: u64 = 300;

/// The three trees over the same leaves, and the model's memory.
struct Trees {
    leaves: Vec<Digest>,
    ours: MemoryTree,
    ct: MemoryBackedTree<Sha256, Vec<u8>>,
    tlog: Vec<tlog::Hash>,
    model: HashMap<(u64, u64), Digest>,
}

struct Stored<'a>(&'a [tlog::Hash]);

impl tlog::HashReader for Stored<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let read = |index: &u64| {
            usize::try_from(*index)
                .ok()
                .and_then(|index| self.0.get(index))
                .copied()
        };
        indexes
            .iter()
            .map(read)
            .collect::<Option<_>>()
            .ok_or(tlog::Error::IndexesNotInTree)
    }
}

impl Trees {
    fn new() -> Self {
        Self {
            leaves: Vec::new(),
            ours: MemoryTree::new(),
            ct: MemoryBackedTree::new(),
            tlog: Vec::new(),
            model: HashMap::new(),
        }
    }

    fn size(&self) -> u64 {
        self.ours.size()
    }

    fn grow(&mut self) {
        let leaf = self.size().to_be_bytes().to_vec();
        let stored = tlog::stored_hashes(self.size(), &leaf, &Stored(&self.tlog)).expect("the tree is whole");
        self.tlog.extend(stored);
        self.leaves.push(leaf_hash(&leaf));
        self.ours.append(leaf_hash(&leaf)).expect("the tree is small");
        self.ct.push(leaf);
    }

    /// MTH of RFC 6962 section 2.1, word for word.
    fn mth(&mut self, low: u64, high: u64) -> Digest {
        if high - low == 1 {
            return self.leaves[at(low)];
        }
        if let Some(known) = self.model.get(&(low, high)) {
            return *known;
        }
        let k = split(high - low);
        let hash = node_hash(&self.mth(low, low + k), &self.mth(low + k, high));
        self.model.insert((low, high), hash);
        hash
    }

    /// PATH of section 2.1.1.
    fn path(&mut self, index: u64, low: u64, high: u64) -> Vec<Digest> {
        if high - low == 1 {
            return Vec::new();
        }
        let middle = low + split(high - low);
        let (mut path, other) = if index < middle {
            (self.path(index, low, middle), self.mth(middle, high))
        } else {
            (self.path(index, middle, high), self.mth(low, middle))
        };
        path.push(other);
        path
    }

    /// SUBPROOF of section 2.1.2.
    fn subproof(&mut self, old: u64, low: u64, high: u64, whole: bool) -> Vec<Digest> {
        if old == high {
            return if whole {
                Vec::new()
            } else {
                vec![self.mth(low, high)]
            };
        }
        let middle = low + split(high - low);
        let (mut proof, other) = if old <= middle {
            (self.subproof(old, low, middle, whole), self.mth(middle, high))
        } else {
            (self.subproof(old, middle, high, false), self.mth(low, middle))
        };
        proof.push(other);
        proof
    }
}

#[test]
fn roots_agree_with_both_oracles_and_the_model_at_every_size() {
    let mut trees = Trees::new();
    for size in 1..=LEAVES {
        trees.grow();
        let root = trees.ours.root();
        assert_eq!(root, trees.mth(0, size), "model, size {size}");
        assert_eq!(
            root.0[..],
            trees.ct.root().as_bytes()[..],
            "ct-merkle, size {size}"
        );
        let tlog = tlog::tree_hash(size, &Stored(&trees.tlog)).expect("the tree is whole");
        assert_eq!(root.0, tlog.0, "tlog_tiles, size {size}");
        assert_eq!(root_of(trees.leaves.iter().copied()), Ok(root));
        assert_eq!(root_from_nodes(size, &trees.ours), Ok(root));
    }
}

#[test]
fn inclusion_proofs_agree_for_every_leaf_of_every_size() {
    let mut trees = Trees::new();
    for size in 1..=LEAVES {
        trees.grow();
        let root = trees.ours.root();
        let ct_root = RootHash::<Sha256>::new(root.0.into(), size);
        for index in 0..size {
            let proof = inclusion_proof(index, size, &trees.ours).expect("the tree is whole");
            assert_eq!(proof, trees.path(index, 0, size), "model, {index} of {size}");
            assert_eq!(
                flat(&proof),
                trees.ct.prove_inclusion(at(index)).as_bytes(),
                "ct-merkle, {index} of {size}"
            );
            let tlog_proof =
                tlog::prove_record(size, index, &Stored(&trees.tlog)).expect("the tree is whole");
            assert_eq!(proof, ours(&tlog_proof), "tlog_tiles, {index} of {size}");

            let leaf = trees.leaves[at(index)];
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
            let ct_proof = InclusionProof::<Sha256>::try_from_bytes(flat(&proof)).expect("whole hashes");
            ct_root
                .verify_inclusion(&index.to_be_bytes(), index, &ct_proof)
                .expect("ct-merkle accepts ours");
            tlog::check_record(
                &theirs(&proof),
                size,
                tlog::Hash(root.0),
                index,
                tlog::Hash(leaf.0),
            )
            .expect("tlog_tiles accepts ours");
        }
    }
}

#[test]
fn consistency_proofs_agree_for_every_pair_of_sizes() {
    let mut trees = Trees::new();
    let mut roots = Vec::new();
    for size in 1..=LEAVES {
        trees.grow();
        let root = trees.ours.root();
        roots.push(root);
        let ct_root = RootHash::<Sha256>::new(root.0.into(), size);
        for old in 1..=size {
            let old_root = roots[at(old - 1)];
            let proof = consistency_proof(old, size, &trees.ours).expect("the tree is whole");
            assert_eq!(
                proof,
                trees.subproof(old, 0, size, true),
                "model, {old} to {size}"
            );
            let ct_proof = trees.ct.prove_consistency(at(size - old));
            assert_eq!(flat(&proof), ct_proof.as_bytes(), "ct-merkle, {old} to {size}");
            let tlog_proof = tlog::prove_tree(size, old, &Stored(&trees.tlog)).expect("the tree is whole");
            assert_eq!(proof, ours(&tlog_proof), "tlog_tiles, {old} to {size}");

            assert_eq!(verify_consistency(old, &old_root, size, &root, &proof), Ok(()));
            let ct_proof = ConsistencyProof::<Sha256>::try_from_bytes(flat(&proof)).expect("whole hashes");
            let ct_old = RootHash::<Sha256>::new(old_root.0.into(), old);
            ct_root
                .verify_consistency(&ct_old, &ct_proof)
                .expect("ct-merkle accepts ours");
            tlog::check_tree(
                &theirs(&proof),
                size,
                tlog::Hash(root.0),
                old,
                tlog::Hash(old_root.0),
            )
            .expect("tlog_tiles accepts ours");
        }
    }
}

#[test]
fn the_nodes_named_beforehand_are_enough_and_all_complete() {
    let mut trees = Trees::new();
    for size in 1..=130 {
        trees.grow();
        for small in 0..=size {
            if small < size {
                let nodes = fetch(&trees.ours, inclusion_nodes(small, size).expect("in range"));
                let whole = inclusion_proof(small, size, &trees.ours);
                assert_eq!(inclusion_proof(small, size, &nodes), whole);
            }
            let nodes = fetch(&trees.ours, consistency_nodes(small, size).expect("in range"));
            assert_eq!(
                consistency_proof(small, size, &nodes),
                consistency_proof(small, size, &trees.ours)
            );
        }
    }
}

#[test]
fn proofs_outside_the_tree_and_over_missing_nodes_are_errors() {
    let empty = MemoryTree::new();
    assert!(inclusion_proof(0, 0, &empty).is_err());
    assert!(inclusion_proof(5, 5, &empty).is_err());
    assert!(inclusion_proof(0, 2, &empty).is_err());
    assert!(inclusion_proof(0, MAX_SIZE + 1, &empty).is_err());
    assert!(consistency_proof(3, 2, &empty).is_err());
    assert!(consistency_proof(1, 2, &empty).is_err());
    assert!(root_from_nodes(1, &empty).is_err());
    assert_eq!(consistency_proof(0, 2, &empty), Ok(Vec::new()));
}

#[test]
fn no_proof_of_the_largest_tree_is_over_the_limit() {
    for index in [0, 1, MAX_SIZE / 2, MAX_SIZE - 1] {
        for size in [MAX_SIZE, MAX_SIZE - 1, index + 1] {
            if index < size {
                let hashes = inclusion_proof(index, size, &Anything).expect("every node is there");
                assert!(hashes.len() <= MAX_HASHES, "{index} of {size}: {}", hashes.len());
                let hashes = consistency_proof(index + 1, size, &Anything).expect("every node is there");
                assert!(hashes.len() <= MAX_HASHES, "{index} to {size}: {}", hashes.len());
            }
        }
    }
}

struct Anything;

impl NodeReader for Anything {
    fn node(&self, _: NodeId) -> Option<Digest> {
        Some(Digest([0; 32]))
    }
}

fn fetch(tree: &MemoryTree, ids: Vec<NodeId>) -> HashMap<NodeId, Digest> {
    ids.into_iter()
        .map(|id| (id, tree.node(id).expect("a named node is complete")))
        .collect()
}

/// The largest power of two smaller than `n`.
fn split(n: u64) -> u64 {
    n.next_power_of_two() / 2
}

fn at(index: u64) -> usize {
    usize::try_from(index).expect("a few hundred")
}

fn flat(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

fn ours(proof: &[tlog::Hash]) -> Vec<Digest> {
    proof.iter().map(|hash| Digest(hash.0)).collect()
}

fn theirs(proof: &[Digest]) -> Vec<tlog::Hash> {
    proof.iter().map(|hash| tlog::Hash(hash.0)).collect()
}
