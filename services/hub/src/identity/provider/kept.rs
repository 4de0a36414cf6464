//! What was fetched from the provider and is kept for a while: asked again when it is old, and not again and again while the
//! provider is away.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Shortest time between two questions while there is nothing to go on with.
const EMPTY_EVERY: Duration = Duration::from_secs(1);

/// Shortest time between two questions while there is.
const NEWER_EVERY: Duration = Duration::from_secs(30);

/// Something that is kept.
pub struct Kept<T> {
    fresh_for: Duration,
    at_most_for: Duration,
    held: Mutex<Held<T>>,
}

struct Held<T> {
    value: Option<(Arc<T>, Instant)>,
    asked: Option<Instant>,
}

impl<T> Kept<T> {
    /// Taken for granted for a time, and for want of better for another.
    pub fn new(fresh_for: Duration, at_most_for: Duration) -> Self {
        Self {
            fresh_for,
            at_most_for,
            held: Mutex::new(Held {
                value: None,
                asked: None,
            }),
        }
    }

    /// What is kept while it is fresh, else what is fetched now, else what was kept before.
    ///
    /// # Errors
    /// Nothing is kept and nothing can be fetched.
    pub async fn get<F: Future<Output = anyhow::Result<T>>>(
        &self,
        now: Instant,
        fetch: impl FnOnce() -> F,
    ) -> anyhow::Result<Arc<T>> {
        self.get_if_older(self.fresh_for, now, fetch).await
    }

    /// As [`Kept::get`], when what is kept is not good enough however fresh it is. It is fetched again once in half a minute
    /// at most.
    ///
    /// # Errors
    /// As [`Kept::get`].
    pub async fn get_newer<F: Future<Output = anyhow::Result<T>>>(
        &self,
        now: Instant,
        fetch: impl FnOnce() -> F,
    ) -> anyhow::Result<Arc<T>> {
        self.get_if_older(Duration::ZERO, now, fetch).await
    }

    /// One asks, the others wait for what it is told: they come one after the other.
    async fn get_if_older<F: Future<Output = anyhow::Result<T>>>(
        &self,
        age: Duration,
        now: Instant,
        fetch: impl FnOnce() -> F,
    ) -> anyhow::Result<Arc<T>> {
        let mut held = self.held.lock().await;
        let kept = held
            .value
            .as_ref()
            .filter(|(_, since)| now.duration_since(*since) < self.at_most_for);
        let kept = kept.map(|(value, since)| (Arc::clone(value), *since));
        if let Some((value, since)) = &kept
            && now.duration_since(*since) < age
        {
            return Ok(Arc::clone(value));
        }
        let every = if kept.is_some() { NEWER_EVERY } else { EMPTY_EVERY };
        if held.asked.is_some_and(|asked| now.duration_since(asked) < every) {
            let kept = kept.map(|(value, _)| value);
            return kept.ok_or_else(|| anyhow::anyhow!("it did not answer a moment ago"));
        }
        held.asked = Some(now);
        match (fetch().await, kept) {
            (Ok(value), _) => {
                let value = Arc::new(value);
                held.value = Some((Arc::clone(&value), now));
                Ok(value)
            }
            (Err(error), Some((value, _))) => {
                let cause = format!("{error:#}");
                tracing::warn!(
                    cause,
                    "the identity provider is not as it was: what it said before holds"
                );
                Ok(value)
            }
            (Err(error), None) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A provider that counts what it is asked, and may be away.
    #[derive(Default)]
    struct Bench {
        asked: AtomicU32,
        away: std::sync::atomic::AtomicBool,
    }

    impl Bench {
        async fn fetch(&self) -> anyhow::Result<u32> {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            anyhow::ensure!(!self.away.load(Ordering::Relaxed), "away");
            Ok(asked)
        }
    }

    fn kept() -> Kept<u32> {
        Kept::new(Duration::from_secs(600), Duration::from_secs(86_400))
    }

    #[tokio::test]
    async fn what_is_fresh_is_not_asked_again_and_what_is_old_is() {
        let (bench, kept, begun) = (Bench::default(), kept(), Instant::now());
        for (seconds, expected) in [(0, 1), (599, 1), (600, 2), (1_199, 2)] {
            let value = kept.get(begun + Duration::from_secs(seconds), || bench.fetch());
            assert_eq!(*value.await.expect("it answers"), expected, "{seconds}");
        }
    }

    #[tokio::test]
    async fn newer_is_asked_for_once_in_half_a_minute() {
        let (bench, kept, begun) = (Bench::default(), kept(), Instant::now());
        for (seconds, expected) in [(0, 1), (1, 1), (29, 1), (30, 2), (31, 2)] {
            let value = kept.get_newer(begun + Duration::from_secs(seconds), || bench.fetch());
            assert_eq!(*value.await.expect("it answers"), expected, "{seconds}");
        }
    }

    #[tokio::test]
    async fn a_provider_that_is_away_is_not_asked_again_and_again_and_what_it_said_holds_for_a_day() {
        let (bench, kept, begun) = (Bench::default(), kept(), Instant::now());
        let at = |seconds| begun + Duration::from_secs(seconds);
        bench.away.store(true, Ordering::Relaxed);
        for _ in 0..100 {
            let nothing = kept.get(at(0), || bench.fetch()).await;
            nothing.expect_err("there is nothing");
        }
        assert_eq!(bench.asked.load(Ordering::Relaxed), 1);
        bench.away.store(false, Ordering::Relaxed);
        assert_eq!(*kept.get(at(1), || bench.fetch()).await.expect("it is back"), 2);
        bench.away.store(true, Ordering::Relaxed);
        let held = kept.get(at(86_400), || bench.fetch()).await;
        assert_eq!(*held.expect("for want of better"), 2);
        let held = kept.get(at(86_401), || bench.fetch()).await;
        held.expect_err("it is too old");
    }
}
