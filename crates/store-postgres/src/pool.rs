//! Connections that are lent for one query each. A network that goes silent in the middle tells nobody: a connection that
//! does not answer in time loses its place in the pool, whether it was at work, waiting, or on its way back.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::open;

/// How long a server may take to say that it is there.
pub(crate) const PROBE: Duration = Duration::from_secs(2);

/// A connection that answered so short a time ago is lent without being asked whether it is there: what is lost since then
/// fails one query, and is not lent again.
const FRESH: Duration = Duration::from_millis(500);

/// A few connections, made when they are first needed.
#[derive(Clone)]
pub(crate) struct Pool(PgPool);

impl Pool {
    pub(crate) fn new(settings: PgConnectOptions, connections: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(open::CONNECT)
            // The pool's own test would use up the whole time for acquiring, and leave none to connect anew.
            .test_before_acquire(false)
            .before_acquire(|connection, since| {
                let is_fresh = since.idle_for < FRESH;
                Box::pin(async move {
                    if is_fresh {
                        return Ok(true);
                    }
                    let answer = timeout(PROBE, connection.ping()).await;
                    answer.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
                })
            })
            .connect_lazy_with(settings);
        Self(pool)
    }

    /// A connection, or an error in time.
    pub(crate) async fn lend(&self) -> Result<Lent, sqlx::Error> {
        self.0.acquire().await.map(Lent)
    }

    /// Waits until all are back, and closes them.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }
}

/// A connection of a pool, which goes back when this is dropped.
pub(crate) struct Lent(PoolConnection<Postgres>);

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Drop for Lent {
    /// On its way back the connection reads what was left of an abandoned query, and is asked whether it is there: left
    /// alone it would wait for that as long as the network keeps silent, and keep its place.
    fn drop(&mut self) {
        let back = self.0.return_to_pool();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(PROBE, back));
        }
    }
}
