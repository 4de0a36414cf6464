//! The queue of commands that wait for the committer.

use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;

use declic_store::Error;
use declic_store::commit::{Commit, CommitError};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Command, Kind};

/// Commands that the queue holds. The committer takes out as many again while it looks for those that can go together;
/// beyond both callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

/// A command, and who waits for its outcome.
pub(super) struct Job {
    pub command: Box<Command>,
    pub kind: Kind,
    pub since: Instant,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

impl Job {
    pub(super) fn end(self, outcome: Result<(), CommitError>) {
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
        // Laid out here, where many can be at once, and not by the committer.
        let command = Box::new(Command::of(commit));
        let job = Job {
            kind: command.kind(),
            command,
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

/// The queue's far end.
pub(super) struct Waiting {
    jobs: mpsc::Receiver<Job>,
    /// Taken from the queue, in its order, and not begun.
    taken: VecDeque<Job>,
}

/// The queue, near and far.
pub(super) fn queue() -> (Queue, Waiting) {
    let (near, far) = mpsc::channel(QUEUE);
    let waiting = Waiting {
        jobs: far,
        taken: VecDeque::new(),
    };
    (Queue(near), waiting)
}

impl Waiting {
    /// Commands of the kind of the one that has waited longest, so many at most, at most one of each case and of each
    /// request; the others wait for the next batch. None once every near end is dropped and nothing waits.
    pub(super) async fn next(&mut self, limit: usize) -> Option<(Kind, Vec<Job>)> {
        if self.taken.is_empty() {
            self.taken.push_back(self.jobs.recv().await?);
        }
        self.take_in();
        let kind = self.taken.front()?.kind;
        let (mut cases, mut requests) = (BTreeSet::new(), BTreeSet::new());
        let (mut batch, mut left) = (Vec::new(), VecDeque::new());
        for job in self.taken.drain(..) {
            let commit = &job.command.commit;
            let case = commit.case.as_ref().map(|write| write.case.case.id);
            let request = commit.request.as_ref();
            let request = request.map(|(key, _)| (key.issuer.clone(), key.subject.clone(), key.id));
            let is_taken = case.is_some_and(|case| cases.contains(&case))
                || request.as_ref().is_some_and(|request| requests.contains(request));
            // What waits for its turn keeps those behind it that concern the same: they are not done before it.
            let is_late = is_taken || job.kind != kind || batch.len() == limit;
            cases.extend(case);
            requests.extend(request);
            if is_late {
                left.push_back(job);
            } else {
                batch.push(job);
            }
        }
        self.taken = left;
        Some((kind, batch))
    }

    /// Puts a batch back, to be the next again.
    pub(super) fn put_back(&mut self, jobs: Vec<Job>) {
        for job in jobs.into_iter().rev() {
            self.taken.push_front(job);
        }
    }

    /// Those that have waited for so long.
    pub(super) fn late(&mut self, patience: std::time::Duration) -> Vec<Job> {
        self.take_in();
        let (late, left) = self
            .taken
            .drain(..)
            .partition::<VecDeque<_>, _>(|job| job.since.elapsed() >= patience);
        self.taken = left;
        late.into()
    }

    fn take_in(&mut self) {
        while self.taken.len() < QUEUE
            && let Ok(job) = self.jobs.try_recv()
        {
            self.taken.push_back(job);
        }
    }
}
