//! The one task that writes: it owns the writing connection, and writes together what waits together.

use std::sync::Arc;

use declic_store::commit::CommitError;
use declic_store::crash::{self, Point};
use sqlx::SqliteConnection;
use tokio::sync::watch;

use crate::batch::{self, Ended, Failure};
use crate::checkpoint::Turn;
use crate::error::{is_fatal, is_full, not_done};
use crate::open::Place;
use crate::queue::{Outcome, Queue, Waiting, Work, queue};
use crate::{commit, open};

/// Writes of a batch that may find the disk full or failing, one after the other: with the last the rest is told so.
const PATIENCE: usize = 2;

/// The task.
pub(crate) struct Writer {
    place: Place,
    waiting: Waiting,
    /// None after a failure, until the next write opens another.
    connection: Option<SqliteConnection>,
    commits: watch::Sender<u64>,
    turn: Turn,
}

impl Writer {
    /// A writer on a connection that [`open::open`] gave, and the queue that feeds it.
    pub(crate) fn new(
        place: Place,
        connection: SqliteConnection,
        commits: watch::Sender<u64>,
        turn: Turn,
    ) -> (Self, Queue) {
        let (queue, waiting) = queue();
        let writer = Self {
            place,
            waiting,
            connection: Some(connection),
            commits,
            turn,
        };
        (writer, queue)
    }

    /// Writes until every queue is dropped and what was accepted is done.
    pub(crate) async fn run(mut self) {
        while let Some(jobs) = self.waiting.next().await {
            let works: Vec<&Work> = jobs.iter().map(|job| &job.work).collect();
            let turn = Arc::clone(&self.turn);
            let outcomes = {
                let _turn = turn.lock().await;
                self.write(&works).await
            };
            crash::at(Point::Committed);
            if outcomes.iter().any(Result::is_ok) {
                // Before the answers: who hears one finds the readers woken.
                self.commits.send_modify(|count| *count += 1);
            }
            crash::at(Point::Woken);
            for (job, outcome) in jobs.into_iter().zip(outcomes) {
                job.end(outcome);
            }
        }
        if let Some(connection) = self.connection.take() {
            open::close(connection).await;
        }
    }

    /// One outcome for each write of a batch, in their order. When one of them keeps the others from being done, each is
    /// tried alone.
    async fn write(&mut self, works: &[&Work]) -> Vec<Outcome> {
        let failure = match self.try_together(works).await {
            Ok(outcomes) => return outcomes,
            Err(failure) => failure,
        };
        if matches!(&failure, Failure::Engine(error) if is_full(error)) {
            self.make_room().await;
        }
        if works.len() == 1 || !failure.may_be_of_one() {
            return told(failure, works.len());
        }
        let mut outcomes = Vec::with_capacity(works.len());
        let mut in_vain = 0;
        for (done, work) in works.iter().enumerate() {
            match self.try_together(&[*work]).await {
                Ok(settled) => {
                    in_vain = 0;
                    outcomes.extend(settled);
                }
                Err(Failure::Engine(error)) if is_fatal(&error) && in_vain + 1 == PATIENCE => {
                    outcomes.extend(told(Failure::Engine(error), works.len() - done));
                    break;
                }
                Err(failure) => {
                    in_vain += usize::from(matches!(&failure, Failure::Engine(error) if is_fatal(error)));
                    outcomes.extend(told(failure, 1));
                }
            }
        }
        outcomes
    }

    /// A disk without room may have some in our own log, which the checkpointer leaves alone until it is long: brought into
    /// the file, it is given back. While the file cannot grow either, nothing changes.
    async fn make_room(&self) {
        let Ok(mut connection) = open::connect_checkpointer(&self.place).await else {
            return;
        };
        if let Err(error) = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
        {
            tracing::debug!(%error, "the write-ahead log keeps its room: there is none to bring it into the file");
        }
        open::close(connection).await;
    }

    /// One transaction. A failure tells that nothing of it is done, nor ever will be.
    async fn try_together(&mut self, works: &[&Work]) -> Result<Vec<Outcome>, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match open::connect_checkpointed_writer(&self.place).await {
                Ok(connection) => connection,
                Err(error) => return Ok(told(Failure::Engine(error), works.len())),
            },
        };
        match batch::write(&mut connection, works).await {
            Ended::Committed(outcomes) => {
                self.connection = Some(connection);
                Ok(outcomes)
            }
            Ended::NotBegun(error) => Ok(told(Failure::Engine(error), works.len())),
            Ended::NotDone(failure) => Err(failure),
            Ended::Unknown { outcomes, error } => {
                drop(connection);
                self.look_again(works, outcomes, error).await
            }
        }
    }

    /// What to say of a COMMIT that failed. SQLite says FULL while it writes, before the frame that commits: when a fresh
    /// connection finds nothing of the batch, it is not done and never will be. Everything else stays unknown: frames that
    /// were written and not synced may come back with the next recovery.
    async fn look_again(
        &mut self,
        works: &[&Work],
        mut outcomes: Vec<Outcome>,
        error: sqlx::Error,
    ) -> Result<Vec<Outcome>, Failure> {
        if is_full(&error) && self.is_absent(works, &outcomes).await {
            return Err(Failure::Engine(error));
        }
        let error = Arc::new(error);
        for (work, outcome) in works.iter().zip(&mut outcomes) {
            if outcome.is_ok() {
                *outcome = Err(match work {
                    // Numbers may be lost: those nobody was told are as good as never taken.
                    Work::References { .. } => not_done(&error),
                    _ => CommitError::OutcomeUnknown(Arc::clone(&error).into()),
                });
            }
        }
        Ok(outcomes)
    }

    /// Whether a fresh connection shows that nothing of a batch is there: one transaction, so one write of it tells.
    async fn is_absent(&mut self, works: &[&Work], outcomes: &[Outcome]) -> bool {
        let Ok(mut fresh) = open::connect_checkpointed_writer(&self.place).await else {
            return false;
        };
        let mut absent = false;
        for (work, _) in works.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_ok()) {
            match commit::is_done(&mut fresh, work).await {
                Ok(None) => {}
                Ok(Some(is_done)) => {
                    absent = !is_done;
                    break;
                }
                Err(_) => return false,
            }
        }
        self.connection = Some(fresh);
        absent
    }
}

/// What each of so many writes hears that failed together.
fn told(failure: Failure, writes: usize) -> Vec<Outcome> {
    match failure {
        // Only a write that was tried alone can be refused so.
        Failure::Refused(refusal) => vec![Err(refusal)],
        Failure::Engine(error) => {
            let error = Arc::new(error);
            (0..writes).map(|_| Err(not_done(&error))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;
    use crate::queue::Done;
    use declic_store::Error;

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
        let (mut writer, _queue) = Writer::new(place, connection, watch::Sender::new(0), Turn::default());
        let work = Work::References { year: 26, count: 20 };
        let taken = vec![Ok(Done::First(1))];
        let told = writer.look_again(&[&work], taken, full().await).await;
        let Ok(outcomes) = told else {
            panic!("numbers leave nothing to look for");
        };
        assert!(
            matches!(&outcomes[..], [Err(CommitError::Engine(Error::DiskFull(_)))]),
            "{outcomes:?}"
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
