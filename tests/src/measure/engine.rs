//! A hub as its own process, over SQLite or over PostgreSQL, with a configuration that admits the load.

use std::fmt;
use std::path::PathBuf;

use sqlx::{Connection as _, PgConnection};

use crate::postgres::{self, Cluster};
use crate::processes::Hub;

/// What a hub writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Files of its own.
    Sqlite,
    /// A throwaway cluster with the server's durable defaults.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Database of the store.
pub const STORE: &str = "declic";

/// Database of the keyring.
pub const KEYS: &str = "keys";

/// A hub that does not run yet, and what it stands on.
pub struct House {
    /// The engine.
    pub engine: Engine,
    /// The hub.
    pub hub: Hub,
    cluster: Option<Cluster>,
}

impl House {
    /// Prepares folders and, for PostgreSQL, starts a cluster that keeps what was committed.
    pub fn prepare(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self {
                engine,
                hub: Hub::prepare(),
                cluster: None,
            },
            // As it comes.
            Engine::Postgres => Self::on_postgres("-c shared_buffers=128MB"),
        }
    }

    /// Prepares a hub over two databases of a new cluster with these settings (`-c name=value`).
    ///
    /// # Panics
    /// When the cluster does not start.
    pub fn on_postgres(settings: &str) -> Self {
        let settings = format!("{settings} -c shared_preload_libraries=pg_stat_statements");
        let cluster = Cluster::start_with(&settings, None, None).unwrap_or_else(|why| panic!("{why}"));
        let databases = [STORE, KEYS].map(|database| format!("CREATE DATABASE {database}"));
        // What counts statements counts none until it is asked to.
        let quiet = [
            "ALTER SYSTEM SET pg_stat_statements.track = 'none'",
            "SELECT pg_reload_conf()",
        ];
        for statement in databases.iter().map(String::as_str).chain(quiet) {
            let done = cluster
                .psql("postgres")
                .args(["-o", "/dev/null", "-c", statement])
                .status();
            assert!(done.is_ok_and(|done| done.success()), "{statement}");
        }
        let url = |database| postgres::url(cluster.home(), database);
        Self {
            engine: Engine::Postgres,
            hub: Hub::prepare_at(&url(STORE), &url(KEYS), ""),
            cluster: Some(cluster),
        }
    }

    /// The cluster.
    ///
    /// # Panics
    /// When the engine is SQLite.
    pub fn cluster(&self) -> &Cluster {
        self.cluster.as_ref().expect("PostgreSQL has a cluster")
    }

    /// A connection to the database of the store.
    ///
    /// # Panics
    /// When the engine is SQLite, or the server does not answer.
    pub async fn connect(&self) -> PgConnection {
        let url = postgres::url(self.cluster().home(), STORE);
        PgConnection::connect(&url).await.expect("the server answers")
    }

    /// The file of the store.
    pub fn store_file(&self) -> PathBuf {
        self.hub.folder().join("data/hub.sqlite")
    }

    /// What the engine says of durability, as `name=value`.
    pub async fn durability(&self) -> String {
        match self.engine {
            // Each connection of the store sets it; a test of the store asks every one.
            Engine::Sqlite => "journal_mode=wal, synchronous=FULL".to_owned(),
            Engine::Postgres => {
                let mut connection = self.connect().await;
                let settings: Vec<(String, String)> = sqlx::query_as(
                    "SELECT name, setting FROM pg_settings \
                     WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name",
                )
                .fetch_all(&mut connection)
                .await
                .expect("the server tells its settings");
                let settings: Vec<String> = settings
                    .into_iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                settings.join(", ")
            }
        }
    }

    /// Version of the engine.
    pub async fn version(&self) -> String {
        match self.engine {
            Engine::Sqlite => {
                let mut connection = sqlx::SqliteConnection::connect("sqlite::memory:")
                    .await
                    .expect("a database in memory");
                sqlx::query_scalar("SELECT sqlite_version()")
                    .fetch_one(&mut connection)
                    .await
                    .expect("SQLite tells its version")
            }
            Engine::Postgres => sqlx::query_scalar("SELECT current_setting('server_version')")
                .fetch_one(&mut self.connect().await)
                .await
                .expect("the server tells its version"),
        }
    }

    /// Memory of the hub's process now and at most, in KiB.
    pub fn memory(&mut self) -> Memory {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.hub.program().id()));
        let status = status.expect("a process that runs has a status");
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let value = line.and_then(|line| line.split_ascii_whitespace().next());
            value
                .and_then(|value| value.parse().ok())
                .expect("a number of KiB")
        };
        Memory {
            now_kib: kib("VmRSS:"),
            most_kib: kib("VmHWM:"),
        }
    }
}

/// Memory that a process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Memory {
    /// Now.
    pub now_kib: u64,
    /// Ever.
    pub most_kib: u64,
}
