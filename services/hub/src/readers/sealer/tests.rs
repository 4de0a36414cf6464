use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use declic_domain::name::EventId;
use declic_ledger::verify::{Report, verify_log};
use declic_ledger::{Kind, Leaf};
use declic_store::{Commit, Entry, LONGEST_LEASE};
use declic_store_sqlite::{Options, SqliteStore};
use declic_vault::{Group, KeyId, SealedObject};

use super::*;

pub(crate) struct Bench {
    _folder: tempfile::TempDir,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) signer: SignerKey,
    pub(crate) door: Arc<WriteDoor>,
    anchor: Arc<AtomicU64>,
    holders: AtomicU8,
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
            holders: AtomicU8::new(1),
        }
    }

    /// A sealer of another hub than those before it.
    pub(crate) fn sealer(&self) -> Sealer {
        let holder = Holder([self.holders.fetch_add(1, Ordering::SeqCst); 16]);
        let anchor = Arc::clone(&self.anchor);
        Sealer::new(
            Arc::clone(&self.store),
            holder,
            self.signer.clone(),
            Arc::clone(&self.door),
            move |size| {
                anchor.store(size, Ordering::SeqCst);
            },
        )
    }

    /// As [`Bench::sealer`], with leases that lapse as soon as they are given.
    fn hasty_sealer(&self) -> Sealer {
        let mut sealer = self.sealer();
        sealer.time = Duration::ZERO;
        sealer
    }

    /// The lease, for what no sealer would write.
    pub(crate) async fn lease(&self) -> Epoch {
        lease(self.store.as_ref()).await
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

/// The lease of a store that no sealer seals.
pub(crate) async fn lease(store: &dyn Store) -> Epoch {
    let lease = store.lease(Holder([0; 16]), LONGEST_LEASE).await;
    lease.expect("a store that answers").expect("a free lease")
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
    let mut sealer = bench.sealer();
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
    let (mut one, mut other) = (bench.hasty_sealer(), bench.hasty_sealer());
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
async fn a_sealer_without_the_lease_waits_for_it() {
    let bench = Bench::new().await;
    let (mut one, mut other) = (bench.sealer(), bench.sealer());
    bench.write(0, 3).await;
    let round = one.round().await.expect("a sound ledger");
    assert_eq!((round.appended, round.published), (3, 3));
    bench.write(3, 2).await;
    let waiting = Round {
        appended: 0,
        published: 3,
        more: false,
    };
    assert_eq!(other.round().await.expect("a sound ledger"), waiting);
    one.release().await;
    let round = other.round().await.expect("a sound ledger");
    assert_eq!((round.appended, round.published), (2, 5));
}

#[tokio::test]
async fn a_sealer_that_was_stopped_in_a_round_writes_nothing_late() {
    let bench = Bench::new().await;
    let (mut one, mut other) = (bench.hasty_sealer(), bench.sealer());
    bench.write(0, 3).await;
    let late = one
        .lease()
        .await
        .expect("a store that answers")
        .expect("a free lease");
    let prepared = grow(bench.store.as_ref())
        .await
        .expect("a sound ledger")
        .expect("three wait");
    let taken = other.lease().await.expect("a store that answers");
    assert!(taken > Some(late), "{taken:?} {late:?}");
    // The log is where the first one left it: only its lease is not.
    let written = is_written(bench.store.seal(late, prepared).await);
    assert!(!written.expect("a store that answers"));
    let round = other.round().await.expect("a sound ledger");
    assert_eq!((round.appended, round.published), (3, 3));

    bench.write(3, 1).await;
    other.append(&mut Round::default()).await.expect("a sound ledger");
    let state = bench.store.log_state().await.expect("a store that answers");
    let signed = one.sign(&state).expect("it can be signed");
    let published = is_written(bench.store.publish(late, signed).await);
    assert!(!published.expect("a store that answers"), "it is refused");
    other.round().await.expect("a sound ledger");
    let report = bench.verified().await;
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.leaves, report.unsigned), (4, 0));
}

#[tokio::test]
async fn a_sealer_that_lost_its_lease_asks_again_and_waits() {
    let bench = Bench::new().await;
    let (mut one, mut other) = (bench.sealer(), bench.sealer());
    // It does not ask before it is refused, however slow this machine is.
    one.time = LONGEST_LEASE;
    bench.write(0, 1).await;
    one.round().await.expect("a sound ledger");
    let (held, _) = one.lease.expect("it has sealed");
    bench.store.release(held).await.expect("a store that answers");
    bench.write(1, 1).await;
    other
        .lease()
        .await
        .expect("a store that answers")
        .expect("a free lease");
    assert!(one.round().await.expect("a sound ledger").more, "it was refused");
    let again = one.round().await.expect("a sound ledger");
    assert_eq!((again.appended, again.more), (0, false), "another has the lease");
}

#[tokio::test]
async fn an_idle_sealer_takes_no_lease() {
    let bench = Bench::new().await;
    let (mut one, mut other) = (bench.sealer(), bench.sealer());
    other.round().await.expect("a sound ledger");
    bench.write(0, 1).await;
    one.round().await.expect("a sound ledger");
    one.release().await;
    for _ in 0..3 {
        one.round().await.expect("a sound ledger");
        other.round().await.expect("a sound ledger");
    }
    let lease = bench.lease().await;
    assert_eq!(lease, Epoch(2), "one was taken before it");
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
    // Another hub need not wait for the lease.
    bench.lease().await;
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
    let mut sealer = bench.sealer();
    let lease = sealer
        .lease()
        .await
        .expect("a store that answers")
        .expect("a free lease");
    sealer
        .append(&mut Round::default())
        .await
        .expect("a sound ledger");
    bench
        .store
        .publish(lease, other_root)
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
    bench
        .store
        .seal(bench.lease().await, forged)
        .await
        .expect("the store does not verify");
    assert!(matches!(bench.check().await, Err(Error::Broken(_))));
}

#[tokio::test]
async fn a_lease_is_renewed_while_a_write_is_prepared() {
    let bench = Bench::new().await;
    let (mut one, rival) = (bench.hasty_sealer(), bench.hasty_sealer());
    let takes = async || {
        let taken = rival.store.lease(rival.holder, rival.time).await?;
        Ok::<_, Error>(taken.expect("no lease lasts here"))
    };
    let first = takes().await.expect("a store that answers");
    // What the rival takes is a new lease only when the other one had it in between.
    let prepared = one.leased(async {
        while takes().await? < Epoch(first.0 + 3) {}
        Ok(())
    });
    let bounded = tokio::time::timeout(Duration::from_secs(60), prepared).await;
    bounded.expect("it is renewed").expect("a store that answers");
}

#[tokio::test]
async fn nothing_is_written_under_a_lease_whose_time_is_nearly_over() {
    let bench = Bench::new().await;
    let mut sealer = bench.sealer();
    sealer.time = LONGEST_LEASE;
    bench.write(0, 1).await;
    let lease = sealer.lease().await.expect("a store that answers");
    let old = Instant::now()
        .checked_sub(LONGEST_LEASE / 2)
        .expect("this machine has run for longer");
    sealer.lease = lease.map(|lease| (lease, old));
    sealer
        .append(&mut Round::default())
        .await
        .expect("a sound ledger");
    let (renewed, asked) = sealer.lease.expect("it is its own");
    assert!(Some(renewed) == lease && asked > old, "{asked:?}");
}

#[tokio::test]
async fn what_is_in_the_place_of_the_next_leaf_closes_the_door() {
    let bench = Bench::new().await;
    bench.write(0, 1).await;
    let mut sealer = bench.sealer();
    let lease = sealer.lease().await.expect("a store that answers");
    let mut sealed = grow(bench.store.as_ref())
        .await
        .expect("a sound ledger")
        .expect("one waits");
    sealed.nodes.push((0, 1, [9; 32]));
    let stored = bench.store.seal(lease.expect("a free lease"), sealed).await;
    stored.expect("the store does not verify");
    sealer.round().await.expect("what is there is sound");
    bench.write(1, 1).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(sealer.run(stop.clone()));
    let closed = tokio::time::timeout(Duration::from_secs(60), bench.door.closed()).await;
    closed.expect("it is no race that another try would win");
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn a_sealer_signs_nothing_once_less_is_published_than_it_has_seen() {
    let (bench, restored) = (Bench::new().await, Bench::new().await);
    bench.write(0, 3).await;
    restored.write(0, 2).await;
    restored.sealer().round().await.expect("a sound ledger");
    let mut sealer = bench.sealer();
    sealer.round().await.expect("a sound ledger");
    restored.write(2, 1).await;
    sealer.store = Arc::clone(&restored.store);
    let refused = sealer.round().await.expect_err("three leaves were published");
    assert!(matches!(refused, Error::Broken(_)), "{refused}");
    let last = restored.store.checkpoint(0).await.expect("a store that answers");
    assert_eq!(last.map(|last| last.size), Some(2), "nothing more was signed");

    // As many, and others.
    restored.write(3, 1).await;
    restored.sealer().round().await.expect("a sound ledger");
    bench.write(7, 1).await;
    sealer.store = Arc::clone(&bench.store);
    sealer.round().await.expect("its own ledger again");
    sealer.store = Arc::clone(&restored.store);
    let refused = sealer.round().await.expect_err("another root");
    assert!(matches!(refused, Error::Broken(_)), "{refused}");
}
