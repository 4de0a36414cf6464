//! Promises about leaves, nodes and checkpoints.

use declic_domain::name::EventId;
use declic_ledger::leaf::LEN;

use super::Factory;
use super::sample::{self, Draw, start};
use crate::commit::{CommitError, Epoch, Holder, Sealed};
use crate::page::Limit;
use crate::read::{LogState, PublishedCheckpoint};
use crate::{LONGEST_LEASE, Store, UnsealedLeaf};

/// Leaves and the nodes they complete read back; what is asked for and not there is `None`, in the order asked.
pub async fn leaves_and_nodes_read_back(factory: &impl Factory) {
    let store = factory.open().await;
    let lease = lease(&store).await;
    let mut draw = Draw::new(30);
    let empty = store.log_state().await.expect("a read");
    let root = declic_ledger::tree::Frontier::new().root().0;
    assert_eq!(
        empty,
        LogState {
            seq: 0,
            size: 0,
            root,
            frontier: Vec::new()
        }
    );
    for number in 1..=3 {
        let case = sample::case(&mut draw, &start(), number);
        store
            .commit(sample::opening(&mut draw, &case))
            .await
            .expect("a commit is done");
    }
    let unsealed = store.unsealed(0, Limit::new(10)).await.expect("a read");
    assert_eq!(
        unsealed.iter().map(|leaf| leaf.seq).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let sealed = sealed(&mut draw, &empty, &unsealed[..2]);
    store
        .seal(lease, sealed.clone())
        .await
        .expect("the sealer is the only one");

    let state = store.log_state().await.expect("a read");
    let frontier = sealed.frontier.clone();
    assert_eq!(
        state,
        LogState {
            seq: 2,
            size: 2,
            root: sealed.root,
            frontier
        }
    );
    let rest = store.unsealed(state.seq, Limit::new(10)).await.expect("a read");
    assert_eq!(rest, unsealed[2..]);
    let leaves = store.leaves(0, Limit::new(10)).await.expect("a read");
    assert_eq!(leaves, [unsealed[0].leaf.to_vec(), unsealed[1].leaf.to_vec()]);
    assert_eq!(
        store.leaves(1, Limit::new(10)).await.expect("a read"),
        leaves[1..]
    );
    assert_eq!(
        store.leaf_index(unsealed[1].event).await.expect("a read"),
        Some(1)
    );
    assert_eq!(store.leaf_index(unsealed[2].event).await.expect("a read"), None);
    let asked = [(1, 0), (0, 5), (0, 1), (0, 0), (62, 1 << 61), (0, 1)];
    let hash = |level, index| {
        let node = sealed
            .nodes
            .iter()
            .find(|node| (node.0, node.1) == (level, index));
        node.map(|node| node.2)
    };
    let expected: Vec<_> = asked.iter().map(|(level, index)| hash(*level, *index)).collect();
    assert_eq!(store.nodes(&asked).await.expect("a read"), expected);
    assert_eq!(
        expected.iter().flatten().count(),
        4,
        "four of those asked are there"
    );
    assert_eq!(store.nodes(&[]).await.expect("a read"), []);
}

/// MUST be refused as `Stale` unless the log still has the size and journal number the sealer started from.
pub async fn a_sealer_that_starts_from_elsewhere_is_stale(factory: &impl Factory) {
    let store = factory.open().await;
    let lease = lease(&store).await;
    let mut draw = Draw::new(31);
    let empty = store.log_state().await.expect("a read");
    let leaves: Vec<UnsealedLeaf> = (1..=4).map(|seq| leaf(&mut draw, seq)).collect();
    store
        .seal(lease, sealed(&mut draw, &empty, &leaves[..2]))
        .await
        .expect("the first sealer");
    let state = store.log_state().await.expect("a read");
    for (seq, size) in [
        (0, 0),
        (state.seq, 0),
        (0, state.size),
        (state.seq + 1, state.size),
        (1, 1),
    ] {
        let elsewhere = LogState {
            seq,
            size,
            ..state.clone()
        };
        let refused = store
            .seal(lease, sealed(&mut draw, &elsewhere, &leaves[2..]))
            .await;
        assert!(
            matches!(refused, Err(CommitError::Stale)),
            "{seq}, {size}: {refused:?}"
        );
    }
    assert_eq!(store.log_state().await.expect("a read"), state);
    assert_eq!(store.leaves(0, Limit::new(10)).await.expect("a read").len(), 2);
    store
        .seal(lease, sealed(&mut draw, &state, &leaves[2..]))
        .await
        .expect("from where the log stands");
    assert_eq!(store.log_state().await.expect("a read").size, 4);
}

/// Two sealers that start from the same place: one appends, the other is `Stale`, and the log has one history.
pub async fn of_two_sealers_one_is_stale(factory: &impl Factory) {
    let store = factory.open().await;
    let lease = lease(&store).await;
    let mut draw = Draw::new(32);
    for round in 0..10 {
        let state = store.log_state().await.expect("a read");
        let leaves = [leaf(&mut draw, state.seq + 1)];
        let (left, right) = (
            sealed(&mut draw, &state, &leaves),
            sealed(&mut draw, &state, &leaves),
        );
        let (left, right) = tokio::join!(store.seal(lease, left), store.seal(lease, right));
        let stale = [&left, &right]
            .into_iter()
            .filter(|end| matches!(end, Err(CommitError::Stale)))
            .count();
        let done = [&left, &right].into_iter().filter(|end| end.is_ok()).count();
        assert_eq!((done, stale), (1, 1), "{left:?} {right:?}");
        assert_eq!(store.log_state().await.expect("a read").size, round + 1);
    }
}

/// A second checkpoint of the same size MUST be refused as `Stale`; one beyond the tree's size too.
pub async fn a_size_has_one_checkpoint(factory: &impl Factory) {
    let store = factory.open().await;
    let lease = lease(&store).await;
    let mut draw = Draw::new(33);
    grow(&store, lease, &mut draw, 3).await;
    let first = checkpoint(&mut draw, 3);
    store
        .publish(lease, first.clone())
        .await
        .expect("the tree has three leaves");
    for size in [3, 4, u64::MAX] {
        let refused = store.publish(lease, checkpoint(&mut draw, size)).await;
        assert!(matches!(refused, Err(CommitError::Stale)), "{size}: {refused:?}");
    }
    assert_eq!(
        store.checkpoints(0, Limit::new(10)).await.expect("a read"),
        [first]
    );
}

/// The latest checkpoint for 0, else the smallest that is large enough; lists come in order.
pub async fn checkpoints_are_found_by_size(factory: &impl Factory) {
    let store = factory.open().await;
    let lease = lease(&store).await;
    let mut draw = Draw::new(34);
    assert_eq!(store.checkpoint(0).await.expect("a read"), None);
    let mut published = Vec::new();
    for _ in 0..3 {
        grow(&store, lease, &mut draw, 2).await;
        let size = store.log_state().await.expect("a read").size;
        published.push(checkpoint(&mut draw, size));
        store
            .publish(lease, published[published.len() - 1].clone())
            .await
            .expect("the size is new");
    }
    for (minimum, index) in [(0, 2), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2)] {
        let found = store.checkpoint(minimum).await.expect("a read");
        assert_eq!(found.as_ref(), Some(&published[index]), "{minimum}");
    }
    assert_eq!(store.checkpoint(7).await.expect("a read"), None);
    assert_eq!(
        store.checkpoints(2, Limit::new(10)).await.expect("a read"),
        published[1..]
    );
    assert_eq!(
        store.checkpoints(0, Limit::new(1)).await.expect("a read"),
        published[..1]
    );
}

async fn lease(store: &impl Store) -> Epoch {
    let lease = store.lease(Holder([7; 16]), LONGEST_LEASE).await;
    lease.expect("the engine answers").expect("the lease is free")
}

async fn grow(store: &impl Store, lease: Epoch, draw: &mut Draw, count: u64) {
    let state = store.log_state().await.expect("a read");
    let leaves: Vec<UnsealedLeaf> = (1..=count).map(|step| leaf(draw, state.seq + step)).collect();
    store
        .seal(lease, sealed(draw, &state, &leaves))
        .await
        .expect("the only sealer");
}

/// Leaves with nodes of invented hashes: what stands in them is the ledger's affair, not the store's.
pub(super) fn sealed(draw: &mut Draw, from: &LogState, leaves: &[UnsealedLeaf]) -> Sealed {
    let size = from.size + leaves.len() as u64;
    let mut nodes: Vec<(u8, u64, [u8; 32])> =
        (from.size..size).map(|index| (0, index, draw.bytes())).collect();
    if size >= 2 && from.size < 2 {
        nodes.push((1, 0, draw.bytes()));
    }
    Sealed {
        from_size: from.size,
        from_seq: from.seq,
        to_seq: leaves.last().map_or(from.seq, |leaf| leaf.seq),
        leaves: leaves.iter().map(|leaf| (leaf.event, leaf.leaf)).collect(),
        nodes,
        root: draw.bytes(),
        frontier: (0..size.count_ones()).map(|_| draw.bytes()).collect(),
    }
}

pub(super) fn leaf(draw: &mut Draw, seq: u64) -> UnsealedLeaf {
    UnsealedLeaf {
        seq,
        event: EventId(draw.bytes()),
        leaf: draw.bytes::<LEN>(),
    }
}

pub(super) fn checkpoint(draw: &mut Draw, size: u64) -> PublishedCheckpoint {
    PublishedCheckpoint {
        size,
        root: draw.bytes(),
        note: format!("declic.example\n{size}\n\n— signed\n"),
    }
}
