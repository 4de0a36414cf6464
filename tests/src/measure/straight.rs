//! The floor of SQLite: the rows of one case written again and again, into copies of the tables with their indexes, by one
//! connection with the settings of the store, without a hub.
//!
//! One statement of SQLite's own writes all rows of a group of cases, so that what is measured is SQLite.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::rows::{Other, Table};
use super::sample::{Latencies, Sample};

/// Cases that one commit writes at most: as many as a batch of the hub.
const GROUP: usize = 128;

/// How the trigger writes another case's values.
const OTHER: Other<'_> = Other {
    case: "NEW.id",
    event: "NEW.event",
    request: "NEW.request",
    number: "NEW.number",
};

/// Ids of cases grow, as those of the hub do; the others are scattered.
const WRITE: &str = "WITH RECURSIVE numbers (number) AS \
    (VALUES (?1) UNION ALL SELECT number + 1 FROM numbers WHERE number < ?2) \
    INSERT INTO one_case (number, id, event, request) \
    SELECT number, CAST(printf('%016d', number) AS BLOB), randomblob(16), randomblob(16) FROM numbers";

/// How commits are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// One for each case.
    Single,
    /// One for the cases that wait together.
    Grouped,
}

/// A file with copies of the tables, and its one connection.
pub struct Floor {
    connection: SqliteConnection,
    next: i64,
    _folder: TempDir,
}

impl Floor {
    /// Makes the copies beside this file of a store, in a folder of their own on the same disk.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub async fn prepare(store: &mut SqliteConnection, file: &Path, tables: &[Table]) -> Self {
        let folder = TempDir::new_in(file.parent().expect("a folder")).expect("a temporary folder");
        let mut connection = SqliteConnectOptions::new()
            .filename(folder.path().join("floor.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            .pragma("secure_delete", "ON")
            .disable_statement_logging()
            .connect()
            .await
            .expect("a new file");
        for table in tables {
            let made: Vec<String> = sqlx::query_scalar(
                "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND type <> 'trigger' AND sql <> ''",
            )
            .bind(table.name)
            .fetch_all(&mut *store)
            .await
            .expect("SQLite tells how a table was made");
            for statement in made {
                execute(&mut connection, statement).await;
            }
        }
        let inserts: Vec<String> = tables
            .iter()
            .map(|table| format!("{};", table.insert("", OTHER)))
            .collect();
        execute(
            &mut connection,
            "CREATE VIEW one_case AS SELECT 0 AS number, X'' AS id, X'' AS event, X'' AS request".to_owned(),
        )
        .await;
        execute(
            &mut connection,
            format!(
                "CREATE TRIGGER write_one_case INSTEAD OF INSERT ON one_case BEGIN {} END",
                inserts.join(" ")
            ),
        )
        .await;
        Self {
            connection,
            next: 1_000_000_000,
            _folder: folder,
        }
    }

    /// One round: so many callers, each with one case at a time, for so long.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub async fn round(&mut self, commits: Commits, callers: usize, lasts: Duration) -> Sample {
        let (queue, mut waiting) = mpsc::channel::<oneshot::Sender<()>>(callers);
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..callers {
            tasks.spawn(caller(queue.clone(), begun, lasts));
        }
        drop(queue);
        let most = match commits {
            Commits::Single => 1,
            Commits::Grouped => GROUP,
        };
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, most).await > 0 {
            self.write(group.len()).await;
            for answer in group.drain(..) {
                let _gone = answer.send(());
            }
        }
        let mut latencies = Latencies::new();
        while let Some(of_one) = tasks.join_next().await {
            latencies.add(&of_one.expect("every caller is answered"));
        }
        latencies.over(begun.elapsed())
    }

    async fn write(&mut self, cases: usize) {
        let cases = i64::try_from(cases).expect("a group is small");
        let done = sqlx::query(WRITE)
            .bind(self.next)
            .bind(self.next + cases - 1)
            .execute(&mut self.connection)
            .await;
        done.expect("SQLite writes");
        self.next += cases;
    }
}

/// Reads by this query from a store's file, so many connections for so long.
///
/// # Panics
/// When SQLite refuses.
pub async fn read(file: &Path, query: &str, callers: usize, lasts: Duration) -> Sample {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let settings = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            .disable_statement_logging();
        tasks.spawn(reader(settings, query.to_owned(), begun, lasts));
    }
    let mut latencies = Latencies::new();
    while let Some(of_one) = tasks.join_next().await {
        latencies.add(&of_one.expect("every reader is answered"));
    }
    latencies.over(begun.elapsed())
}

async fn reader(settings: SqliteConnectOptions, query: String, begun: Instant, lasts: Duration) -> Latencies {
    let mut connection = settings.connect().await.expect("the file of a store");
    let mut latencies = Latencies::new();
    while begun.elapsed() < lasts {
        let asked = Instant::now();
        let rows = sqlx::query(AssertSqlSafe(query.clone()))
            .fetch_all(&mut connection)
            .await;
        assert!(!rows.expect("SQLite reads").is_empty(), "{query}");
        latencies.record(asked.elapsed());
    }
    latencies
}

async fn caller(queue: mpsc::Sender<oneshot::Sender<()>>, begun: Instant, lasts: Duration) -> Latencies {
    let mut latencies = Latencies::new();
    while begun.elapsed() < lasts {
        let asked = Instant::now();
        let (answer, done) = oneshot::channel();
        queue.send(answer).await.expect("the writer goes on");
        done.await.expect("the writer answers");
        latencies.record(asked.elapsed());
    }
    latencies
}

async fn execute(connection: &mut SqliteConnection, statement: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    done.expect("SQLite does it");
}
