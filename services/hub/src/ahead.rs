//! What calls will need is set aside before they ask for it: numbers of references, and keys of cases. Each is durable by a
//! commit of its own, and no call should wait for that one besides its own.

use std::sync::Arc;
use std::time::Duration;

use declic_vault::vault;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::hub::Hub;
use crate::references;

/// Most keys minted at once: while they are written, the keyring serves nobody else.
const MOST_KEYS: u32 = 256;

/// What lasts shorter than this is followed by twice as much.
const BRISK: Duration = Duration::from_secs(1);

/// What lasts longer than this is followed by the least.
const QUIET: Duration = Duration::from_secs(10);

/// Between two attempts while the database or the keyring does not do its part. Calls that need something ask themselves.
const PAUSE: Duration = Duration::from_secs(1);

/// Sets aside until told to stop.
pub async fn run(hub: Arc<Hub>, stop: CancellationToken) {
    let working = async { tokio::join!(numbers(&hub), keys(&hub)) };
    let _stopped: Option<((), ())> = stop.run_until_cancelled(working).await;
}

async fn numbers(hub: &Hub) {
    let mut pace = Pace::new(references::LEAST, references::MOST);
    loop {
        hub.references.low().await;
        let count = pace.next(Instant::now());
        if let Err(error) = references::refill(hub, count).await {
            tracing::debug!(?error, "no references could be set aside ahead");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn keys(hub: &Hub) {
    let least = u32::try_from(vault::BATCH).unwrap_or(MOST_KEYS);
    let mut pace = Pace::new(least, MOST_KEYS);
    loop {
        hub.vault.low().await;
        let count = pace.next(Instant::now());
        if let Err(error) = hub.vault.refill(count as usize).await {
            tracing::debug!(%error, "no keys could be minted ahead");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// How much to set aside, from how long the last lot lasted: a commit for each second of use or so, and little is lost when
/// the hub stops in quiet times.
struct Pace {
    least: u32,
    most: u32,
    count: u32,
    last: Option<Instant>,
}

impl Pace {
    fn new(least: u32, most: u32) -> Self {
        Self {
            least,
            most,
            count: least,
            last: None,
        }
    }

    fn next(&mut self, now: Instant) -> u32 {
        let lasted = self.last.map(|last| now.duration_since(last));
        self.count = match lasted {
            Some(lasted) if lasted < BRISK => self.count.saturating_mul(2).min(self.most),
            Some(lasted) if lasted < QUIET => self.count,
            _ => self.least,
        };
        self.last = Some(now);
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_set_aside_the_faster_it_goes_and_little_in_quiet_times() {
        let mut pace = Pace::new(20, 640);
        let mut now = Instant::now();
        let mut after = |time: Duration| {
            now += time;
            pace.next(now)
        };
        assert_eq!(after(Duration::ZERO), 20);
        let grown = [0; 6].map(|_| after(BRISK / 2));
        assert_eq!(grown, [40, 80, 160, 320, 640, 640]);
        assert_eq!(after(2 * BRISK), 640);
        assert_eq!(after(QUIET), 20);
    }
}
