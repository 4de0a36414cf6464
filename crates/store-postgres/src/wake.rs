//! Commits of other hubs: a notification wakes the readers at once, and a look from time to time makes up for lost ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::journal;
use crate::open::{self, answered};
use crate::pool::{PROBE, Pool};

/// What the statement of a commit notifies.
const CHANNEL: &str = "declic_commits";

/// How late a commit of another hub is heard at the latest.
const LOOK: Duration = Duration::from_secs(1);

/// How long nothing may be heard before the server is asked whether it is there.
const QUIET: Duration = Duration::from_secs(30);

/// Runs until it is aborted.
pub(crate) async fn listen(
    address: PgConnectOptions,
    commits: Arc<watch::Sender<u64>>,
    session: Arc<AtomicI32>,
) {
    loop {
        if let Ok(Ok(mut listener)) = timeout(open::SILENCE, subscribe(&address)).await {
            // What came before we listened.
            wake(&commits);
            while is_there(&mut listener, &commits, &session).await {}
        }
        sleep(LOOK).await;
    }
}

/// In a pool of its own each time: a connection that hangs while it is given up keeps none from being made.
async fn subscribe(address: &PgConnectOptions) -> Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(open::CONNECT)
        .connect_lazy_with(address.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Hears one notification, or that there is none for long; false once the server is not there any more.
async fn is_there(listener: &mut PgListener, commits: &watch::Sender<u64>, session: &AtomicI32) -> bool {
    match timeout(QUIET, listener.recv()).await {
        Ok(Ok(notification)) => {
            // PostgreSQL counts sessions in 31 bits.
            if i64::from(notification.process_id()) != i64::from(session.load(Ordering::Relaxed)) {
                wake(commits);
            }
            true
        }
        Ok(Err(_lost)) => false,
        Err(_elapsed) => matches!(timeout(PROBE, listener.execute("SELECT 1")).await, Ok(Ok(_))),
    }
}

/// Runs until it is aborted.
pub(crate) async fn look(readers: Pool, commits: Arc<watch::Sender<u64>>) {
    let mut seen = 0;
    let mut times = interval(LOOK);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        // A database that does not answer is reported by those who ask it for something.
        if let Ok(end) = answered(journal::end(&readers)).await
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
