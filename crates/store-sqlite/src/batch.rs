//! One transaction, for writes that wait together. Commands are judged before anything is written, so a refusal leaves
//! nothing to take back; when a write fails all the same, all of the batch is taken back with it.

use declic_store::Error;
use declic_store::commit::CommitError;
use declic_store::crash::{self, Point};
use sqlx::{Connection as _, SqliteConnection};

use crate::error::{is_fatal, is_full};
use crate::judge::as_commit;
use crate::queue::{Done, Outcome, Work};
use crate::{commit, figures, judge, ledger, sign_in};

/// Why a transaction did not reach its end: nothing of it stays.
pub(crate) enum Failure {
    /// One write cannot be done.
    Refused(CommitError),
    /// SQLite failed.
    Engine(sqlx::Error),
}

impl Failure {
    /// Whether the others of a batch may be done without the write that failed.
    pub(crate) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Engine(error) => is_full(error) || !is_fatal(error),
        }
    }
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

/// How a batch ended. Outcomes are in the order of its writes; a refusal among them stands whatever became of the others.
pub(crate) enum Ended {
    Committed(Vec<Outcome>),
    /// There is no transaction to be had.
    NotBegun(sqlx::Error),
    /// Nothing of it is done, nor ever will be: COMMIT was never sent.
    NotDone(Failure),
    /// COMMIT was sent and failed.
    Unknown {
        outcomes: Vec<Outcome>,
        error: sqlx::Error,
    },
}

/// Writes a batch. The connection is sound only after one that was committed.
pub(crate) async fn write(connection: &mut SqliteConnection, works: &[&Work]) -> Ended {
    let mut transaction = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(transaction) => transaction,
        Err(error) => return Ended::NotBegun(error),
    };
    match write_each(&mut transaction, works).await {
        Ok(outcomes) => {
            crash::at(Point::BeforeCommit);
            match transaction.commit().await {
                Ok(()) => Ended::Committed(outcomes),
                Err(error) => Ended::Unknown { outcomes, error },
            }
        }
        // Nothing more is sent on this connection. SQLite may have rolled back by itself, and a statement sent after that
        // would be a transaction of its own.
        Err(failure) => Ended::NotDone(failure),
    }
}

async fn write_each(transaction: &mut SqliteConnection, works: &[&Work]) -> Result<Vec<Outcome>, Failure> {
    let verdicts = judge::judge(transaction, works).await?;
    let commands: Vec<_> = works
        .iter()
        .zip(&verdicts)
        .filter_map(|(work, verdict)| Some((as_commit(work)?, verdict.as_ref().ok()?)))
        .collect();
    commit::write(transaction, &commands).await?;
    let mut outcomes = Vec::with_capacity(works.len());
    for (work, verdict) in works.iter().zip(verdicts) {
        outcomes.push(match verdict {
            Ok(_) => write_one(transaction, work).await?,
            Err(refusal) => Err(refusal),
        });
    }
    Ok(outcomes)
}

/// Writes what is no command.
async fn write_one(transaction: &mut SqliteConnection, work: &Work) -> Result<Outcome, Failure> {
    let written = match work {
        Work::Commit(_) => Ok(Done::Nothing),
        Work::References { year, count } => commit::take_references(transaction, *year, *count)
            .await
            .map(Done::First),
        Work::Lease { holder, time } => ledger::lease(transaction, *holder, *time).await.map(Done::Leased),
        Work::Release(lease) => ledger::release(transaction, *lease).await.map(|()| Done::Nothing),
        Work::Seal { lease, sealed } => ledger::seal(transaction, *lease, sealed)
            .await
            .map(|()| Done::Nothing),
        Work::Publish { lease, checkpoint } => ledger::publish(transaction, *lease, checkpoint)
            .await
            .map(|()| Done::Nothing),
        Work::RollUp(write) => figures::roll_up(transaction, write).await.map(|()| Done::Nothing),
        Work::ClearFigures { expected } => figures::clear(transaction, *expected)
            .await
            .map(|()| Done::Nothing),
        Work::BeginSignIn(digest, begun) => sign_in::begin(transaction, *digest, begun)
            .await
            .map(|()| Done::Nothing),
        Work::ContinueSignIn(digest, continued) => sign_in::go_on(transaction, *digest, continued)
            .await
            .map(|()| Done::Nothing),
        Work::EndSignIn(digest) => sign_in::end(transaction, *digest).await.map(|()| Done::Nothing),
    };
    match written {
        Ok(done) => Ok(Ok(done)),
        // Who seals, sums up or signs in finds out that it is outdated before it writes.
        Err(Failure::Refused(CommitError::Stale)) => Ok(Err(CommitError::Stale)),
        Err(failure) => Err(failure),
    }
}
