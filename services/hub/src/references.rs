//! References of new cases, set aside from the store a few at a time.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use declic_calendar::Calendar;
use declic_domain::name::Reference;
use declic_store::crash::{self, Point};
use tokio::sync::Notify;

use crate::hub::Hub;
use crate::status::Error;

/// How many are set aside at least. Those not given when the hub stops are lost: references have gaps.
pub(crate) const LEAST: u32 = 20;

/// And at most: while cases are opened fast, more are set aside at once.
pub(crate) const MOST: u32 = 640;

/// References set aside and not given yet.
#[derive(Debug, Default)]
pub(crate) struct References {
    kept: Mutex<Kept>,
    /// Held by who sets more aside.
    turn: tokio::sync::Mutex<()>,
    low: Notify,
    failures: Failures,
    /// Calls that wait for a number.
    asking: AtomicU32,
}

/// Times that setting some aside ended without any.
#[derive(Debug, Default)]
struct Failures {
    count: AtomicU64,
    /// Whether the last one was for want of room.
    is_full: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    year: u8,
    lots: VecDeque<Range<u32>>,
    left: u32,
    /// With fewer it is time to set more aside.
    enough: u32,
}

/// The next reference of the current year. A preview draws none: it shows none.
pub async fn next(hub: &Hub, preview: bool) -> Result<Reference, Error> {
    let year = year(hub)?;
    let number = if preview {
        1
    } else {
        let take = async |count| hub.store.take_references(year, count).await;
        hub.references.draw(year, take).await?
    };
    Reference::new(year, number)
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no reference is left this year")))
}

/// Takes back a reference that nobody was told and that no commit holds or may hold.
pub fn give_back(hub: &Hub, reference: Reference) {
    hub.references.kept().give_back(reference);
}

/// Sets so many more aside, unless there are enough.
pub async fn refill(hub: &Hub, count: u32) -> Result<(), Error> {
    let year = year(hub)?;
    let take = async |count| hub.store.take_references(year, count).await;
    Ok(hub.references.refill(year, count, take).await?)
}

fn year(hub: &Hub) -> Result<u8, Error> {
    let year = Calendar::for_departement("").date_of(hub.now()).year();
    u8::try_from(year.rem_euclid(100)).map_err(Error::internal)
}

impl References {
    /// Waits until half of those set aside last, or more, are given. One task waits.
    pub async fn low(&self) {
        while !self.kept().is_low() {
            self.low.notified().await;
        }
    }

    /// The next number of a year; `take` sets as many more aside as it is told and gives the first of them. Whoever waited
    /// while that failed is refused with it: a database that does not answer is waited for once, not once by each in turn.
    async fn draw(
        &self,
        year: u8,
        take: impl AsyncFnOnce(u32) -> Result<u32, declic_store::Error>,
    ) -> Result<u32, declic_store::Error> {
        if let Some(number) = self.next_kept(year) {
            return Ok(number);
        }
        let _asking = Asking::new(&self.asking);
        let before = self.failures.count();
        let _turn = self.turn.lock().await;
        if let Some(number) = self.next_kept(year) {
            return Ok(number);
        }
        if self.failures.count() != before {
            return Err(self.failures.again());
        }
        let count = self.asking.load(Ordering::Acquire).clamp(LEAST, MOST);
        let mut lot = self.set_aside(count, take).await?;
        let first = lot.start;
        lot.start += 1;
        self.kept().add(year, lot);
        Ok(first)
    }

    async fn refill(
        &self,
        year: u8,
        count: u32,
        take: impl AsyncFnOnce(u32) -> Result<u32, declic_store::Error>,
    ) -> Result<(), declic_store::Error> {
        let _turn = self.turn.lock().await;
        if self.kept().is_low() {
            let lot = self.set_aside(count, take).await?;
            self.kept().add(year, lot);
        }
        Ok(())
    }

    async fn set_aside(
        &self,
        count: u32,
        take: impl AsyncFnOnce(u32) -> Result<u32, declic_store::Error>,
    ) -> Result<Range<u32>, declic_store::Error> {
        let mut failure = Failure {
            failures: &self.failures,
            is_full: false,
        };
        match take(count).await {
            Ok(first) => {
                crash::at(Point::ReferencesTaken);
                std::mem::forget(failure);
                Ok(first..first + count)
            }
            Err(error) => {
                failure.is_full = matches!(error, declic_store::Error::DiskFull(_));
                Err(error)
            }
        }
    }

    fn next_kept(&self, year: u8) -> Option<u32> {
        let mut kept = self.kept();
        let number = kept.next(year);
        if kept.is_low() {
            self.low.notify_one();
        }
        number
    }

    /// Whole between any two statements: a panic elsewhere does not spoil it.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_low(&self) -> bool {
        self.left < self.enough
    }

    fn next(&mut self, year: u8) -> Option<u32> {
        if self.year != year {
            return None;
        }
        while let Some(lot) = self.lots.front_mut() {
            if let Some(number) = lot.next() {
                self.left -= 1;
                return Some(number);
            }
            self.lots.pop_front();
        }
        None
    }

    /// The next one again; lost in another year.
    fn give_back(&mut self, reference: Reference) {
        if self.year == reference.year() {
            self.left += 1;
            self.lots.push_front(reference.number()..reference.number() + 1);
        }
    }

    /// Keeps a lot; those of another year are given up.
    fn add(&mut self, year: u8, lot: Range<u32>) {
        if self.year != year {
            *self = Self {
                year,
                ..Self::default()
            };
        }
        let count = lot.end - lot.start;
        self.left += count;
        self.enough = count.div_ceil(2);
        self.lots.push_back(lot);
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

impl Failures {
    fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// What is told to those who waited for the attempt that failed.
    fn again(&self) -> declic_store::Error {
        let why = "no reference could be set aside for those who asked before".into();
        if self.is_full.load(Ordering::Acquire) {
            declic_store::Error::DiskFull(why)
        } else {
            declic_store::Error::Unavailable(why)
        }
    }
}

/// Counts one when it is dropped: also with a call that was given up before it had an answer.
struct Failure<'a> {
    failures: &'a Failures,
    is_full: bool,
}

impl Drop for Failure<'_> {
    fn drop(&mut self) {
        self.failures.is_full.store(self.is_full, Ordering::Release);
        self.failures.count.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_number_given_back_is_the_next_one_in_its_year_alone() {
        let references = References::default();
        let draw = async |year| references.draw(year, async |_| Ok(41)).await;
        let back = |year, number| {
            let reference = Reference::new(year, number).expect("a reference");
            references.kept().give_back(reference);
        };
        assert_eq!(draw(26).await.expect("a number"), 41);
        assert_eq!(draw(26).await.expect("a number"), 42);
        back(26, 41);
        assert_eq!(draw(26).await.expect("a number"), 41);
        assert_eq!(draw(26).await.expect("a number"), 43);
        back(25, 7);
        assert_eq!(draw(26).await.expect("a number"), 44);
    }

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

    /// Numbers one after the other, and how many were asked for each time.
    #[derive(Default)]
    struct Counter(Mutex<Vec<u32>>);

    impl Counter {
        async fn take(&self, count: u32) -> Result<u32, declic_store::Error> {
            tokio::task::yield_now().await;
            let mut asked = self.asked();
            let before: u32 = asked.iter().sum();
            asked.push(count);
            Ok(before + 1)
        }

        fn asked(&self) -> MutexGuard<'_, Vec<u32>> {
            self.0.lock().expect("nobody panicked")
        }
    }

    #[tokio::test]
    async fn as_many_are_set_aside_as_wait_and_each_number_is_given_once() {
        let (references, counter) = (References::default(), Counter::default());
        let take = async |count| counter.take(count).await;
        let drawn = futures::future::join_all((0..2_000).map(|_| references.draw(26, take))).await;
        let mut numbers: Vec<u32> = drawn
            .into_iter()
            .map(|one| one.expect("there are more"))
            .collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=2_000), "each is given once");
        assert!(counter.asked().len() <= 8, "{:?}", counter.asked());
        counter.asked().clear();
        for _ in 0..600 {
            references.draw(26, take).await.expect("there are more");
        }
        assert!(counter.asked().iter().all(|count| *count == LEAST));
    }

    #[tokio::test]
    async fn more_are_set_aside_once_half_are_given_and_nobody_waits_for_it() {
        let (references, counter) = (References::default(), Counter::default());
        let take = async |count| counter.take(count).await;
        assert!(references.low().now_or_never().is_none(), "nobody asked yet");
        for number in 1..=LEAST / 2 {
            assert_eq!(references.draw(26, take).await.expect("a number"), number);
        }
        assert!(references.low().now_or_never().is_none(), "half are left");
        let draw_now = || {
            let drawn = references.draw(26, take).now_or_never();
            drawn.expect("it waits for nobody").expect("a number")
        };
        assert_eq!(draw_now(), LEAST / 2 + 1);
        references.low().await;
        let mut refill = Box::pin(references.refill(26, 40, take));
        assert!((&mut refill).now_or_never().is_none(), "the database is slow");
        assert_eq!(draw_now(), LEAST / 2 + 2);
        refill.await.expect("the database answers");
        references.refill(26, 40, take).await.expect("there are enough");
        for number in LEAST / 2 + 3..=LEAST + 40 {
            assert_eq!(draw_now(), number);
        }
        assert_eq!(*counter.asked(), [LEAST, 40]);
    }

    #[tokio::test]
    async fn numbers_of_another_year_are_not_given() {
        let (references, counter) = (References::default(), Counter::default());
        let take = async |count| counter.take(count).await;
        assert_eq!(references.draw(26, take).await.expect("a number"), 1);
        let first = references.draw(27, take).await.expect("a number");
        assert_eq!(first, LEAST + 1, "those of the year before are given up");
        assert_eq!(references.draw(27, take).await.expect("a number"), first + 1);
    }
}
