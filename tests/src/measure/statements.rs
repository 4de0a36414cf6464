//! What a hub sends to PostgreSQL, counted by PostgreSQL: bytes of WAL for each kind of statement (`pg_stat_statements`),
//! and statements for each session (the server's log). The cluster preloads `pg_stat_statements`, which counts nothing before and after.
//!
//! Full-page images are off meanwhile: they tell how long ago the last checkpoint was, and nothing about the statements.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sqlx::{AssertSqlSafe, PgConnection};

use super::engine::{KEYS, STORE};
use crate::postgres::Cluster;

/// Set while it is counted, and reset after.
const SETTINGS: [(&str, &str); 6] = [
    ("pg_stat_statements.track", "all"),
    ("full_page_writes", "off"),
    ("log_line_prefix", "session %p on %d: "),
    ("log_statement", "all"),
    ("log_parameter_max_length", "0"),
    ("log_duration", "off"),
];

/// What a statement is for, as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// It writes what commands decided.
    Commit,
    /// It sets references aside.
    References,
    /// It writes the ledger.
    Seal,
    /// It keeps keys.
    Keyring,
    /// It reads.
    Read,
    /// It writes the floor.
    Floor,
    /// It begins or ends a transaction, or is the counting's own.
    Other,
}

impl Purpose {
    fn of(database: &str, text: &str) -> Self {
        let text = text.to_uppercase();
        let writes = |table: &str| {
            [
                format!("INTO {table}"),
                format!("UPDATE {table}"),
                format!("FROM {table}"),
            ]
            .iter()
            .any(|written| text.contains(written.as_str()))
        };
        let is_write = ["INSERT INTO ", "UPDATE ", "DELETE FROM "]
            .iter()
            .any(|verb| text.contains(verb) && !text.contains("PG_STAT_"));
        if text.contains("FLOOR.") {
            Self::Floor
        } else if database == KEYS {
            Self::Keyring
        } else if is_write && writes("ENTRIES") {
            Self::Commit
        } else if is_write && writes("REFERENCE_COUNTERS") {
            Self::References
        } else if is_write
            && ["LEAVES", "NODES", "LOG_STATE", "CHECKPOINTS", "SEALER_LEASE"]
                .iter()
                .any(|table| writes(table))
        {
            Self::Seal
        } else if is_write {
            Self::Commit
        } else if ["SELECT", "WITH"].iter().any(|verb| first_word(&text) == *verb) {
            Self::Read
        } else {
            Self::Other
        }
    }
}

/// A statement, and what all its executions did.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Seen {
    /// The database.
    pub database: String,
    /// The statement.
    pub text: String,
    /// Executions.
    pub calls: i64,
    /// Rows returned or written.
    pub rows: i64,
    /// Blocks of 8 KiB looked at, in memory or read.
    pub blocks: i64,
    /// Bytes of WAL. What ends a transaction writes is in none.
    pub wal_bytes: i64,
}

/// What was sent between beginning and end.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// Statements of all databases.
    pub seen: Vec<Seen>,
    /// Statements that write entries: one for each batch of commands.
    pub batches: u64,
    /// Statements of the sessions that send batches, whatever they are for.
    pub of_committers: u64,
    /// Statements of all sessions on the database of the store by purpose.
    pub statements: BTreeMap<Purpose, u64>,
}

/// Counting, from now on.
pub struct Counting<'c> {
    cluster: &'c Cluster,
    connection: PgConnection,
    log_begins: usize,
}

impl<'c> Counting<'c> {
    /// Begins, over a connection of its own to the database of the store.
    ///
    /// # Panics
    /// When the server does not take the settings, or its log cannot be read.
    pub async fn begin(cluster: &'c Cluster, mut connection: PgConnection) -> Self {
        execute(
            &mut connection,
            "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
        )
        .await;
        for (name, value) in SETTINGS {
            execute(&mut connection, &format!("ALTER SYSTEM SET {name} = '{value}'")).await;
        }
        reload(&mut connection).await;
        execute(&mut connection, "CHECKPOINT").await;
        execute(&mut connection, "SELECT pg_stat_statements_reset()").await;
        let log_begins = log(cluster).len();
        Self {
            cluster,
            connection,
            log_begins,
        }
    }

    /// What was sent since, and the settings as they were.
    ///
    /// # Panics
    /// As [`Counting::begin`].
    pub async fn end(mut self) -> Counted {
        let seen = sqlx::query_as(
            "SELECT datname::TEXT AS database, query AS text, calls, rows, \
             shared_blks_hit + shared_blks_read AS blocks, wal_bytes::BIGINT AS wal_bytes \
             FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid",
        )
        .fetch_all(&mut self.connection)
        .await
        .expect("statements are counted");
        let mut counted = Counted {
            seen,
            ..Counted::default()
        };
        for (name, _) in SETTINGS {
            execute(&mut self.connection, &format!("ALTER SYSTEM RESET {name}")).await;
        }
        execute(
            &mut self.connection,
            "ALTER SYSTEM SET pg_stat_statements.track = 'none'",
        )
        .await;
        reload(&mut self.connection).await;
        counted.read(&log(self.cluster)[self.log_begins..]);
        counted
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for seen in self.seen.iter().filter(|seen| seen.wal_bytes > 0) {
            let purpose = Purpose::of(&seen.database, &seen.text);
            writeln!(
                f,
                "{purpose:?}: {} calls, {} bytes of WAL",
                seen.calls, seen.wal_bytes
            )?;
        }
        write!(
            f,
            "{} batches, {} statements of their sessions; of all sessions {:?}",
            self.batches, self.of_committers, self.statements
        )
    }
}

impl Counted {
    /// Bytes of WAL for these purposes.
    pub fn wal_of(&self, purposes: &[Purpose]) -> u64 {
        let seen = self.seen.iter();
        let seen = seen.filter(|seen| purposes.contains(&Purpose::of(&seen.database, &seen.text)));
        let bytes: i64 = seen.map(|seen| seen.wal_bytes).sum();
        u64::try_from(bytes).expect("nothing takes WAL back")
    }

    /// Statements that the sessions which commit send for each batch.
    pub fn statements_per_batch(&self) -> f64 {
        self.of_committers as f64 / self.batches as f64
    }

    fn read(&mut self, log: &str) {
        let mut sent: Vec<(&str, Purpose, bool)> = Vec::new();
        // What a statement says over several lines is indented from the second on.
        let text = log.replace("\n\t", " ");
        let mut committers = BTreeSet::new();
        for line in text.lines() {
            let Some(rest) = line.strip_prefix("session ") else {
                continue;
            };
            let Some((session, rest)) = rest.split_once(" on ") else {
                continue;
            };
            let Some((database, said)) = rest.split_once(": LOG:  ") else {
                continue;
            };
            let Some((how, statement)) = said.split_once(": ") else {
                continue;
            };
            if database != STORE || !(how == "statement" || how.starts_with("execute ")) {
                continue;
            }
            let purpose = Purpose::of(database, statement);
            let is_batch = purpose == Purpose::Commit && statement.to_uppercase().contains("INTO ENTRIES");
            if is_batch {
                committers.insert(session.to_owned());
            }
            sent.push((session, purpose, is_batch));
        }
        for (session, purpose, is_batch) in sent {
            *self.statements.entry(purpose).or_default() += 1;
            self.batches += u64::from(is_batch);
            self.of_committers += u64::from(committers.contains(session));
        }
    }
}

/// The first word after comments.
fn first_word(text: &str) -> &str {
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with("--"));
    let line = lines.next().unwrap_or_default();
    line.split(|character: char| !character.is_alphabetic())
        .next()
        .unwrap_or_default()
}

fn log(cluster: &Cluster) -> String {
    std::fs::read_to_string(cluster.home().join("log")).expect("the server's log")
}

/// Waits until this session has read the settings again: the server tells all sessions together, and each reads them
/// before its next statement.
async fn reload(connection: &mut PgConnection) {
    let read_at = "SELECT pg_conf_load_time()::TEXT";
    let before: String = sqlx::query_scalar(read_at)
        .fetch_one(&mut *connection)
        .await
        .expect("the server tells");
    execute(connection, "SELECT pg_reload_conf()").await;
    loop {
        let now: String = sqlx::query_scalar(read_at)
            .fetch_one(&mut *connection)
            .await
            .expect("the server tells");
        if now != before {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn execute(connection: &mut PgConnection, statement: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await;
    done.expect("the server does it");
}
