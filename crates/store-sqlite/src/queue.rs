//! What waits to be written, and which of it may be written together.

use std::collections::BTreeSet;
use std::time::Duration;

use declic_domain::name::CaseId;
use declic_domain::sign_in::SignIn;
use declic_store::commit::{Commit, CommitError, Epoch, Holder, Sealed};
use declic_store::queue::Call;
use declic_store::{PublishedCheckpoint, RollUp, SignInDigest};

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
    RollUp(Box<RollUp>),
    ClearFigures {
        expected: u64,
    },
    BeginSignIn(SignInDigest, SignIn),
    ContinueSignIn(SignInDigest, SignIn),
    EndSignIn(SignInDigest),
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
pub(crate) type Job = Call<Work, Outcome>;

/// The queue's near end.
#[derive(Clone)]
pub(crate) struct Queue(declic_store::queue::Queue<Work, Outcome>);

impl Queue {
    /// Waits for the outcome of a write; refuses at once when too many wait already.
    pub(crate) async fn write(&self, work: Work) -> Outcome {
        let outcome = self.0.call(work).map_err(CommitError::Engine)?;
        // The writer answers whatever happens, unless the process is going down with it.
        outcome
            .await
            .unwrap_or_else(|gone| Err(CommitError::OutcomeUnknown(gone.into())))
    }
}

/// The queue's far end.
pub(crate) struct Waiting(declic_store::queue::Waiting<Work, Outcome>);

/// A queue, by its two ends.
pub(crate) fn queue() -> (Queue, Waiting) {
    let (near, far) = declic_store::queue::Waiting::new();
    (Queue(near), Waiting(far))
}

impl Waiting {
    /// The writes that wait now, none of which is refused because of another: so whatever becomes of the batch, a refusal
    /// tells of what was committed before it. None when every near end is gone and nothing waits.
    pub(crate) async fn next(&mut self) -> Option<Vec<Job>> {
        self.0.wait().await?;
        let (mut claimed, mut batch) = (BTreeSet::new(), Vec::new());
        for job in std::mem::take(&mut self.0.taken) {
            let claims = claims(&job.work);
            if batch.len() == BATCH || claims.iter().any(|claim| claimed.contains(claim)) {
                self.0.taken.push_back(job);
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
    Rules,
    Directory,
    Ledger,
    Figures,
}

fn claims(work: &Work) -> Vec<Claim> {
    match work {
        Work::Commit(commit) => {
            let case = commit.case.as_ref().map(|write| Claim::Case(write.case.case.id));
            let request = commit.request.as_ref().map(|(key, _)| Claim::Request(key.id));
            let rules = commit.rules.is_some().then_some(Claim::Rules);
            let directory = commit.directory_change.is_some().then_some(Claim::Directory);
            let request = request.into_iter().chain(rules).chain(directory);
            case.into_iter().chain(request).collect()
        }
        // What is done to one sign-in is right in any order.
        Work::References { .. } | Work::BeginSignIn(..) | Work::ContinueSignIn(..) | Work::EndSignIn(_) => {
            Vec::new()
        }
        Work::Lease { .. } | Work::Release(_) | Work::Seal { .. } | Work::Publish { .. } => {
            vec![Claim::Ledger]
        }
        Work::RollUp(_) | Work::ClearFigures { .. } => vec![Claim::Figures],
    }
}
