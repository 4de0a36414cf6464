//! Opening a database: the settings of every connection, and the refusals that come before any use.

use std::future::Future;
use std::time::Duration;

use declic_store::Error;
use sqlx::migrate::{Migrate as _, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _, PgConnection};
use tokio::time::timeout;

/// The oldest PostgreSQL this program is tested with, as `server_version_num` says it.
pub const OLDEST_POSTGRES: i32 = 150_000;

/// How long connecting may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);

/// Longer than the server lets a statement run: whoever has not answered by then will not.
pub(crate) const SILENCE: Duration = Duration::from_secs(8);

/// Codes of PostgreSQL for a connection that cannot be: its manual, appendix A.
const NO_SUCH_DATABASE: &str = "3D000";
const INVALID_PASSWORD: &str = "28P01";
const INVALID_AUTHORIZATION: &str = "28000";

/// Which of our databases one is.
pub(crate) struct Kind {
    pub name: &'static str,
    /// A table that it alone has.
    pub mark: &'static str,
    pub migrator: &'static Migrator,
}

/// Why a database was not opened. None of them shows its address, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not one.
    #[error("the address of the database cannot be read: write postgres://user@host/database")]
    Address(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server is too old.
    #[error("PostgreSQL {found} is too old: {} or newer is needed", OLDEST_POSTGRES / 10_000)]
    OldPostgres {
        /// What it says it is, as `server_version_num`.
        found: i32,
    },
    /// The database holds something else.
    #[error("the database holds tables, but not a {expected} of this program: give another one")]
    Foreign {
        /// What was expected.
        expected: &'static str,
    },
    /// The database was written by a newer version of this program.
    #[error(
        "the database has schema version {found}, this program knows up to {known}: install the newer version"
    )]
    NewerSchema {
        /// Its version.
        found: i64,
        /// The last version known.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// The server has no database of this name.
    #[error("the server has no such database: make it with `createdb`, owned by the user of the address")]
    Absent(#[source] Box<sqlx::Error>),
    /// The server does not let the user in.
    #[error(
        "the server does not let the user of the address in: its password stands in the file that the variable PGPASSFILE \
         names, which nobody else may read"
    )]
    Refused(#[source] Box<sqlx::Error>),
    /// It does not answer.
    #[error("the database does not answer")]
    Unavailable(#[source] Box<sqlx::Error>),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            Some(NO_SUCH_DATABASE) => Self::Absent(Box::new(error)),
            Some(INVALID_PASSWORD | INVALID_AUTHORIZATION) => Self::Refused(Box::new(error)),
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}

/// Reads an address, refuses what must not be used, and brings the schema up to date. Several hubs may do it at once.
pub(crate) async fn open(url: &str, kind: &Kind) -> Result<PgConnectOptions, OpenError> {
    let address = address(url)?;
    let mut connection = connect(&address).await?;
    let address = match check_server(&mut connection).await? {
        Durability::Waits => address,
        Durability::DoesNotWait => address.options([("synchronous_commit", "on")]),
    };
    if check_owner(&mut connection, kind).await? {
        return Ok(address);
    }
    // An index of a later version may take longer to build than any statement of ours. A hub that is stopped between two
    // of them is cut off, so that others can go on.
    connection.execute(SAFE_TO_STOP).await?;
    let migrated = kind.migrator.run_direct(None, &mut connection, false).await;
    migrated.map_err(|error| OpenError::Migration(Box::new(error)))?;
    Ok(address)
}

/// For a session whose statements take as long as they take.
const SAFE_TO_STOP: &str = "SET idle_session_timeout = '2s'; SET idle_in_transaction_session_timeout = '2s'";

/// Whether a database has none of this kind's tables.
pub(crate) async fn is_new(url: &str, kind: &Kind) -> Result<bool, OpenError> {
    let mut connection = connect(&address(url)?).await?;
    let is_new = sqlx::query_scalar("SELECT to_regclass($1) IS NULL")
        .bind(kind.mark)
        .fetch_one(&mut connection)
        .await?;
    Ok(is_new)
}

fn address(url: &str) -> Result<PgConnectOptions, OpenError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(OpenError::Address("it is not that of a PostgreSQL".into()));
    }
    let address: PgConnectOptions = url
        .parse()
        .map_err(|error: sqlx::Error| OpenError::Address(error.into()))?;
    // A hub that has stopped reading what it is sent (notifications too) is cut off by the server.
    let address = address.options([("tcp_user_timeout", "10s")]);
    Ok(address.application_name("declic").disable_statement_logging())
}

/// A connection, or an error in time.
pub(crate) async fn connect(settings: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    connected(settings.connect()).await
}

/// What connecting and a first question gave, or an error in time.
pub(crate) async fn connected<T>(
    connecting: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(CONNECT, connecting)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// What a read says, or that the server does not answer.
pub(crate) async fn answered<T>(read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(SILENCE, read)
        .await
        .unwrap_or_else(|elapsed| Err(Error::Unavailable(elapsed.into())))
}

/// What every connection has: no statement, no wait for a row and no idle transaction holds others up for long, and each
/// statement sees what was committed before it, whatever the server's default is. Under a stricter level a statement that
/// waited for its turn would not see what it waited for: a shred would write back a bucket without the newest keys.
pub(crate) fn limited(address: &PgConnectOptions) -> PgConnectOptions {
    address.clone().options([
        ("statement_timeout", "5s"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "2s"),
        ("default_transaction_isolation", "read committed"),
    ])
}

/// For connections that cannot write. What they ask is planned once and goes by indexes, however small the tables were then:
/// planning a page each time takes longer than reading it, and so does starting workers for it, which a plan for as many rows
/// as there may be asks for.
pub(crate) fn reading(address: &PgConnectOptions) -> PgConnectOptions {
    limited(address).options([
        ("default_transaction_read_only", "on"),
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
    ])
}

/// For the connection that commits. Its one large statement is planned once and not again for each batch; the plan goes by
/// indexes however small the tables were when it was made. It waits for less than the others do, since commands wait for it.
pub(crate) fn committing(address: &PgConnectOptions) -> PgConnectOptions {
    limited(address).options([
        ("statement_timeout", "2s"),
        ("lock_timeout", "1s"),
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
    ])
}

/// Whether a server, as it is configured, answers a commit only when it is on disk.
enum Durability {
    /// There, or on a standby besides: that is the operator's choice.
    Waits,
    /// Our sessions have to ask for it.
    DoesNotWait,
}

/// Refuses a server that is too old, and says when one may lose what was committed.
async fn check_server(connection: &mut PgConnection) -> Result<Durability, OpenError> {
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::INTEGER")
        .fetch_one(&mut *connection)
        .await?;
    if version < OLDEST_POSTGRES {
        return Err(OpenError::OldPostgres { found: version });
    }
    let settings: (String, String) =
        sqlx::query_as("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            .fetch_one(connection)
            .await?;
    let (fsync, synchronous_commit) = settings;
    if fsync != "on" {
        tracing::warn!(
            fsync,
            "the database may lose what was committed when its server stops without warning"
        );
    }
    Ok(match synchronous_commit.as_str() {
        "off" => Durability::DoesNotWait,
        _ => Durability::Waits,
    })
}

/// Refuses a database of something else, or of a newer version. True when its schema is this program's: then nothing has
/// to be waited for to migrate it.
async fn check_owner(connection: &mut PgConnection, kind: &Kind) -> Result<bool, OpenError> {
    // A program killed during its first start leaves the migrations' own table alone.
    let (ours, tables): (bool, i64) = sqlx::query_as(
        "SELECT to_regclass($1) IS NOT NULL, count(*) FROM pg_tables \
         WHERE schemaname = current_schema() AND tablename <> '_sqlx_migrations'",
    )
    .bind(kind.mark)
    .fetch_one(&mut *connection)
    .await?;
    if !ours && tables > 0 {
        return Err(OpenError::Foreign { expected: kind.name });
    }
    if !ours {
        return Ok(false);
    }
    let applied = connection
        .list_applied_migrations("_sqlx_migrations")
        .await
        .map_err(|error| OpenError::Migration(Box::new(error)))?;
    let known = kind
        .migrator
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    match applied.iter().map(|migration| migration.version).max() {
        Some(found) if found > known => Err(OpenError::NewerSchema { found, known }),
        _ => Ok(kind.migrator.iter().all(|migration| {
            let mut applied = applied.iter();
            applied.any(|done| (done.version, &done.checksum) == (migration.version, &migration.checksum))
        })),
    }
}
