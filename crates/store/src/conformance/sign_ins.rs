//! Promises about the sign-ins of people.

use declic_domain::sign_in::{IDLE, LONGEST, SignIn};
use jiff::{SignedDuration, Timestamp};

use super::Factory;
use super::sample::member;
use crate::sign_in::SWEPT_AT_ONCE;
use crate::{CommitError, SignInDigest, Store};

/// A sign-in MUST be durable before `begin_sign_in` returns, and read back as it was written, also after a restart.
pub async fn a_sign_in_reads_back_as_it_began(factory: &impl Factory) {
    let store = factory.open().await;
    let begun = SignIn::begin(member("camille.martin"), at(0));
    assert_eq!(store.sign_in(digest(1), at(0)).await.expect("a read"), None);
    store.begin_sign_in(digest(1), &begun).await.expect("a sign-in");
    let other = SignIn::begin(member("yann.le-goff"), at(0));
    store.begin_sign_in(digest(2), &other).await.expect("another");
    store.close().await;
    let store = factory.open().await;
    assert_eq!(given(&store, 1, at(1)).await, Some(begun));
    assert_eq!(given(&store, 2, at(1)).await, Some(other));
    assert_eq!(given(&store, 3, at(1)).await, None);
}

/// One whose digest is there already MUST give `Stale` and change nothing.
pub async fn a_digest_that_is_there_stays_whose_it_is(factory: &impl Factory) {
    let store = factory.open().await;
    let begun = SignIn::begin(member("camille.martin"), at(0));
    store.begin_sign_in(digest(1), &begun).await.expect("a sign-in");
    let usurper = SignIn::begin(member("yann.le-goff"), at(60));
    let again = store.begin_sign_in(digest(1), &usurper).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");
    assert_eq!(given(&store, 1, at(60)).await, Some(begun));
}

/// One that has ended by `now` MUST NOT be given: left alone it ends after half an hour, and after eight hours however
/// often it is continued.
pub async fn a_sign_in_is_given_until_it_ends(factory: &impl Factory) {
    let store = factory.open().await;
    let begun = SignIn::begin(member("camille.martin"), at(0));
    store.begin_sign_in(digest(1), &begun).await.expect("a sign-in");
    assert_eq!(given(&store, 1, at(0) + IDLE - MICRO).await, Some(begun.clone()));
    assert_eq!(given(&store, 1, at(0) + IDLE).await, None);
    let late = SignIn {
        continued_at: at(0) + LONGEST - SignedDuration::from_mins(1),
        ..begun.clone()
    };
    let mut held = begun;
    while held.continued_at < late.continued_at {
        let next = (held.continued_at + IDLE - MICRO).min(late.continued_at);
        held.continued_at = next;
        store
            .continue_sign_in(digest(1), &held)
            .await
            .expect("it goes on");
    }
    assert_eq!(given(&store, 1, at(0) + LONGEST - MICRO).await, Some(late));
    assert_eq!(given(&store, 1, at(0) + LONGEST).await, None);
}

/// One that is not there, has ended by then, or was continued later MUST stay as it is.
pub async fn a_sign_in_is_continued_forward_only(factory: &impl Factory) {
    let store = factory.open().await;
    let begun = SignIn::begin(member("camille.martin"), at(0));
    let on = |seconds| SignIn {
        continued_at: at(seconds),
        ..begun.clone()
    };
    store
        .continue_sign_in(digest(1), &on(0))
        .await
        .expect("nothing is done");
    assert_eq!(given(&store, 1, at(0)).await, None);

    store.begin_sign_in(digest(1), &begun).await.expect("a sign-in");
    for (continued, expected) in [(60, 60), (30, 60), (120, 120), (120 + 30 * 60, 120)] {
        store
            .continue_sign_in(digest(1), &on(continued))
            .await
            .expect("an answer");
        assert_eq!(given(&store, 1, at(121)).await, Some(on(expected)), "{continued}");
    }
}

/// One that somebody ended MUST NOT be given again. Nothing changes when it is not there.
pub async fn a_sign_in_that_somebody_ended_is_gone(factory: &impl Factory) {
    let store = factory.open().await;
    let begun = SignIn::begin(member("camille.martin"), at(0));
    for number in [1, 2] {
        store
            .begin_sign_in(digest(number), &begun)
            .await
            .expect("a sign-in");
    }
    for _ in 0..2 {
        store.end_sign_in(digest(1)).await.expect("it ends");
        assert_eq!(given(&store, 1, at(1)).await, None);
    }
    let continued = SignIn {
        continued_at: at(60),
        ..begun.clone()
    };
    store
        .continue_sign_in(digest(1), &continued)
        .await
        .expect("nothing is done");
    assert_eq!(given(&store, 1, at(60)).await, None);
    assert_eq!(
        given(&store, 2, at(1)).await,
        Some(begun),
        "the other one goes on"
    );
}

/// Of those that have ended when another begins, at most so many MUST be swept, and no other.
pub async fn those_that_have_ended_are_swept_when_another_begins(factory: &impl Factory) {
    let store = factory.open().await;
    let ended = SWEPT_AT_ONCE + 5;
    for number in 0..ended {
        let begun = SignIn::begin(member("camille.martin"), at(0));
        store
            .begin_sign_in(digest(number), &begun)
            .await
            .expect("a sign-in");
    }
    let later = at(0) + IDLE;
    let open = SignIn::begin(member("yann.le-goff"), later - SignedDuration::from_mins(1));
    store.begin_sign_in(digest(ended), &open).await.expect("one more");
    let there = async |number| given(&store, number, at(0)).await.is_some();
    assert!(there(0).await && there(ended - 1).await, "none of them had ended");

    let mut left = Vec::new();
    for number in ended + 1..=ended + 2 {
        let begun = SignIn::begin(member("camille.martin"), later);
        store
            .begin_sign_in(digest(number), &begun)
            .await
            .expect("another");
        let mut still = 0;
        for number in 0..ended {
            still += u32::from(there(number).await);
        }
        left.push(still);
    }
    assert_eq!(left, [5, 0]);
    assert_eq!(given(&store, ended, later).await, Some(open), "it has not ended");
}

const MICRO: SignedDuration = SignedDuration::from_micros(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("a time")
}

fn digest(number: u32) -> SignInDigest {
    let mut digest = [7; 32];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    SignInDigest(digest)
}

async fn given(store: &impl Store, number: u32, now: Timestamp) -> Option<SignIn> {
    store.sign_in(digest(number), now).await.expect("a read")
}
