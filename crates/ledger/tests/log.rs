//! The offline verifier finds every way in which a log and its checkpoints can disagree.

use declic_ledger::checkpoint;
use declic_ledger::hash::Digest;
use declic_ledger::leaf::{Kind, Leaf, leaf_hash};
use declic_ledger::tree::{MemoryTree, root_of};
use declic_ledger::verify::{Finding, Report, verify_log};
use declic_ledger::{Checkpoint, SignerKey};

const ORIGIN: &str = "grand-livre.declic.example";
const LEAVES: u64 = 20;

struct Log {
    leaves: Vec<[u8; 242]>,
    checkpoints: Vec<String>,
}

#[test]
fn a_log_that_kept_its_word_is_sound() {
    let log = Log::new();
    let report = log.verify();
    assert_eq!(report.findings, []);
    assert!(report.is_sound());
    assert_eq!(report.leaves, LEAVES);
    assert_eq!(
        report.checkpoints.iter().map(|c| c.size).collect::<Vec<_>>(),
        [0, 1, 7, 16, 18]
    );
    assert_eq!(report.unsigned, 2);
    assert_eq!(report.last().map(|c| c.size), Some(18));
    assert_eq!(
        Ok(report.root),
        root_of(log.leaves.iter().map(|leaf| leaf_hash(leaf)))
    );
}

#[test]
fn order_and_repetition_of_checkpoints_do_not_matter() {
    let mut log = Log::new();
    let sound = log.verify();
    log.checkpoints.reverse();
    log.checkpoints.extend(log.checkpoints.clone());
    assert_eq!(log.verify(), sound);
}

#[test]
fn every_changed_byte_of_every_signed_leaf_is_found() {
    let log = Log::new();
    for index in 0..18 {
        for byte in (0..242).step_by(7) {
            let mut log = Log {
                leaves: log.leaves.clone(),
                checkpoints: log.checkpoints.clone(),
            };
            log.leaves[index][byte] ^= 1;
            let report = log.verify();
            let differs = report
                .findings
                .iter()
                .any(|finding| matches!(finding, Finding::RootDiffers { .. }));
            assert!(differs, "leaf {index}, byte {byte}");
        }
    }
}

#[test]
fn a_leaf_removed_added_or_moved_is_found() {
    let mut removed = Log::new();
    removed.leaves.remove(5);
    assert!(!removed.verify().is_sound());
    let mut added = Log::new();
    added.leaves.insert(5, leaf(100, 0).to_bytes());
    assert!(!added.verify().is_sound());
    let mut moved = Log::new();
    moved.leaves.swap(5, 6);
    assert!(!moved.verify().is_sound());
}

#[test]
fn a_log_cut_short_is_found() {
    let mut log = Log::new();
    log.leaves.truncate(17);
    let report = log.verify();
    assert_eq!(report.findings, [Finding::MissingLeaves { size: 18, leaves: 17 }]);
    assert_eq!((report.last().map(|c| c.size), report.unsigned), (Some(16), 1));
}

#[test]
fn two_histories_signed_for_one_size_are_found() {
    let mut log = Log::new();
    log.checkpoints.push(sign(16, Digest([9; 32])));
    let report = log.verify();
    assert!(matches!(
        report.findings[..],
        [Finding::TwoRoots {
            size: 16,
            second: Digest([9, ..]),
            ..
        }]
    ));
}

#[test]
fn a_checkpoint_that_is_not_the_logs_is_named() {
    let mut log = Log::new();
    log.checkpoints.insert(1, "nothing".to_owned());
    let report = log.verify();
    let error = checkpoint::Error::Note;
    assert_eq!(report.findings, [Finding::BadCheckpoint { position: 1, error }]);
    assert_eq!(report.checkpoints.len(), 5, "the others still hold");
}

#[test]
fn a_leaf_after_a_checkpoint_that_contains_it_and_a_repeated_event_are_found() {
    let mut log = Log::new();
    log.leaves[18] = leaf(18, 19).to_bytes();
    log.leaves[19] = leaf(3, 0).to_bytes();
    let expected = [
        Finding::AnchorAhead {
            index: 18,
            anchor_size: 19,
        },
        Finding::RepeatedEvent { index: 19, first: 3 },
    ];
    assert_eq!(log.verify().findings, expected);
}

#[test]
fn bytes_that_are_no_leaf_are_named() {
    let key = key();
    let report = verify_log(&key.verifier(), [], [&b"no leaf"[..], &leaf(1, 0).to_bytes()]);
    assert!(matches!(report.findings[..], [Finding::BadLeaf { index: 0, .. }]));
    assert_eq!((report.leaves, report.unsigned), (2, 2));
}

impl Log {
    fn new() -> Self {
        let mut tree = MemoryTree::new();
        let mut log = Self {
            leaves: Vec::new(),
            checkpoints: vec![sign(0, tree.root())],
        };
        for index in 0..LEAVES {
            let leaf = leaf(index, index);
            tree.append(leaf.hash()).expect("the tree is small");
            log.leaves.push(leaf.to_bytes());
            if [1, 7, 16, 18].contains(&tree.size()) {
                log.checkpoints.push(sign(tree.size(), tree.root()));
            }
        }
        log
    }

    fn verify(&self) -> Report {
        verify_log(
            &key().verifier(),
            self.checkpoints.iter().map(String::as_str),
            &self.leaves,
        )
    }
}

fn leaf(event: u64, anchor_size: u64) -> Leaf {
    Leaf {
        kind: Kind::Event,
        event_id: u128::from(event).to_be_bytes(),
        anchor_size,
        time_s: 1_795_000_000,
        ticket_tag: [1; 16],
        recipient_tags: [[2; 16]; 8],
        sections_root: Digest([3; 32]),
        ct_root: Digest([4; 32]),
    }
}

fn key() -> SignerKey {
    SignerKey::from_seed(ORIGIN, &[1; 32]).expect("the name is a name")
}

fn sign(size: u64, root: Digest) -> String {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root,
    };
    checkpoint
        .sign(&key())
        .expect("the origin is the key's name")
        .to_text()
}
