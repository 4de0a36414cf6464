//! Opening a file: the settings of every connection, and the refusals that come before any use.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};

use crate::checkpoint::{self, Marks};
use crate::error::primary_code;

/// The oldest SQLite this program runs on: the ones before can lose commits when a checkpoint races a writer.
pub const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

const NOT_A_DATABASE: i32 = 26;

/// Which of our databases a file is.
pub(crate) struct Kind {
    pub name: &'static str,
    /// The application id its migrations set.
    pub application_id: i64,
    /// The last schema version known.
    pub version: i64,
    pub migrator: &'static Migrator,
}

/// A file, and how large it may grow.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub path: PathBuf,
    /// Pages it may have; none: as many as the disk takes.
    pub most_pages: Option<u32>,
}

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite linked in is too old.
    #[error("SQLite {found} is too old: {}.{}.{} or newer is needed, older ones can lose commits", OLDEST_SQLITE.0, OLDEST_SQLITE.1, OLDEST_SQLITE.2)]
    OldSqlite {
        /// What it says it is.
        found: String,
    },
    /// The file is not a SQLite database.
    #[error("{} is not a database: give another path, or restore a backup", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database of something else.
    #[error("{} is a database, but not a {expected} of this program: give another path", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was expected.
        expected: &'static str,
    },
    /// The file was written by a newer version of this program.
    #[error("{} has schema version {found}, this program knows up to {known}: install the newer version", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The last version known.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the schema of {} could not be brought up to date", path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<sqlx::migrate::MigrateError>,
    },
    /// It cannot be opened or created.
    #[error("{} cannot be opened", path.display())]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<sqlx::Error>,
    },
}

/// Opens or creates a file, refuses what must not be used, brings its schema up to date, and returns the connection that
/// writes.
pub(crate) async fn open(place: &Place, kind: &Kind) -> Result<SqliteConnection, OpenError> {
    let path = place.path.as_path();
    let created = writer_settings(place).create_if_missing(true).connect().await;
    let mut connection = created.map_err(|error| failed(path, error))?;
    check_version(
        &sqlite_version(&mut connection)
            .await
            .map_err(|error| failed(path, error))?,
    )?;
    check_owner(&mut connection, path, kind).await?;
    let migrated = kind.migrator.run_direct(None, &mut connection, false).await;
    migrated.map_err(|source| OpenError::Migration {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    Ok(connection)
}

/// A connection that writes, to a file that is there: the only one of its file. It brings its log into the file itself.
pub(crate) async fn connect_writer(place: &Place) -> Result<SqliteConnection, sqlx::Error> {
    writer_settings(place).connect().await
}

/// Same, beside a connection of [`connect_checkpointer`].
pub(crate) async fn connect_checkpointed_writer(place: &Place) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = connect_writer(place).await?;
    leave_checkpoints(&mut connection).await?;
    Ok(connection)
}

/// Leaves the log to a checkpointer; when it begins again, its file gives back what it has grown beyond the usual.
pub(crate) async fn leave_checkpoints(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let kept_bytes = Marks::USUAL.kept_bytes();
    let settings = format!("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = {kept_bytes}");
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(connection).await?;
    Ok(())
}

/// A connection that brings the log into the file, and waits for nobody for long.
pub(crate) async fn connect_checkpointer(place: &Place) -> Result<SqliteConnection, sqlx::Error> {
    settings(&place.path)
        .busy_timeout(checkpoint::PATIENCE)
        .connect()
        .await
}

/// A pool of connections that cannot write.
pub(crate) async fn connect_readers(path: &Path, count: u32) -> Result<SqlitePool, sqlx::Error> {
    let pool = SqlitePoolOptions::new()
        .max_connections(count)
        // A file does not go away between two reads: asking for it first would be one more turn to SQLite's thread.
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(5));
    pool.connect_with(reader_settings(path)).await
}

/// One connection that cannot write.
pub(crate) async fn connect_reader(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    reader_settings(path).connect().await
}

/// Rows of the longest page, and the one that tells whether there is another; a batch has fewer commands. The thread that
/// reads them never waits in the middle of it.
const ROWS_READ_AHEAD: usize = 201;

fn reader_settings(path: &Path) -> SqliteConnectOptions {
    settings(path).pragma("query_only", "ON")
}

/// Refuses a SQLite that is older than [`OLDEST_SQLITE`], or whose version cannot be read.
fn check_version(version: &str) -> Result<(), OpenError> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let numbers = (
        parts.next().flatten(),
        parts.next().flatten(),
        parts.next().flatten(),
    );
    match numbers {
        (Some(major), Some(minor), Some(patch)) if (major, minor, patch) >= OLDEST_SQLITE => Ok(()),
        _ => Err(OpenError::OldSqlite {
            found: version.to_owned(),
        }),
    }
}

/// Refuses a file of something else, or of a newer version.
async fn check_owner(connection: &mut SqliteConnection, path: &Path, kind: &Kind) -> Result<(), OpenError> {
    let owner = owner(connection).await.map_err(|error| failed(path, error))?;
    let is_new = owner.tables == 0 && owner.application_id == 0;
    if !is_new && owner.application_id != kind.application_id {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
            expected: kind.name,
        });
    }
    if owner.version > kind.version {
        return Err(OpenError::NewerSchema {
            path: path.to_owned(),
            found: owner.version,
            known: kind.version,
        });
    }
    Ok(())
}

struct Owner {
    application_id: i64,
    version: i64,
    tables: i64,
}

async fn owner(connection: &mut SqliteConnection) -> Result<Owner, sqlx::Error> {
    let application_id = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    let version = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await?;
    // A program killed during its first start leaves the migrations' own table alone.
    let tables =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE tbl_name <> '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    Ok(Owner {
        application_id,
        version,
        tables,
    })
}

async fn sqlite_version(connection: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await
}

fn writer_settings(place: &Place) -> SqliteConnectOptions {
    let settings = settings(&place.path).journal_mode(SqliteJournalMode::Wal);
    match place.most_pages {
        Some(pages) => settings.pragma("max_page_count", pages.to_string()),
        None => settings,
    }
}

/// The settings that every connection has. What each is for: docs of SQLite, "PRAGMA statements".
fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // A commit that was answered survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // What is deleted is overwritten with zeros.
        .pragma("secure_delete", "ON")
        // What a statement may have to take back stays in memory, and out of files beside the database.
        .pragma("temp_store", "MEMORY")
        // A schema that somebody tampered with runs no function of ours.
        .pragma("trusted_schema", "OFF")
        .row_buffer_size(ROWS_READ_AHEAD)
        .disable_statement_logging()
}

fn failed(path: &Path, error: sqlx::Error) -> OpenError {
    if primary_code(&error) == Some(NOT_A_DATABASE) {
        OpenError::NotADatabase {
            path: path.to_owned(),
        }
    } else {
        OpenError::Unavailable {
            path: path.to_owned(),
            source: Box::new(error),
        }
    }
}

/// Closes a connection, whatever it answers: what was committed is in the file.
pub(crate) async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(error = %error, "a connection did not close cleanly");
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;

    #[test]
    fn an_old_sqlite_is_refused_and_a_new_one_is_not() {
        for old in ["3.51.2", "3.50.9", "3.7.17", "2.99.99", "", "3.51", "three"] {
            assert!(
                matches!(check_version(old), Err(OpenError::OldSqlite { found }) if found == old),
                "{old}"
            );
        }
        for new in ["3.51.3", "3.52.0", "4.0.0"] {
            assert!(check_version(new).is_ok(), "{new}");
        }
    }

    #[tokio::test]
    async fn the_sqlite_linked_in_is_new_enough() {
        let mut connection = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("a database in memory opens");
        let version = sqlite_version(&mut connection)
            .await
            .expect("SQLite tells its version");
        check_version(&version).expect("the version in Cargo.lock is new enough");
    }

    #[tokio::test]
    async fn every_connection_has_the_settings_that_keep_what_was_committed() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let place = Place {
            path: folder.path().join("any.sqlite"),
            most_pages: None,
        };
        let settings = writer_settings(&place).create_if_missing(true);
        let mut writer = settings.connect().await.expect("a file is created");
        let readers = connect_readers(&place.path, 1).await.expect("the file is there");
        let mut reader = readers.acquire().await.expect("a reader is free");
        for connection in [&mut writer, &mut *reader] {
            assert_eq!(pragma(connection, "PRAGMA journal_mode").await, "wal");
            assert_eq!(pragma(connection, "PRAGMA synchronous").await, "2");
            assert_eq!(pragma(connection, "PRAGMA foreign_keys").await, "1");
            assert_eq!(pragma(connection, "PRAGMA busy_timeout").await, "5000");
            assert_eq!(pragma(connection, "PRAGMA secure_delete").await, "1");
            assert_eq!(pragma(connection, "PRAGMA temp_store").await, "2");
            assert_eq!(pragma(connection, "PRAGMA trusted_schema").await, "0");
        }
        let written = sqlx::query("CREATE TABLE anything (it INTEGER) STRICT")
            .execute(&mut *reader)
            .await;
        assert!(written.is_err(), "a reader cannot write");
    }

    async fn pragma(connection: &mut SqliteConnection, question: &'static str) -> String {
        let row = sqlx::query(question)
            .fetch_one(connection)
            .await
            .expect("SQLite answers");
        match row.try_get_unchecked::<i64, _>(0) {
            Ok(0) | Err(_) => row.try_get_unchecked(0).expect("a text or a number"),
            Ok(number) => number.to_string(),
        }
    }
}
