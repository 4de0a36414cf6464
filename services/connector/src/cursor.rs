//! What must survive a crash: how far the stream was handed over, the revision of each ticket's file, and the request
//! id of everything that is sent, written down before it is sent.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use uuid::Uuid;

const DATABASE: &str = "connector.sqlite";
const LOCK: &str = "connector.lock";
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the stream resumes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Token of the hub; empty for the beginning.
    pub resume_token: String,
    /// Number of the last notice that was handed over; 0 before the first.
    pub number: u64,
}

/// A confirmation of delivery that the hub has not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The ticket.
    pub ticket: String,
    /// Its epoch when it was handed over.
    pub epoch: u32,
    /// The id it is sent with, always the same.
    pub request_id: Uuid,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Nothing yet, or nobody knows: it is sent, again if need be, with this id.
    Sending(Uuid),
    /// The hub took it; the text of the result file.
    Done(String),
    /// The hub refused it; the text of the result file.
    Refused(String),
}

/// The durable state of one connector, held by one process at a time.
#[derive(Debug)]
pub struct Records {
    pool: SqlitePool,
    _lock: File,
}

/// The state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds it.
    #[error("another connector uses {0}: stop it, or give this one a state_dir of its own")]
    Locked(PathBuf),
    /// The lock file cannot be made.
    #[error("cannot lock {path}: {source}: check that the connector's user may write there")]
    Lock {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A newer connector wrote it.
    #[error(
        "{path} was written by a newer connector (migration {version}): install that version or a later one"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// The migration this program does not know.
        version: i64,
    },
    /// It cannot be opened, or brought to this version.
    #[error(
        "cannot open {path}: {source}: check the disk, then restore the file from a backup if it is damaged"
    )]
    Open {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A read or a write failed.
    #[error("the connector's database failed: {0}: check the disk of state_dir")]
    Database(#[from] sqlx::Error),
    /// A row holds what was never written.
    #[error("the connector's database is damaged ({0}): restore state_dir from a backup")]
    Corrupt(&'static str),
}

impl Records {
    /// Opens the state in this folder, which exists, and makes it when it is the first time.
    ///
    /// # Errors
    /// [`Error`], with what to do.
    pub async fn open(state_dir: &Path) -> Result<Self, Error> {
        let lock = lock(state_dir)?;
        let path = state_dir.join(DATABASE);
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Open {
            path: path.clone(),
            source,
        };
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(|e| failed(e.into()))?;
        match sqlx::migrate!().run(&pool).await {
            Ok(()) => Ok(Self { pool, _lock: lock }),
            Err(MigrateError::VersionMissing(version)) => Err(Error::Newer { path, version }),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Where the stream resumes.
    pub async fn cursor(&self) -> Result<Cursor, Error> {
        let row = sqlx::query_file!("queries/cursor/read.sql")
            .fetch_one(&self.pool)
            .await?;
        Ok(Cursor {
            resume_token: row.resume_token,
            number: u64::try_from(row.number).map_err(|_| Error::Corrupt("cursor.number"))?,
        })
    }

    /// Moves the cursor over a notice that leaves nothing to hand over, or back to the beginning.
    pub async fn move_cursor(&self, cursor: &Cursor) -> Result<(), Error> {
        let number = as_i64(cursor.number);
        sqlx::query_file!("queries/cursor/move.sql", cursor.resume_token, number)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Takes the next revision of each ticket's file, from 1, in one commit: by name and reference, in their order. Some
    /// may go unused after a crash.
    pub async fn reserve_revisions(&self, tickets: &[(&str, &str)]) -> Result<Vec<u64>, Error> {
        let mut revisions = Vec::with_capacity(tickets.len());
        let mut transaction = self.pool.begin().await?;
        for (ticket, reference) in tickets {
            let row = sqlx::query_file!("queries/ticket/reserve.sql", ticket, reference)
                .fetch_one(&mut *transaction)
                .await?;
            revisions.push(u64::try_from(row.revision).map_err(|_| Error::Corrupt("ticket.revision"))?);
        }
        transaction.commit().await?;
        Ok(revisions)
    }

    /// The reference under which a ticket was handed over, if it was.
    pub async fn reference(&self, ticket: &str) -> Result<Option<String>, Error> {
        let row = sqlx::query_file!("queries/ticket/read.sql", ticket)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.reference))
    }

    /// The files are safe: in one commit, plans their confirmations (once for each ticket and epoch, whatever the id
    /// given) and moves the cursor.
    pub async fn handed_over(&self, deliveries: &[Delivery], cursor: Option<&Cursor>) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await?;
        for Delivery {
            ticket,
            epoch,
            request_id,
        } in deliveries
        {
            sqlx::query_file!("queries/delivery/plan.sql", ticket, epoch, request_id)
                .execute(&mut *transaction)
                .await?;
        }
        if let Some(cursor) = cursor {
            let number = as_i64(cursor.number);
            sqlx::query_file!("queries/cursor/move.sql", cursor.resume_token, number)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Confirmations that are to be sent, 100 at most.
    pub async fn pending_deliveries(&self) -> Result<Vec<Delivery>, Error> {
        let rows = sqlx::query_file!("queries/delivery/pending.sql")
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Delivery {
                    ticket: row.ticket,
                    epoch: u32::try_from(row.epoch).map_err(|_| Error::Corrupt("delivery.epoch"))?,
                    request_id: row.request_id,
                })
            })
            .collect()
    }

    /// The hub answered confirmations, each with "CONFIRMED" or the reason of its refusal. One commit.
    pub async fn settle_deliveries(&self, answered: &[(&Delivery, &str)]) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await?;
        for (Delivery { ticket, epoch, .. }, answer) in answered {
            sqlx::query_file!("queries/delivery/settle.sql", ticket, epoch, answer)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The hub may have lost what it confirmed: tickets still open are confirmed anew when they are handed over again.
    pub async fn forget_deliveries(&self) -> Result<(), Error> {
        sqlx::query_file!("queries/delivery/forget.sql")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes an answer down before it is sent, unless it is known already, and says what became of it.
    pub async fn claim_answer(
        &self,
        digest: &[u8; 32],
        file: &str,
        request_id: Uuid,
    ) -> Result<Answered, Error> {
        let digest = digest.as_slice();
        sqlx::query_file!("queries/answer/claim.sql", digest, file, request_id)
            .execute(&self.pool)
            .await?;
        let row = sqlx::query_file!("queries/answer/read.sql", digest)
            .fetch_one(&self.pool)
            .await?;
        match row.state.as_str() {
            "SENDING" => Ok(Answered::Sending(row.request_id)),
            "DONE" => Ok(Answered::Done(row.result)),
            "REFUSED" => Ok(Answered::Refused(row.result)),
            _ => Err(Error::Corrupt("answer.state")),
        }
    }

    /// The hub answered. An answer that is still being sent is not settled.
    pub async fn settle_answer(&self, digest: &[u8; 32], answered: &Answered) -> Result<(), Error> {
        let (state, result) = match answered {
            Answered::Sending(_) => return Ok(()),
            Answered::Done(result) => ("DONE", result),
            Answered::Refused(result) => ("REFUSED", result),
        };
        let digest = digest.as_slice();
        sqlx::query_file!("queries/answer/settle.sql", digest, state, result)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Closes the database. Whoever holds the last reference calls it; a crash does no harm either.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn lock(state_dir: &Path) -> Result<File, Error> {
    let path = state_dir.join(LOCK);
    let failed = |source| Error::Lock {
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(state_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Numbers of a mailbox stay far below 2^63.
fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "cases/a/tickets/1";

    fn delivery(epoch: u32, id: u128) -> Delivery {
        Delivery {
            ticket: TICKET.to_owned(),
            epoch,
            request_id: Uuid::from_u128(id),
        }
    }

    fn cursor(number: u64) -> Cursor {
        Cursor {
            resume_token: format!("token-{number}"),
            number,
        }
    }

    async fn reopened(records: Records, home: &Path) -> Records {
        records.close().await;
        drop(records);
        Records::open(home).await.expect("what was written is readable")
    }

    #[tokio::test]
    async fn cursor_and_planned_confirmation_survive_together() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let records = Records::open(home.path()).await.expect("a new state");
        assert_eq!(records.cursor().await.expect("readable"), Cursor::default());
        let planned = delivery(1, 7);
        let recorded = records.handed_over(&[planned], Some(&cursor(3))).await;
        recorded.expect("writable");

        let records = reopened(records, home.path()).await;
        assert_eq!(records.cursor().await.expect("readable"), cursor(3));
        let pending = records.pending_deliveries().await.expect("readable");
        assert_eq!(pending, [delivery(1, 7)]);
    }

    #[tokio::test]
    async fn a_ticket_is_confirmed_once_for_each_epoch_with_the_first_id() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let records = Records::open(home.path()).await.expect("a new state");
        for planned in [delivery(1, 7), delivery(1, 8), delivery(2, 9)] {
            let recorded = records.handed_over(std::slice::from_ref(&planned), None);
            recorded.await.expect("writable");
        }
        let pending = records.pending_deliveries().await.expect("readable");
        assert_eq!(pending, [delivery(1, 7), delivery(2, 9)]);
        let answered: Vec<_> = pending.iter().map(|sent| (sent, "CONFIRMED")).collect();
        records.settle_deliveries(&answered).await.expect("writable");
        let again = records.handed_over(&[delivery(2, 10)], None).await;
        again.expect("writable");
        assert!(records.pending_deliveries().await.expect("readable").is_empty());

        records.forget_deliveries().await.expect("writable");
        let anew = records.handed_over(&[delivery(2, 11)], None).await;
        anew.expect("writable");
        let pending = records.pending_deliveries().await.expect("readable");
        assert_eq!(pending, [delivery(2, 11)], "a hub that lost it is told again");
    }

    #[tokio::test]
    async fn no_two_files_of_a_ticket_bear_one_revision() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut records = Records::open(home.path()).await.expect("a new state");
        for expected in 1..=3 {
            let tickets = [(TICKET, "26-04817-K"), ("cases/a/tickets/2", "26-04817-K")];
            let revisions = records.reserve_revisions(&tickets).await;
            assert_eq!(revisions.expect("writable"), [expected; 2]);
            records = reopened(records, home.path()).await;
        }
        let known = records.reference(TICKET).await.expect("readable");
        assert_eq!(known.as_deref(), Some("26-04817-K"));
        assert_eq!(
            records.reference("cases/b/tickets/1").await.expect("readable"),
            None
        );
    }

    #[tokio::test]
    async fn an_answer_keeps_its_first_id_and_its_result() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let records = Records::open(home.path()).await.expect("a new state");
        let digest = [7; 32];
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for id in [first, second] {
            let known = records.claim_answer(&digest, "1.json", id).await;
            assert_eq!(known.expect("writable"), Answered::Sending(first));
        }
        let done = Answered::Done("{}".to_owned());
        records.settle_answer(&digest, &done).await.expect("writable");
        let records = reopened(records, home.path()).await;
        let known = records.claim_answer(&digest, "1.json", second).await;
        assert_eq!(known.expect("readable"), done);
    }

    #[tokio::test]
    async fn two_connectors_never_share_a_state() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let _first = Records::open(home.path()).await.expect("a new state");
        let second = Records::open(home.path()).await.expect_err("it is taken");
        assert!(second.to_string().contains("another connector"), "{second}");
    }

    #[tokio::test]
    async fn a_state_of_a_newer_connector_is_refused_and_left_alone() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let records = Records::open(home.path()).await.expect("a new state");
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9999, 'later', 1, x'00', 0)";
        sqlx::query(newer).execute(&records.pool).await.expect("writable");
        records.close().await;
        drop(records);
        let refused = Records::open(home.path()).await.expect_err("it is newer");
        assert!(matches!(refused, Error::Newer { version: 9999, .. }), "{refused}");
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_named() {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(home.path().join(DATABASE), [b'x'; 8_192]).expect("writable");
        let refused = Records::open(home.path()).await.expect_err("it is damaged");
        assert!(refused.to_string().contains(DATABASE), "{refused}");
    }
}
