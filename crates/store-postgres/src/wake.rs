//! Commits of other hubs: a notification wakes the readers at once, and a look from time to time makes up for lost ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::journal;

/// What the statement of a commit notifies.
const CHANNEL: &str = "declic_commits";

/// How late a commit of another hub is heard at the latest.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until it is aborted.
pub(crate) async fn listen(listeners: PgPool, commits: Arc<watch::Sender<u64>>, session: Arc<AtomicI32>) {
    loop {
        if let Ok(mut listener) = PgListener::connect_with(&listeners).await
            && listener.listen(CHANNEL).await.is_ok()
        {
            // What came before we listened.
            wake(&commits);
            while let Ok(notification) = listener.recv().await {
                // PostgreSQL counts sessions in 31 bits.
                if i64::from(notification.process_id()) != i64::from(session.load(Ordering::Relaxed)) {
                    wake(&commits);
                }
            }
        }
        sleep(LOOK).await;
    }
}

/// Runs until it is aborted.
pub(crate) async fn look(readers: PgPool, commits: Arc<watch::Sender<u64>>) {
    let mut seen = 0;
    let mut times = interval(LOOK);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        // A database that does not answer is reported by those who ask it for something.
        if let Ok(end) = journal::end(&readers).await
            && end != seen
        {
            seen = end;
            wake(&commits);
        }
    }
}

fn wake(commits: &watch::Sender<u64>) {
    commits.send_modify(|count| *count += 1);
}
