//! Stopping: soft, then hard.
//!
//! Soft: nothing new is taken, what runs may finish, streams end with a message their clients resume from. Hard: what is
//! left is cut. A first SIGTERM or SIGINT begins the soft stop; the end of the grace period, or a second signal, makes it
//! hard.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The state of a process that may be asked to stop. Clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Shutdown {
    /// A process that stops when [`Shutdown::stop`] is called, softly for `grace`, then hard. Must be called inside a
    /// tokio runtime.
    pub fn new(grace: Duration) -> Self {
        let shutdown = Self {
            soft: CancellationToken::new(),
            hard: CancellationToken::new(),
        };
        let watched = shutdown.clone();
        tokio::spawn(async move {
            watched.soft.cancelled().await;
            tokio::select! {
                () = tokio::time::sleep(grace) => watched.hard.cancel(),
                () = watched.hard.cancelled() => {}
            }
        });
        shutdown
    }

    /// Same, and stops at the signals of the system.
    ///
    /// # Errors
    /// The system's, when the signals cannot be listened to.
    pub fn on_signals(grace: Duration) -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = Self::new(grace);
        let stopped = shutdown.clone();
        tokio::spawn(async move {
            for stop in [Self::stop, Self::stop_now] {
                tokio::select! {
                    _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "asked to stop"),
                    _ = interrupt.recv() => tracing::info!(signal = "SIGINT", "asked to stop"),
                }
                stop(&stopped);
            }
        });
        Ok(shutdown)
    }

    /// Begins the soft stop.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Goes straight to the hard stop.
    pub fn stop_now(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    /// Whether the soft stop has begun.
    pub fn is_stopping(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Waits for the soft stop: streams send their resumable ending, loops finish their round.
    pub async fn stopping(&self) {
        self.soft.cancelled().await;
    }

    /// Waits for the hard stop.
    pub async fn stopped(&self) {
        self.hard.cancelled().await;
    }

    /// The token of the soft stop, for what takes a token.
    pub fn soft(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// The token of the hard stop.
    pub fn hard(&self) -> CancellationToken {
        self.hard.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn the_hard_stop_follows_the_soft_one_after_the_grace_period() {
        let grace = Duration::from_millis(30);
        let shutdown = Shutdown::new(grace);
        assert!(!shutdown.is_stopping());
        let asked = Instant::now();
        shutdown.stop();
        shutdown.stopping().await;
        assert!(!shutdown.hard().is_cancelled(), "soft first");
        shutdown.stopped().await;
        assert!(asked.elapsed() >= grace);
    }

    #[tokio::test]
    async fn a_second_request_to_stop_does_not_wait_for_the_grace_period() {
        let shutdown = Shutdown::new(Duration::from_secs(3600));
        shutdown.stop();
        shutdown.stop_now();
        shutdown.stopped().await;
    }
}
