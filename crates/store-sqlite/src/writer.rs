//! The one task that writes: it owns the writing connection, and takes commands from a bounded queue.
//!
//! A batch is what one transaction commits. It holds one command for now; the loop, the outcome of a command apart from
//! the outcome of its transaction, and the answers after COMMIT are those of larger batches.

use std::time::Duration;

use declic_store::commit::{Commit, CommitError, Epoch, Holder, Sealed};
use declic_store::{Error, PublishedCheckpoint};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{engine, is_fatal, is_full};
use crate::open::Place;
use crate::{commit, ledger, open};

/// Commands that may wait. Beyond it callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

/// What may be written.
pub(crate) enum Work {
    Commit(Box<Commit>),
    References {
        year: u8,
        count: u32,
    },
    Lease {
        holder: Holder,
        time: Duration,
    },
    Release(Epoch),
    Seal {
        lease: Epoch,
        sealed: Box<Sealed>,
    },
    Publish {
        lease: Epoch,
        checkpoint: PublishedCheckpoint,
    },
}

/// What a write returns.
#[derive(Debug)]
pub(crate) enum Done {
    Nothing,
    First(u32),
    Leased(Option<Epoch>),
}

/// Why the body of a transaction did not reach its end: nothing of it stays.
pub(crate) enum Failure {
    /// It was refused by what the database holds; the connection is sound.
    Refused(CommitError),
    /// SQLite failed.
    Engine(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(CommitError::Engine(error))
    }
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Done, CommitError>>,
}

/// The queue's near end.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Job>);

impl Queue {
    /// Waits for the outcome of a write; refuses at once when too many wait already.
    pub(crate) async fn write(&self, work: Work) -> Result<Done, CommitError> {
        let (answer, outcome) = oneshot::channel();
        self.0.try_send(Job { work, answer }).map_err(|refused| {
            let why = match refused {
                mpsc::error::TrySendError::Full(_) => "too many writes wait already",
                mpsc::error::TrySendError::Closed(_) => "the store is closed",
            };
            CommitError::Engine(Error::Unavailable(why.into()))
        })?;
        // The writer answers whatever happens, unless the process is going down with it.
        outcome
            .await
            .unwrap_or_else(|gone| Err(CommitError::OutcomeUnknown(gone.into())))
    }
}

/// The task.
pub(crate) struct Writer {
    place: Place,
    jobs: mpsc::Receiver<Job>,
    /// None after a failure, until the next write opens another.
    connection: Option<SqliteConnection>,
    commits: watch::Sender<u64>,
}

impl Writer {
    /// A writer on a connection that [`open::open`] gave, and the queue that feeds it.
    pub(crate) fn new(
        place: Place,
        connection: SqliteConnection,
        commits: watch::Sender<u64>,
    ) -> (Self, Queue) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        (
            Self {
                place,
                jobs,
                connection: Some(connection),
                commits,
            },
            Queue(queue),
        )
    }

    /// Writes until every queue is dropped and what was accepted is done.
    pub(crate) async fn run(mut self) {
        while let Some(job) = self.jobs.recv().await {
            let outcome = self.batch(job.work).await;
            if outcome.is_ok() {
                // Before the answer: who hears the answer finds the readers woken.
                self.commits.send_modify(|count| *count += 1);
            }
            // A caller that went away has lost interest in the outcome; the write stands.
            let _gone = job.answer.send(outcome);
        }
        if let Some(connection) = self.connection.take() {
            open::close(connection).await;
        }
    }

    /// One transaction.
    async fn batch(&mut self, work: Work) -> Result<Done, CommitError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::connect_writer(&self.place)
                .await
                .map_err(|error| CommitError::Engine(engine(error)))?,
        };
        match transact(&mut connection, &work).await {
            Ended::Well(done) => {
                self.connection = Some(connection);
                Ok(done)
            }
            Ended::Refused(error) => {
                self.connection = Some(connection);
                Err(error)
            }
            Ended::Broken(error) => {
                drop(connection);
                Err(error)
            }
            Ended::Unknown(error) => {
                drop(connection);
                Err(self.outcome(error, &work).await)
            }
        }
    }

    /// What to say of a COMMIT that failed. SQLite says FULL while it writes, before the frame that commits: when a fresh
    /// connection finds nothing of the commit, it is not done and never will be. Everything else stays unknown: frames
    /// that were written and not synced may come back with the next recovery.
    async fn outcome(&mut self, error: sqlx::Error, work: &Work) -> CommitError {
        if is_full(&error)
            && let Ok(mut fresh) = open::connect_writer(&self.place).await
        {
            let absent = matches!(commit::is_done(&mut fresh, work).await, Ok(false));
            self.connection = Some(fresh);
            if absent {
                return CommitError::Engine(Error::DiskFull(error.into()));
            }
        }
        CommitError::OutcomeUnknown(error.into())
    }
}

/// How a transaction ended.
enum Ended {
    Well(Done),
    /// Not done; the connection is sound.
    Refused(CommitError),
    /// Not done, because COMMIT was never sent; the connection is not sound any more.
    Broken(CommitError),
    /// COMMIT was sent and failed.
    Unknown(sqlx::Error),
}

async fn transact(connection: &mut SqliteConnection, work: &Work) -> Ended {
    let mut transaction = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(transaction) => transaction,
        Err(error) => return not_done(error),
    };
    let applied = match work {
        Work::Commit(commit) => commit::apply(&mut transaction, commit)
            .await
            .map(|()| Done::Nothing),
        Work::References { year, count } => commit::take_references(&mut transaction, *year, *count)
            .await
            .map(Done::First),
        Work::Lease { holder, time } => ledger::lease(&mut transaction, *holder, *time)
            .await
            .map(Done::Leased),
        Work::Release(lease) => ledger::release(&mut transaction, *lease)
            .await
            .map(|()| Done::Nothing),
        Work::Seal { lease, sealed } => ledger::seal(&mut transaction, *lease, sealed)
            .await
            .map(|()| Done::Nothing),
        Work::Publish { lease, checkpoint } => ledger::publish(&mut transaction, *lease, checkpoint)
            .await
            .map(|()| Done::Nothing),
    };
    match applied {
        Ok(done) => match transaction.commit().await {
            Ok(()) => Ended::Well(done),
            Err(error) => Ended::Unknown(error),
        },
        Err(failure) => {
            let rolled_back = transaction.rollback().await.is_ok();
            match failure {
                Failure::Refused(error) if rolled_back => Ended::Refused(error),
                Failure::Refused(error) => Ended::Broken(error),
                Failure::Engine(error) if rolled_back => not_done(error),
                Failure::Engine(error) => Ended::Broken(CommitError::Engine(engine(error))),
            }
        }
    }
}

/// SQLite failed before COMMIT was sent.
fn not_done(error: sqlx::Error) -> Ended {
    let fatal = is_fatal(&error);
    let error = CommitError::Engine(engine(error));
    if fatal {
        Ended::Broken(error)
    } else {
        Ended::Refused(error)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;

    #[tokio::test]
    async fn references_that_a_full_disk_did_not_take_are_told_as_a_full_disk() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let place = Place {
            path: folder.path().join("hub.sqlite"),
            most_pages: None,
        };
        let connection = open::open(&place, &crate::store::KIND)
            .await
            .expect("a new store");
        let (mut writer, _queue) = Writer::new(place, connection, watch::Sender::new(0));
        let work = Work::References { year: 26, count: 20 };
        let told = writer.outcome(full().await, &work).await;
        assert!(
            matches!(told, CommitError::Engine(Error::DiskFull(_))),
            "{told:?}"
        );
    }

    /// What SQLite says when there is no room.
    async fn full() -> sqlx::Error {
        let mut small = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("a database in memory");
        let filled = sqlx::raw_sql("PRAGMA max_page_count = 1; CREATE TABLE more (word TEXT)")
            .execute(&mut small)
            .await;
        let error = filled.expect_err("two pages are not one");
        assert!(is_full(&error), "{error}");
        error
    }
}
