use std::sync::atomic::{AtomicU64, Ordering};

use declic_domain::name::EventId;
use declic_ledger::verify::{Report, verify_log};
use declic_ledger::{Kind, Leaf};
use declic_store::{Commit, Entry};
use declic_store_sqlite::{Options, SqliteStore};
use declic_vault::{Group, KeyId, SealedObject};

use super::*;

pub(crate) struct Bench {
    _folder: tempfile::TempDir,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) signer: SignerKey,
    pub(crate) door: Arc<WriteDoor>,
    anchor: Arc<AtomicU64>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options::new(folder.path().join("hub.sqlite"));
        Self {
            store: Arc::new(SqliteStore::open(options).await.expect("a new store")),
            _folder: folder,
            signer: SignerKey::from_seed("declic.example/hub", &[9; 32]).expect("a name of a log"),
            door: Arc::new(WriteDoor::open()),
            anchor: Arc::default(),
        }
    }

    pub(crate) fn sealer(&self) -> Sealer {
        let anchor = Arc::clone(&self.anchor);
        Sealer::new(
            Arc::clone(&self.store),
            self.signer.clone(),
            Arc::clone(&self.door),
            move |size| {
                anchor.store(size, Ordering::SeqCst);
            },
        )
    }

    /// Commits entries, numbered from `first`.
    pub(crate) async fn write(&self, first: u64, count: u64) {
        let entries = (first..first + count).map(entry).collect();
        self.store
            .commit(Commit {
                entries,
                ..Commit::default()
            })
            .await
            .expect("a commit");
    }

    pub(crate) async fn check(&self) -> Result<u64, Error> {
        check(self.store.as_ref(), &self.signer.verifier()).await
    }

    /// The published log, verified as a stranger does it.
    async fn verified(&self) -> Report {
        let checkpoints = self
            .store
            .checkpoints(0, Limit::new(1_000))
            .await
            .expect("a store that answers");
        let size = checkpoints.last().map_or(0, |last| last.size);
        let mut leaves = Vec::new();
        while (leaves.len() as u64) < size {
            let more = self
                .store
                .leaves(leaves.len() as u64, Limit::new(1_000))
                .await
                .expect("a store that answers");
            leaves.extend(more);
        }
        verify_log(
            &self.signer.verifier(),
            checkpoints.iter().map(|one| one.note.as_str()),
            leaves,
        )
    }
}

/// An entry of the journal whose content does not matter.
pub(crate) fn entry(number: u64) -> Entry {
    let event = u128::from(number).to_be_bytes();
    let leaf = Leaf {
        kind: Kind::Event,
        event_id: event,
        anchor_size: 0,
        time_s: number,
        ticket_tag: [1; 16],
        recipient_tags: [[2; 16]; 8],
        sections_root: Digest([3; 32]),
        ct_root: Digest([4; 32]),
    };
    Entry {
        event: EventId(event),
        ticket: None,
        kind: "DIRECTORY_CHANGED",
        key_id: KeyId([5; 16]),
        recorded_at_us: 1,
        objects: vec![SealedObject {
            group: Group::Meta,
            no: 1,
            bytes: vec![6; 60],
        }],
        commitments: vec![[7; 32]],
        leaf: leaf.to_bytes(),
        audiences: Vec::new(),
        traceparent: String::new(),
    }
}

#[tokio::test]
async fn what_is_committed_is_published_in_rounds_and_verifies_from_outside() {
    let bench = Bench::new().await;
    let sealer = bench.sealer();
    assert_eq!(bench.check().await.expect("an empty ledger is sound"), 0);
    bench.write(0, 1_200).await;
    let first = sealer.round().await.expect("a sound ledger");
    assert_eq!(
        first,
        Round {
            appended: 1_000,
            published: 1_000,
            more: true
        }
    );
    let second = sealer.round().await.expect("a sound ledger");
    assert_eq!(
        second,
        Round {
            appended: 200,
            published: 1_200,
            more: false
        }
    );
    let idle = sealer.round().await.expect("a sound ledger");
    assert_eq!(
        idle,
        Round {
            appended: 0,
            published: 1_200,
            more: false
        }
    );
    assert_eq!(bench.anchor.load(Ordering::SeqCst), 1_200);
    let report = bench.verified().await;
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(
        (report.leaves, report.checkpoints.len(), report.unsigned),
        (1_200, 2, 0)
    );
    assert_eq!(bench.check().await.expect("a sound ledger"), 1_200);
}

#[tokio::test]
async fn two_sealers_at_once_make_one_log() {
    let bench = Bench::new().await;
    let (one, other) = (bench.sealer(), bench.sealer());
    for batch in 0..20 {
        bench.write(batch * 7, 7).await;
        let (a, b) = tokio::join!(one.round(), other.round());
        a.expect("a sound ledger");
        b.expect("a sound ledger");
    }
    one.round().await.expect("a sound ledger");
    let report = bench.verified().await;
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.leaves, report.unsigned), (140, 0));
}

#[tokio::test]
async fn a_stop_publishes_what_was_committed_before_it() {
    let bench = Bench::new().await;
    let stop = CancellationToken::new();
    bench.write(0, 3).await;
    let running = tokio::spawn(bench.sealer().run(stop.clone()));
    bench.write(3, 2).await;
    stop.cancel();
    running.await.expect("no panic");
    assert_eq!(bench.verified().await.leaves, 5);
    assert!(bench.door.is_open());
}

#[tokio::test]
async fn a_tree_that_does_not_continue_what_was_published_closes_the_door() {
    let bench = Bench::new().await;
    bench.write(0, 2).await;
    let other_root = PublishedCheckpoint {
        size: 1,
        root: [8; 32],
        note: "not a note".to_owned(),
    };
    let stop = CancellationToken::new();
    let sealer = bench.sealer();
    sealer.append().await.expect("a sound ledger");
    bench
        .store
        .publish(other_root)
        .await
        .expect("the store does not verify");
    assert!(matches!(bench.check().await, Err(Error::Broken(_))));
    let running = tokio::spawn(sealer.run(stop.clone()));
    bench.door.closed().await;
    stop.cancel();
    running.await.expect("no panic");
    let last = bench.store.checkpoint(0).await.expect("a store that answers");
    assert_eq!(last.map(|last| last.size), Some(1), "nothing more was signed");
}

#[tokio::test]
async fn nothing_is_sealed_or_signed_behind_a_door_that_somebody_else_closed() {
    let bench = Bench::new().await;
    bench.write(0, 2).await;
    bench.door.close();
    let stop = CancellationToken::new();
    stop.cancel();
    bench.sealer().run(stop).await;
    let state = bench.store.log_state().await.expect("a store that answers");
    assert_eq!(state.size, 0, "what is there is evidence");
}

#[tokio::test]
async fn the_check_at_start_refuses_a_checkpoint_by_another_key() {
    let bench = Bench::new().await;
    bench.write(0, 3).await;
    bench.sealer().round().await.expect("a sound ledger");
    assert_eq!(bench.check().await.expect("a sound ledger"), 3);
    let other = SignerKey::from_seed("declic.example/hub", &[1; 32]).expect("a name of a log");
    let refused = check(bench.store.as_ref(), &other.verifier())
        .await
        .expect_err("another key");
    assert!(refused.to_string().contains("key_file"), "{refused}");
}

#[tokio::test]
async fn the_check_at_start_finds_nodes_that_are_not_those_of_the_root() {
    let bench = Bench::new().await;
    bench.write(0, 1).await;
    let waiting = bench
        .store
        .unsealed(0, Limit::new(10))
        .await
        .expect("a store that answers");
    let hash = leaf_hash(&waiting[0].leaf).0;
    let forged = Sealed {
        from_size: 0,
        from_seq: 0,
        to_seq: 1,
        leaves: vec![(waiting[0].event, waiting[0].leaf)],
        nodes: vec![(0, 0, [9; 32])],
        root: hash,
        frontier: vec![hash],
    };
    bench.store.seal(forged).await.expect("the store does not verify");
    assert!(matches!(bench.check().await, Err(Error::Broken(_))));
}
