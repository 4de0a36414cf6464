//! The one task of this hub that commits: it owns a connection of its own, takes commands from a bounded queue, and
//! commits those that wait together.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use declic_domain::name::CaseId;
use declic_domain::ticket::Ticket;
use declic_store::commit::{Commit, CommitError, RequestKey};
use declic_store::crash::{self, Point};
use declic_store::{Error, StoredAnswer, record};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use uuid::Uuid;

use crate::batch::{self, Command, Verdict};
use crate::error::{engine, is_conflict, is_held_up, is_no_lock, is_rolled_back, is_too_long};
use crate::open;
use crate::row::fixed;

/// Commands that the queue holds. The committer takes out as many again while it looks for those that can go together;
/// beyond both callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

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

struct Job {
    commit: Box<Commit>,
    since: Instant,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

impl Job {
    fn end(self, outcome: Result<(), CommitError>) {
        // A caller that went away has lost interest in the outcome; the write stands.
        let _gone = self.answer.send(outcome);
    }
}

/// The queue's near end.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Job>);

impl Queue {
    /// Waits for the outcome of a commit; refuses at once when too many wait already.
    pub(crate) async fn write(&self, commit: Commit) -> Result<(), CommitError> {
        let (answer, outcome) = oneshot::channel();
        let job = Job {
            commit: Box::new(commit),
            since: Instant::now(),
            answer,
        };
        self.0.try_send(job).map_err(|refused| {
            let why = match refused {
                mpsc::error::TrySendError::Full(_) => "too many writes wait already",
                mpsc::error::TrySendError::Closed(_) => "the store is closed",
            };
            CommitError::Engine(Error::Unavailable(why.into()))
        })?;
        // The committer answers whatever happens, unless the process is going down with it.
        outcome
            .await
            .unwrap_or_else(|gone| Err(CommitError::OutcomeUnknown(gone.into())))
    }
}

/// The task.
pub(crate) struct Committer {
    settings: PgConnectOptions,
    jobs: mpsc::Receiver<Job>,
    /// Taken from the queue, in its order, and not begun.
    waiting: VecDeque<Job>,
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
        let (queue, jobs) = mpsc::channel(QUEUE);
        let committer = Self {
            settings,
            jobs,
            waiting: VecDeque::new(),
            limit: BATCH,
            too_slow: 0,
            connection: None,
            commits,
            session,
        };
        (committer, Queue(queue))
    }

    /// Commits until every queue is dropped and what was accepted is done.
    pub(crate) async fn run(mut self) {
        while let Some(jobs) = self.next().await {
            self.commit(jobs).await;
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a connection did not close cleanly");
        }
    }

    /// The commands that wait now, at most one of each case and of each request; the next one waits for the next batch.
    async fn next(&mut self) -> Option<Vec<Job>> {
        if self.waiting.is_empty() {
            self.waiting.push_back(self.jobs.recv().await?);
        }
        self.take_in();
        let (mut cases, mut requests) = (BTreeSet::<CaseId>::new(), BTreeSet::new());
        let (mut batch, mut left) = (Vec::new(), VecDeque::new());
        for job in self.waiting.drain(..) {
            let case = job.commit.case.as_ref().map(|write| write.case.case.id);
            let request = job
                .commit
                .request
                .as_ref()
                .map(|(key, _)| (key.issuer.clone(), key.subject.clone(), key.id));
            let is_taken = case.is_some_and(|case| cases.contains(&case))
                || request.as_ref().is_some_and(|request| requests.contains(request));
            if is_taken || batch.len() == self.limit {
                left.push_back(job);
            } else {
                cases.extend(case);
                requests.extend(request);
                batch.push(job);
            }
        }
        self.waiting = left;
        Some(batch)
    }

    fn take_in(&mut self) {
        while self.waiting.len() < QUEUE
            && let Ok(job) = self.jobs.try_recv()
        {
            self.waiting.push_back(job);
        }
    }

    /// One batch; when it fails as a whole, each of its commands alone, or smaller ones when it took too long.
    async fn commit(&mut self, jobs: Vec<Job>) {
        let sent = {
            let commands: Vec<Command<'_>> = jobs.iter().map(|job| Command::of(&job.commit)).collect();
            self.send(&commands).await
        };
        match sent {
            Ok(verdicts) => {
                self.grow(jobs.len());
                self.answer_all(jobs, verdicts).await;
            }
            Err(Failure::NotDone(error)) if is_held_up(&error) => self.refuse(jobs, "the journal is held up"),
            Err(Failure::NotDone(error)) if is_too_long(&error) => self.shrink(jobs, error),
            Err(Failure::NotDone(error)) => self.commit_each(jobs, error).await,
            Err(Failure::NotSent(error)) => {
                let why = error.to_string();
                for job in jobs {
                    job.end(Err(CommitError::Engine(Error::Unavailable(why.clone().into()))));
                }
            }
            Err(Failure::Unknown(error)) => {
                let why = error.to_string();
                for job in jobs {
                    job.end(Err(CommitError::OutcomeUnknown(why.clone().into())));
                }
            }
        }
    }

    /// What is done is told first: what remains may take a read for each.
    async fn answer_all(&mut self, jobs: Vec<Job>, verdicts: Vec<Verdict>) {
        // Before the answers: who hears one finds the readers woken.
        if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Done)) {
            self.commits.send_modify(|count| *count += 1);
        }
        crash::at(Point::Woken);
        let mut others = Vec::new();
        for (job, verdict) in jobs.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Done => job.end(Ok(())),
                other => others.push((job, other)),
            }
        }
        for (job, verdict) in others {
            let outcome = self.settle(&job.commit, verdict).await;
            job.end(outcome);
        }
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
            for job in jobs.into_iter().rev() {
                self.waiting.push_front(job);
            }
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
        self.take_in();
        let (late, left) = self
            .waiting
            .drain(..)
            .partition::<VecDeque<_>, _>(|job| job.since.elapsed() >= PATIENCE);
        self.waiting = left;
        for job in jobs.into_iter().chain(late) {
            job.end(Err(CommitError::Engine(Error::Unavailable(why.into()))));
        }
    }

    /// The commands of a batch that was rolled back with this error, one after the other. When they wait in vain one right
    /// after the other, what they wait for is held up: the rest is told to come back, not to wait in turn.
    async fn commit_each(&mut self, jobs: Vec<Job>, error: sqlx::Error) {
        let mut known = (jobs.len() == 1 && !is_conflict(&error)).then_some(error);
        let mut in_vain = 0;
        for job in jobs {
            if in_vain == IN_VAIN {
                job.end(Err(CommitError::Engine(Error::Unavailable(
                    "other commands wait in vain".into(),
                ))));
                continue;
            }
            let sent = match known.take() {
                Some(error) => Err(Failure::NotDone(error)),
                None => self.commit_alone(Command::of(&job.commit)).await,
            };
            let (waited, outcome) = match sent {
                Ok(verdict) => {
                    let outcome = self.settle_only(&job.commit, verdict).await;
                    (matches!(outcome, Err(CommitError::OutcomeUnknown(_))), outcome)
                }
                Err(failure) => (failure.is_in_vain(), Err(failure.into())),
            };
            in_vain = if waited { in_vain + 1 } else { 0 };
            job.end(outcome);
        }
    }

    /// One command, again when another hub's was in its way.
    async fn commit_alone(&mut self, command: Command<'_>) -> Result<Verdict, Failure> {
        let mut tries = 1;
        loop {
            match self.send(&[command]).await {
                Ok(verdicts) => {
                    let missing = || Failure::Unknown(sqlx::Error::Protocol("a verdict is missing".into()));
                    return verdicts.into_iter().next().ok_or_else(missing);
                }
                Err(Failure::NotDone(error)) if is_conflict(&error) && tries < TRIES => tries += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn settle_only(&mut self, commit: &Commit, verdict: Verdict) -> Result<(), CommitError> {
        if matches!(verdict, Verdict::Done) {
            self.commits.send_modify(|count| *count += 1);
        }
        self.settle(commit, verdict).await
    }

    /// What a verdict means for the caller.
    async fn settle(&mut self, commit: &Commit, verdict: Verdict) -> Result<(), CommitError> {
        match verdict {
            Verdict::Done => Ok(()),
            Verdict::Answered => Err(self.answered(commit).await),
            Verdict::Stale => Err(self.stale(commit).await),
            Verdict::Follow => self.follow(commit).await,
        }
    }

    /// The answer that its request got before.
    async fn answered(&mut self, commit: &Commit) -> CommitError {
        let Some((key, _)) = &commit.request else {
            return CommitError::OutcomeUnknown("an answer without a request".into());
        };
        match self.answer(key).await {
            Ok(Some(stored)) => answered(key, stored),
            Ok(None) => CommitError::OutcomeUnknown("the answer to the request is gone".into()),
            // It was done before: whoever asks again gets the answer.
            Err(error) => CommitError::OutcomeUnknown(error.into()),
        }
    }

    async fn answer(&mut self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error> {
        self.with_connection(async |connection| stored_answer(connection, key).await)
            .await
    }

    /// What outdated a command may be its own first try, committed by another hub while this one waited for the case: the
    /// request key comes first.
    async fn stale(&mut self, commit: &Commit) -> CommitError {
        let Some((key, _)) = &commit.request else {
            return CommitError::Stale;
        };
        match self.answer(key).await {
            Ok(Some(stored)) => answered(key, stored),
            Ok(None) => CommitError::Stale,
            // It is not done. Whether it was before is not known, and loading again does not depend on it.
            Err(_) => CommitError::Stale,
        }
    }

    /// Gives the keys of all tickets of a case that changes hands: rare, and never in a batch.
    async fn follow(&mut self, commit: &Commit) -> Result<(), CommitError> {
        let Some(write) = &commit.case else {
            return Err(CommitError::Stale);
        };
        let named: BTreeSet<_> = write.tickets.iter().map(|row| row.ticket.name).collect();
        let id = write.case.case.id;
        let mut followers = self
            .with_connection(async |connection| tickets(connection, id).await)
            .await?;
        followers.retain(|ticket| !named.contains(&ticket.name));
        let command = Command {
            commit,
            followers: &followers,
        };
        match self.commit_alone(command).await? {
            // A ticket came between: so did a version.
            Verdict::Follow => Err(CommitError::Stale),
            verdict => Box::pin(self.settle_only(commit, verdict)).await,
        }
    }

    async fn send(&mut self, commands: &[Command<'_>]) -> Result<Vec<Verdict>, Failure> {
        let mut connection = self.connect().await.map_err(Failure::NotSent)?;
        crash::at(Point::BeforeCommit);
        let sent = timeout(open::SILENCE, batch::write(&mut connection, commands)).await;
        match sent.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(verdicts) if verdicts.len() == commands.len() => {
                crash::at(Point::Committed);
                self.connection = Some(connection);
                Ok(verdicts)
            }
            Ok(_) => Err(Failure::Unknown(sqlx::Error::Protocol(
                "a verdict is missing".into(),
            ))),
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

/// The answer stored under a request key.
pub(crate) async fn stored_answer(
    connection: &mut PgConnection,
    key: &RequestKey,
) -> Result<Option<StoredAnswer>, Error> {
    let id = Uuid::from_bytes(key.id);
    let found = sqlx::query_file!("queries/request/get.sql", key.issuer, key.subject, id)
        .fetch_optional(connection)
        .await
        .map_err(engine)?;
    let Some(found) = found else {
        return Ok(None);
    };
    Ok(Some(StoredAnswer {
        content: fixed("request_keys", &id.to_string(), &found.content)?,
        answer: found.answer,
    }))
}

fn answered(key: &RequestKey, stored: StoredAnswer) -> CommitError {
    if stored.content == key.content {
        CommitError::Replayed(stored)
    } else {
        CommitError::KeyReused
    }
}

async fn tickets(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Ticket>, Error> {
    let rows = sqlx::query_file!("queries/ticket/states.sql", case.0)
        .fetch_all(connection)
        .await
        .map_err(engine)?;
    let tickets = rows.into_iter().map(|row| {
        record::state::decode_ticket(&row.state).map_err(|error| Error::Corrupt {
            table: "tickets",
            key: case.0.to_string(),
            problem: error.to_string(),
        })
    });
    tickets.collect()
}
