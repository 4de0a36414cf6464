//! References of new cases, set aside from the store a few at a time.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use declic_calendar::Calendar;
use declic_domain::name::Reference;
use declic_store::crash::{self, Point};
use tokio::sync::Mutex;

use crate::hub::Hub;
use crate::status::Error;

/// How many are set aside at once in quiet times. Those not given when the hub stops are lost: references have gaps.
const BATCH: u32 = 20;

/// And at most: each time that calls wait for more, twice as many are set aside as the time before.
const MOST: u32 = 640;

/// References set aside and not given yet.
#[derive(Debug, Default)]
pub(crate) struct References {
    kept: Mutex<Kept>,
    /// How often setting some aside ended without any.
    failures: AtomicU64,
    /// Calls that want a number now.
    asking: AtomicU32,
}

#[derive(Debug, Default)]
struct Kept {
    year: u8,
    next: u32,
    end: u32,
    /// How many were set aside the last time.
    count: u32,
}

/// The next reference of the current year. A preview draws none: it shows none.
pub async fn next(hub: &Hub, preview: bool) -> Result<Reference, Error> {
    let year = Calendar::for_departement("").date_of(hub.now()).year();
    let year = u8::try_from(year.rem_euclid(100)).map_err(Error::internal)?;
    let number = if preview {
        1
    } else {
        let take = async |count| hub.store.take_references(year, count).await;
        hub.references.draw(year, take).await?
    };
    Reference::new(year, number)
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no reference is left this year")))
}

impl References {
    /// The next number of a year; `take` sets as many more aside as it is told and gives the first of them. Whoever waited
    /// while that failed is refused with it: a database that does not answer is waited for once, not once by each in turn.
    async fn draw(
        &self,
        year: u8,
        take: impl AsyncFnOnce(u32) -> Result<u32, declic_store::Error>,
    ) -> Result<u32, declic_store::Error> {
        let _asking = Asking::new(&self.asking);
        let before = self.failures.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if kept.year != year || kept.next >= kept.end {
            if self.failures.load(Ordering::Acquire) != before {
                let why = "no reference could be set aside for those who asked before";
                return Err(declic_store::Error::Unavailable(why.into()));
            }
            let unless_taken = Failure(&self.failures);
            let others_wait = self.asking.load(Ordering::Acquire) > 1;
            let count = match kept.count {
                count if others_wait => (2 * count).clamp(BATCH, MOST),
                _ => BATCH,
            };
            let first = take(count).await?;
            crash::at(Point::ReferencesTaken);
            std::mem::forget(unless_taken);
            *kept = Kept {
                year,
                next: first,
                end: first + count,
                count,
            };
        }
        kept.next += 1;
        Ok(kept.next - 1)
    }
}

/// One call that wants a number, until it has one or is given up.
struct Asking<'a>(&'a AtomicU32);

impl<'a> Asking<'a> {
    fn new(asking: &'a AtomicU32) -> Self {
        asking.fetch_add(1, Ordering::AcqRel);
        Self(asking)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Counts one when it is dropped: also with a call that was given up before it had an answer.
struct Failure<'a>(&'a AtomicU64);

impl Drop for Failure<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn those_who_waited_for_a_database_that_did_not_answer_do_not_wait_again() {
        let references = References::default();
        let asked = AtomicUsize::new(0);
        let first_of = |first| {
            asked.fetch_add(1, Ordering::SeqCst);
            async move { Ok(first) }
        };
        let (fail, failed) = oneshot::channel::<()>();
        let mut slow = Box::pin(references.draw(26, async |_| {
            let _told = failed.await;
            Err(declic_store::Error::Unavailable("it is away".into()))
        }));
        assert!((&mut slow).now_or_never().is_none(), "it waits for the database");
        let mut waiting: Vec<_> = (0..3)
            .map(|_| Box::pin(references.draw(26, async |_| first_of(1).await)))
            .collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none(), "it waits behind the first one");
        }
        fail.send(()).expect("the first one waits for it");
        slow.await.expect_err("the database is away");
        for one in waiting {
            let refused = one.await.expect_err("the database is away");
            assert!(
                matches!(refused, declic_store::Error::Unavailable(_)),
                "{refused}"
            );
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
        // Who comes later asks again, and those after find what is kept.
        let again = references.draw(26, async |_| first_of(41).await).await;
        assert_eq!(again.expect("the database is back"), 41);
        let next = references.draw(26, async |_| first_of(61).await).await;
        assert_eq!(next.expect("one is kept"), 42);
    }

    #[tokio::test]
    async fn a_call_given_up_halfway_counts_as_one_that_failed() {
        let references = References::default();
        let mut slow = Box::pin(references.draw(26, async |_| std::future::pending().await));
        assert!((&mut slow).now_or_never().is_none(), "it waits for the database");
        let mut waiting = Box::pin(references.draw(26, async |_| Ok(1)));
        assert!(
            (&mut waiting).now_or_never().is_none(),
            "it waits behind the first one"
        );
        drop(slow);
        waiting.await.expect_err("the database does not answer");
    }

    #[tokio::test]
    async fn the_more_wait_the_more_is_set_aside_and_a_lone_call_takes_few_again() {
        let references = References::default();
        let asked = std::sync::Mutex::new(Vec::new());
        let first = std::sync::atomic::AtomicU32::new(1);
        let take = async |count| {
            asked.lock().expect("nobody panicked").push(count);
            tokio::task::yield_now().await;
            Ok(first.fetch_add(count, Ordering::SeqCst))
        };
        let drawn = futures::future::join_all((0..2_000).map(|_| references.draw(26, take))).await;
        let mut numbers: Vec<u32> = drawn
            .into_iter()
            .map(|one| one.expect("there are more"))
            .collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=2_000), "each is given once");
        assert_eq!(
            *asked.lock().expect("nobody panicked"),
            [20, 40, 80, 160, 320, 640, 640, 640]
        );
        asked.lock().expect("nobody panicked").clear();
        for _ in 0..600 {
            references.draw(26, take).await.expect("there are more");
        }
        assert_eq!(*asked.lock().expect("nobody panicked"), [20, 20, 20]);
    }
}
