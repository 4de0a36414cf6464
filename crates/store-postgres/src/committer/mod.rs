//! The one task of this hub that commits, on a thread of its own: it owns a connection, takes commands from a bounded
//! queue, and commits those that wait together.

mod alone;
mod queue;
mod settle;

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use declic_store::Error;
use declic_store::commit::CommitError;
use declic_store::crash::{self, Point};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::batch::{self, Command, Kind, Outcome, Verdict};
use crate::error::{
    engine, is_conflict, is_contradiction, is_held_up, is_no_lock, is_rolled_back, is_too_long,
};
use crate::open;
pub(crate) use alone::alone;
pub(crate) use queue::Queue;
use queue::{Job, Waiting};

/// Commands of one batch at most.
const BATCH: usize = 128;

/// Times a command is tried that loses against another hub's at the same moment.
const TRIES: usize = 4;

/// How much smaller a batch is made that took too long: so that two steps lead from the largest to single commands.
const SHRINK: usize = 16;

/// Commands that may wait in vain one right after the other, before others are told not to wait too.
const IN_VAIN: usize = 2;

/// Whoever has waited this long when others are held up is told so, and does not wait for a turn of its own. As long as a
/// batch waits for a lock, so that nobody waits for more than two of them.
const PATIENCE: Duration = Duration::from_secs(1);

/// The task.
pub(crate) struct Committer {
    settings: PgConnectOptions,
    waiting: Waiting,
    /// Commands of the next batch at most: fewer than [`BATCH`] while the server is slow.
    limit: usize,
    /// Commands that took too long alone, one right after the other.
    too_slow: usize,
    /// None after a failure, until the next batch opens another.
    connection: Option<PgConnection>,
    commits: Arc<watch::Sender<u64>>,
    /// The server's name for our session: what it notifies us of, we know already.
    session: Arc<AtomicI32>,
}

impl Committer {
    /// A committer, and the queue that feeds it.
    pub(crate) fn new(
        settings: PgConnectOptions,
        commits: Arc<watch::Sender<u64>>,
        session: Arc<AtomicI32>,
    ) -> (Self, Queue) {
        let (queue, waiting) = queue::queue();
        let committer = Self {
            settings,
            waiting,
            limit: BATCH,
            too_slow: 0,
            connection: None,
            commits,
            session,
        };
        (committer, queue)
    }

    /// Commits until every queue is dropped and what was accepted is done.
    pub(crate) async fn run(mut self) {
        while let Some((kind, jobs)) = self.waiting.next(self.limit).await {
            self.commit(kind, jobs).await;
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a connection did not close cleanly");
        }
    }

    /// One batch, without those of its commands that are refused; what is done is told first, since what remains may take a
    /// read for each.
    async fn commit(&mut self, kind: Kind, jobs: Vec<Job>) {
        let (mut left, mut refused) = (jobs, Vec::new());
        while !left.is_empty() {
            let commands = left.iter().map(|job| &*job.work.command);
            let verdicts = match self.send(kind, commands).await {
                Ok(Outcome::Refused(verdicts)) => verdicts,
                Ok(Outcome::Done) => {
                    self.grow(left.len());
                    self.wake();
                    left.into_iter().for_each(|job| job.end(Ok(())));
                    break;
                }
                Err(failure) => {
                    self.fail(kind, left, failure).await;
                    break;
                }
            };
            let judged = left.into_iter().enumerate();
            let (clear, judged): (Vec<_>, Vec<_>) = judged
                .map(|(place, job)| (verdicts.get(&place).copied(), job))
                .partition(|(verdict, _)| verdict.is_none());
            left = clear.into_iter().map(|(_, job)| job).collect();
            refused.extend(judged);
        }
        for (verdict, mut job) in refused {
            if let Some(verdict) = verdict {
                let outcome = self.settle(&mut job.work.command, verdict).await;
                job.end(outcome);
            }
        }
    }

    /// A batch that failed as a whole: each of its commands alone, or smaller ones when it took too long.
    async fn fail(&mut self, kind: Kind, jobs: Vec<Job>, failure: Failure) {
        match failure {
            Failure::NotDone(error) if is_held_up(&error) => self.refuse(jobs, "the journal is held up"),
            Failure::NotDone(error) if is_too_long(&error) => self.shrink(jobs, error),
            Failure::NotDone(error) => self.commit_each(kind, jobs, error).await,
            Failure::NotSent(error) => {
                let why = error.to_string();
                for job in jobs {
                    job.end(Err(CommitError::Engine(Error::Unavailable(why.clone().into()))));
                }
            }
            Failure::Unknown(error) => {
                let why = error.to_string();
                for job in jobs {
                    job.end(Err(CommitError::OutcomeUnknown(why.clone().into())));
                }
            }
        }
    }

    /// Before anybody hears that it is done: who does finds the readers woken.
    fn wake(&self) {
        self.commits.send_modify(|count| *count += 1);
        crash::at(Point::Woken);
    }

    /// The server has kept up with a batch of this many.
    fn grow(&mut self, jobs: usize) {
        self.too_slow = 0;
        if jobs == self.limit {
            self.limit = BATCH.min(self.limit.saturating_mul(2));
        }
    }

    /// What took too long together is done in smaller batches; what took too long alone is refused. When the next one
    /// does too, it is the server that is too slow, for any.
    fn shrink(&mut self, jobs: Vec<Job>, error: sqlx::Error) {
        if jobs.len() > 1 {
            self.limit = (jobs.len() / SHRINK).max(1);
            self.waiting.put_back(jobs);
            return;
        }
        self.too_slow += 1;
        if self.too_slow >= IN_VAIN {
            self.refuse(jobs, "the server is too slow");
            return;
        }
        if let Some(job) = jobs.into_iter().next() {
            job.end(Err(CommitError::Engine(engine(error))));
        }
    }

    /// Tells commands that nobody can commit now, and with them those that have waited long enough for a turn.
    fn refuse(&mut self, jobs: Vec<Job>, why: &'static str) {
        for job in jobs.into_iter().chain(self.waiting.late(PATIENCE)) {
            job.end(Err(CommitError::Engine(Error::Unavailable(why.into()))));
        }
    }

    /// The commands of a batch that was rolled back with this error, one after the other. When they wait in vain one right
    /// after the other, what they wait for is held up: the rest is told to come back, not to wait in turn.
    async fn commit_each(&mut self, kind: Kind, jobs: Vec<Job>, error: sqlx::Error) {
        // The statement for new cases fails on what the other one refuses.
        let is_to_judge = kind == Kind::New && is_contradiction(&error);
        let is_known = jobs.len() == 1 && !is_to_judge && !is_conflict(&error);
        let mut known = is_known.then_some(error);
        let mut in_vain = 0;
        for mut job in jobs {
            if in_vain == IN_VAIN {
                job.end(Err(CommitError::Engine(Error::Unavailable(
                    "other commands wait in vain".into(),
                ))));
                continue;
            }
            let sent = match known.take() {
                Some(error) => Err(Failure::NotDone(error)),
                None => self.commit_alone(&job.work.command).await,
            };
            let (waited, outcome) = match sent {
                Ok(refused) => {
                    let outcome = self.settle_alone(&mut job.work.command, refused).await;
                    (matches!(outcome, Err(CommitError::OutcomeUnknown(_))), outcome)
                }
                Err(failure) => (failure.is_in_vain(), Err(failure.into())),
            };
            in_vain = if waited { in_vain + 1 } else { 0 };
            job.end(outcome);
        }
    }

    /// One command, again when another hub's was in its way; why it is refused, if it is.
    async fn commit_alone(&mut self, command: &Command) -> Result<Option<Verdict>, Failure> {
        let mut tries = 1;
        loop {
            match self.send(command.judging_kind(), std::iter::once(command)).await {
                Ok(Outcome::Done) => return Ok(None),
                Ok(Outcome::Refused(verdicts)) => return Ok(verdicts.into_values().next()),
                Err(Failure::NotDone(error)) if is_conflict(&error) && tries < TRIES => tries += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn send<'c>(
        &mut self,
        kind: Kind,
        commands: impl ExactSizeIterator<Item = &'c Command>,
    ) -> Result<Outcome, Failure> {
        let mut connection = self.connect().await.map_err(Failure::NotSent)?;
        crash::at(Point::BeforeCommit);
        let sent = timeout(open::SILENCE, batch::write(&mut connection, kind, commands)).await;
        match sent.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(outcome) => {
                if matches!(outcome, Outcome::Done) {
                    crash::at(Point::Committed);
                }
                self.connection = Some(connection);
                Ok(outcome)
            }
            Err(error) if is_rolled_back(&error) => {
                self.connection = Some(connection);
                Err(Failure::NotDone(error))
            }
            // The connection goes with it: what it answers next would be the answer to this.
            Err(error) => Err(Failure::Unknown(error)),
        }
    }

    /// A read between batches, on the connection that commits: it sees what was committed until now.
    async fn with_connection<T>(
        &mut self,
        read: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.connect().await.map_err(engine)?;
        let read = open::answered(read(&mut connection)).await;
        if !matches!(read, Err(Error::Unavailable(_))) {
            self.connection = Some(connection);
        }
        read
    }

    async fn connect(&mut self) -> Result<PgConnection, sqlx::Error> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let connecting = async {
            let mut connection = self.settings.connect().await?;
            let session = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection);
            let session = session.await?;
            Ok((connection, session))
        };
        let (connection, session) = open::connected(connecting).await?;
        self.session.store(session, Ordering::Relaxed);
        Ok(connection)
    }
}

/// Why a statement gave no verdicts.
enum Failure {
    /// It never left.
    NotSent(sqlx::Error),
    /// The server rolled it back.
    NotDone(sqlx::Error),
    /// It left, and nobody knows.
    Unknown(sqlx::Error),
}

impl Failure {
    /// Whether the command waited until its time was up: the next one may wait for the same.
    fn is_in_vain(&self) -> bool {
        match self {
            Self::NotDone(error) => is_no_lock(error) || is_too_long(error),
            Self::NotSent(_) | Self::Unknown(_) => true,
        }
    }
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent(error) => Self::Engine(Error::Unavailable(error.into())),
            Failure::NotDone(error) => Self::Engine(engine(error)),
            Failure::Unknown(error) => Self::OutcomeUnknown(error.into()),
        }
    }
}
