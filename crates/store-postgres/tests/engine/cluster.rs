//! A database for each test, on the cluster that `cargo xtask test` started, or on one that this process starts and that
//! goes with it. Where PostgreSQL is not installed the tests fail, and say how to install it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

#[path = "../../../xtask/src/postgres.rs"]
#[expect(dead_code, reason = "`cargo xtask` uses what tests do not")]
mod postgres;

static HOME: OnceLock<(PathBuf, Option<postgres::Cluster>)> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub async fn database() -> String {
    let home = home();
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let mut connection = connect(&postgres::url(home, "postgres")).await;
    execute(&mut connection, &format!("CREATE DATABASE {name}"))
        .await
        .expect("a database is created");
    postgres::url(home, &name)
}

/// The folder of the cluster: its socket, and below `data` its files.
pub fn home() -> &'static Path {
    let (home, _) = HOME.get_or_init(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "`cargo xtask test` tells tests by it and no other way"
        )]
        let told = std::env::var_os("DECLIC_POSTGRES");
        match told {
            Some(home) => (PathBuf::from(home), None),
            None => {
                let cluster = postgres::Cluster::start().unwrap_or_else(|why| panic!("{why}"));
                (cluster.home().to_owned(), Some(cluster))
            }
        }
    });
    home
}

pub async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("the database answers")
}

pub async fn execute(connection: &mut PgConnection, sql: &str) -> Result<u64, String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await;
    done.map(|done| done.rows_affected())
        .map_err(|error| error.to_string())
}
