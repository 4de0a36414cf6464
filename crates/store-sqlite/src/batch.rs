//! One transaction, for writes that wait together: each of them under a savepoint of its own.

use sqlx::{Connection as _, SqliteConnection};

use declic_store::Error;
use declic_store::commit::CommitError;

use crate::error::{engine, is_fatal};
use crate::queue::{Done, Outcome, Work};
use crate::{commit, ledger};

/// Why the body of a write did not reach its end: nothing of it stays.
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

/// How a batch ended. The outcomes are in the order of its writes; a failure among them is that of one write alone, and
/// stands whatever became of the others.
pub(crate) enum Ended {
    Committed(Vec<Outcome>),
    /// Nothing of it is done, nor ever will be: COMMIT was never sent.
    NotDone {
        /// Those of the writes that were judged.
        outcomes: Vec<Outcome>,
        error: sqlx::Error,
        /// Whether the connection can go on.
        is_sound: bool,
    },
    /// COMMIT was sent and failed.
    Unknown {
        outcomes: Vec<Outcome>,
        error: sqlx::Error,
    },
}

/// Writes a batch.
pub(crate) async fn write(connection: &mut SqliteConnection, works: &[&Work]) -> Ended {
    let mut outcomes = Vec::with_capacity(works.len());
    let mut transaction = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(transaction) => transaction,
        Err(error) => {
            let is_sound = !is_fatal(&error);
            return Ended::NotDone {
                outcomes,
                error,
                is_sound,
            };
        }
    };
    for work in works {
        match write_alone(&mut transaction, work).await {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => {
                return Ended::NotDone {
                    outcomes,
                    error,
                    is_sound: false,
                };
            }
        }
    }
    match transaction.commit().await {
        Ok(()) => Ended::Committed(outcomes),
        Err(error) => Ended::Unknown { outcomes, error },
    }
}

/// One write under its savepoint. An error is that of the whole batch: what SQLite rolled back by itself may be more than
/// this write (`SQLITE_FULL` undoes savepoints that were released), and a statement sent after it would be a transaction
/// of its own.
async fn write_alone(transaction: &mut SqliteConnection, work: &Work) -> Result<Outcome, sqlx::Error> {
    let mut savepoint = transaction.begin().await?;
    match apply(&mut savepoint, work).await {
        Ok(done) => {
            savepoint.commit().await?;
            Ok(Ok(done))
        }
        Err(Failure::Engine(error)) if is_fatal(&error) => Err(error),
        Err(failure) => {
            savepoint.rollback().await?;
            Ok(Err(match failure {
                Failure::Refused(refusal) => refusal,
                Failure::Engine(error) => CommitError::Engine(engine(error)),
            }))
        }
    }
}

async fn apply(savepoint: &mut SqliteConnection, work: &Work) -> Result<Done, Failure> {
    match work {
        Work::Commit(commit) => commit::apply(savepoint, commit).await.map(|()| Done::Nothing),
        Work::References { year, count } => commit::take_references(savepoint, *year, *count)
            .await
            .map(Done::First),
        Work::Lease { holder, time } => ledger::lease(savepoint, *holder, *time).await.map(Done::Leased),
        Work::Release(lease) => ledger::release(savepoint, *lease).await.map(|()| Done::Nothing),
        Work::Seal { lease, sealed } => ledger::seal(savepoint, *lease, sealed)
            .await
            .map(|()| Done::Nothing),
        Work::Publish { lease, checkpoint } => ledger::publish(savepoint, *lease, checkpoint)
            .await
            .map(|()| Done::Nothing),
    }
}
