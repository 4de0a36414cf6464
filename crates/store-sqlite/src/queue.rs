//! What waits to be written, and which of it may be written together.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use declic_domain::name::CaseId;
use declic_store::Error;
use declic_store::PublishedCheckpoint;
use declic_store::commit::{Commit, CommitError, Epoch, Holder, Sealed};
use tokio::sync::{mpsc, oneshot};

/// Writes that may wait. Beyond it callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

/// Writes of one batch at most.
const BATCH: usize = 128;

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

/// What a caller hears.
pub(crate) type Outcome = Result<Done, CommitError>;

/// A write, and who waits for it.
pub(crate) struct Job {
    pub work: Work,
    answer: oneshot::Sender<Outcome>,
}

impl Job {
    /// Tells the outcome. A caller that went away has lost interest in it; the write stands.
    pub(crate) fn end(self, outcome: Outcome) {
        let _gone = self.answer.send(outcome);
    }
}

/// The queue's near end.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Job>);

impl Queue {
    /// Waits for the outcome of a write; refuses at once when too many wait already.
    pub(crate) async fn write(&self, work: Work) -> Outcome {
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

/// The queue's far end.
pub(crate) struct Waiting {
    jobs: mpsc::Receiver<Job>,
    /// Taken from the queue, in its order, and left for a later batch.
    left: VecDeque<Job>,
}

/// A queue, by its two ends.
pub(crate) fn queue() -> (Queue, Waiting) {
    let (near, jobs) = mpsc::channel(QUEUE);
    let left = VecDeque::new();
    (Queue(near), Waiting { jobs, left })
}

impl Waiting {
    /// The writes that wait now, none of which is refused because of another: so whatever becomes of the batch, a refusal
    /// tells of what was committed before it. None when every near end is gone and nothing waits.
    pub(crate) async fn next(&mut self) -> Option<Vec<Job>> {
        if self.left.is_empty() {
            self.left.push_back(self.jobs.recv().await?);
        }
        while self.left.len() < QUEUE
            && let Ok(job) = self.jobs.try_recv()
        {
            self.left.push_back(job);
        }
        let (mut claimed, mut batch) = (BTreeSet::new(), Vec::new());
        for job in std::mem::take(&mut self.left) {
            let claims = claims(&job.work);
            if batch.len() == BATCH || claims.iter().any(|claim| claimed.contains(claim)) {
                self.left.push_back(job);
            } else {
                claimed.extend(claims);
                batch.push(job);
            }
        }
        Some(batch)
    }
}

/// What one write of a batch judges and changes, and no other write of that batch may.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Case(CaseId),
    /// The id alone: two callers that draw the same one have to wait for each other, and nothing more.
    Request([u8; 16]),
    Ledger,
}

fn claims(work: &Work) -> Vec<Claim> {
    match work {
        Work::Commit(commit) => {
            let case = commit.case.as_ref().map(|write| Claim::Case(write.case.case.id));
            let request = commit.request.as_ref().map(|(key, _)| Claim::Request(key.id));
            case.into_iter().chain(request).collect()
        }
        Work::References { .. } => Vec::new(),
        Work::Lease { .. } | Work::Release(_) | Work::Seal { .. } | Work::Publish { .. } => {
            vec![Claim::Ledger]
        }
    }
}
