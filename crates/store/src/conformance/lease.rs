//! Promises about the sealer's lease.

use std::time::Duration;

use futures::future::join_all;

use super::Factory;
use super::ledger::{checkpoint, leaf, sealed};
use super::sample::Draw;
use crate::commit::{CommitError, Epoch, Holder};
use crate::page::Limit;
use crate::{LONGEST_LEASE, Store};

/// Lapses as soon as it is given.
const NO_TIME: Duration = Duration::ZERO;

const ONE: Holder = Holder([1; 16]);
const OTHER: Holder = Holder([2; 16]);

/// Of several that ask, one MUST get it; the others MUST NOT before it lapses or is released. A renewed lease keeps its
/// epoch.
pub async fn of_many_who_ask_one_gets_the_lease(factory: &impl Factory) {
    let store = factory.open().await;
    let asked = (0..8_u8).map(|number| take(&store, Holder([number; 16]), LONGEST_LEASE));
    let given = join_all(asked).await;
    let holders: Vec<u8> = (0..)
        .zip(&given)
        .filter_map(|(number, epoch)| epoch.map(|_| number))
        .collect();
    assert_eq!(holders.len(), 1, "{given:?}");
    for number in 0..8 {
        let again = take(&store, Holder([number; 16]), LONGEST_LEASE).await;
        assert_eq!(again, given[usize::from(number)], "{number}");
    }
}

/// A lease that lapsed, or that its holder gave back, goes to whoever asks next, with a higher epoch. Only its holder
/// gives it back.
pub async fn a_lease_goes_on_when_it_lapses_or_is_released(factory: &impl Factory) {
    let store = factory.open().await;
    let lapsed = take(&store, ONE, NO_TIME).await.expect("a free lease");
    let second = take(&store, OTHER, LONGEST_LEASE).await.expect("a lapsed lease");
    assert!(second > lapsed, "{second:?} {lapsed:?}");
    store.release(lapsed).await.expect("nothing to give back");
    assert_eq!(take(&store, ONE, LONGEST_LEASE).await, None);
    store.release(second).await.expect("it is given back");
    let third = take(&store, OTHER, LONGEST_LEASE).await.expect("a free lease");
    assert!(third > second, "{third:?} {second:?}");
}

/// A new holder MUST get a higher epoch than all before it, also after a restart.
pub async fn a_lease_is_told_from_those_before_a_restart(factory: &impl Factory) {
    let store = factory.open().await;
    let before = take(&store, ONE, LONGEST_LEASE).await.expect("a free lease");
    store.close().await;
    let store = factory.open().await;
    assert_eq!(
        take(&store, OTHER, LONGEST_LEASE).await,
        None,
        "it has not lapsed"
    );
    store.release(before).await.expect("it is given back");
    let after = take(&store, OTHER, LONGEST_LEASE).await.expect("a free lease");
    assert!(after > before, "{after:?} {before:?}");
}

/// Appending and publishing MUST be refused as `Stale` once the lease was released or another holder has taken it.
pub async fn what_a_former_holder_writes_is_stale(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(40);
    let first = take(&store, ONE, NO_TIME).await.expect("a free lease");
    let empty = store.log_state().await.expect("a read");
    let leaves = [leaf(&mut draw, 1), leaf(&mut draw, 2)];
    let seal = sealed(&mut draw, &empty, &leaves[..1]);
    store
        .seal(first, seal)
        .await
        .expect("it lapsed, and nobody took it");
    let state = store.log_state().await.expect("a read");
    let late = sealed(&mut draw, &state, &leaves[1..]);

    let second = take(&store, OTHER, LONGEST_LEASE).await.expect("a lapsed lease");
    let unknown = Epoch(second.0 + 1);
    for stranger in [Epoch(0), first, unknown] {
        refused(&store, stranger, &late, &mut draw).await;
    }
    store.release(second).await.expect("it is given back");
    refused(&store, second, &late, &mut draw).await;
    assert_eq!(store.log_state().await.expect("a read"), state);
    assert_eq!(store.leaves(0, Limit::new(10)).await.expect("a read").len(), 1);

    let third = take(&store, ONE, LONGEST_LEASE).await.expect("a free lease");
    store.seal(third, late).await.expect("the lease is held");
    let published = checkpoint(&mut draw, 2);
    store.publish(third, published).await.expect("the lease is held");
}

async fn refused(store: &impl Store, lease: Epoch, late: &crate::Sealed, draw: &mut Draw) {
    let appended = store.seal(lease, late.clone()).await;
    assert!(
        matches!(appended, Err(CommitError::Stale)),
        "{lease:?}: {appended:?}"
    );
    let published = store.publish(lease, checkpoint(draw, 1)).await;
    assert!(
        matches!(published, Err(CommitError::Stale)),
        "{lease:?}: {published:?}"
    );
    assert_eq!(store.checkpoint(0).await.expect("a read"), None);
}

async fn take(store: &impl Store, holder: Holder, time: Duration) -> Option<Epoch> {
    store.lease(holder, time).await.expect("the engine answers")
}
