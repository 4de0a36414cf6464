//! The queue of commands that wait for the committer.

use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;

use declic_store::commit::{Commit, CommitError};
use declic_store::queue::Call;

use crate::batch::{Command, Kind};

/// A command as its caller laid it out.
pub(super) struct Laid {
    pub command: Box<Command>,
    pub kind: Kind,
    pub since: Instant,
}

/// What the caller of a command is told.
type Outcome = Result<(), CommitError>;

/// A command, and who waits for its outcome.
pub(super) type Job = Call<Laid, Outcome>;

/// The queue's near end.
#[derive(Clone)]
pub(crate) struct Queue(declic_store::queue::Queue<Laid, Outcome>);

impl Queue {
    /// Waits for the outcome of a commit; refuses at once when too many wait already.
    pub(crate) async fn write(&self, commit: Commit) -> Outcome {
        // Laid out here, where many can be at once, and not by the committer.
        let command = Box::new(Command::of(commit));
        let laid = Laid {
            kind: command.kind(),
            command,
            since: Instant::now(),
        };
        let outcome = self.0.call(laid).map_err(CommitError::Engine)?;
        // The committer answers whatever happens, unless the process is going down with it.
        outcome
            .await
            .unwrap_or_else(|gone| Err(CommitError::OutcomeUnknown(gone.into())))
    }
}

/// The queue's far end.
pub(super) struct Waiting(declic_store::queue::Waiting<Laid, Outcome>);

/// The queue, near and far.
pub(super) fn queue() -> (Queue, Waiting) {
    let (near, far) = declic_store::queue::Waiting::new();
    (Queue(near), Waiting(far))
}

impl Waiting {
    /// Commands of the kind of the one that has waited longest, so many at most, at most one of each case and of each
    /// request; the others wait for the next batch. None once every near end is dropped and nothing waits.
    pub(super) async fn next(&mut self, limit: usize) -> Option<(Kind, Vec<Job>)> {
        self.0.wait().await?;
        let kind = self.0.taken.front()?.work.kind;
        let (mut cases, mut requests) = (BTreeSet::new(), BTreeSet::new());
        let (mut batch, mut left) = (Vec::new(), VecDeque::new());
        for job in self.0.taken.drain(..) {
            let commit = &job.work.command.commit;
            let case = commit.case.as_ref().map(|write| write.case.case.id);
            let request = commit.request.as_ref();
            let request = request.map(|(key, _)| (key.issuer.clone(), key.subject.clone(), key.id));
            let is_taken = case.is_some_and(|case| cases.contains(&case))
                || request.as_ref().is_some_and(|request| requests.contains(request));
            // What waits for its turn keeps those behind it that concern the same: they are not done before it.
            let is_late = is_taken || job.work.kind != kind || batch.len() == limit;
            cases.extend(case);
            requests.extend(request);
            if is_late {
                left.push_back(job);
            } else {
                batch.push(job);
            }
        }
        self.0.taken = left;
        Some((kind, batch))
    }

    /// Puts a batch back, to be the next again.
    pub(super) fn put_back(&mut self, jobs: Vec<Job>) {
        for job in jobs.into_iter().rev() {
            self.0.taken.push_front(job);
        }
    }

    /// Those that have waited for so long.
    pub(super) fn late(&mut self, patience: std::time::Duration) -> Vec<Job> {
        self.0.take();
        let (late, left) = self
            .0
            .taken
            .drain(..)
            .partition::<VecDeque<_>, _>(|job| job.work.since.elapsed() >= patience);
        self.0.taken = left;
        late.into()
    }
}
