//! Fetching the ledger and checking it without believing the hub: all one has to know beforehand is the log's public
//! key.
//!
//! - [`Client::verify_ledger`] reads every leaf, grows the tree again and compares with the signed checkpoints.
//! - [`Client::evidence`] fetches the proof of one event and checks it; the file it makes is checked offline by
//!   `declic ledger verify`.
//! - [`Client::verify_growth`] checks that a checkpoint kept from earlier is the beginning of today's log.

use std::time::{Duration, Instant};

use declic_ledger::checkpoint::{self, Checkpoint, SignedCheckpoint, VerifierKey};
use declic_ledger::evidence::{self, Evidence};
use declic_ledger::hash::Digest;
use declic_ledger::proof::verify_consistency;
use declic_ledger::verify::{LogVerifier, Report};
use declic_proto::v1::{
    GetCheckpointRequest, GetConsistencyProofRequest, GetInclusionProofRequest, ListLeavesRequest,
};

use crate::{Client, ErrorReason};

const PAGE: u32 = 1_000;
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// The ledger could not be fetched, or what came proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] crate::Error),
    /// The checkpoint is not one of this log.
    #[error("the hub's checkpoint: {0}")]
    Checkpoint(#[from] checkpoint::Error),
    /// The proof of an event does not hold.
    #[error("the hub's proof: {0}")]
    Evidence(#[from] evidence::Error),
    /// The proof is of another event.
    #[error("the hub proved another event than the one asked for")]
    OtherEvent,
    /// The checkpoint does not cover what was asked.
    #[error("the hub's checkpoint covers {got} leaves where {asked} were asked for")]
    TooSmall {
        /// Leaves it covers.
        got: u64,
        /// Leaves it had to cover.
        asked: u64,
    },
    /// Leaves that the checkpoint vouches for are not given.
    #[error("the hub vouches for {size} leaves and gave none from leaf {next}")]
    LeavesWithheld {
        /// Leaves of the checkpoint.
        size: u64,
        /// The first leaf that is missing.
        next: u64,
    },
    /// A page or a hash is not of its form.
    #[error("the hub's answer is not of its form: {0}")]
    Form(&'static str),
    /// The log kept from earlier is not the beginning of today's: history was rewritten.
    #[error("the log of {old_size} leaves is not the beginning of the log of {size} leaves")]
    Rewritten {
        /// Leaves of the checkpoint kept from earlier.
        old_size: u64,
        /// Leaves of today's.
        size: u64,
    },
}

/// The whole log as the hub gives it, for files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The signed checkpoint, exactly as signed.
    pub checkpoint: String,
    /// The leaves it covers, in order.
    pub leaves: Vec<Vec<u8>>,
}

impl Client {
    /// Fetches a checkpoint that covers at least `minimum_size` leaves, waiting for it as long as the client's
    /// patience, with its signature checked.
    ///
    /// # Errors
    /// [`Error::Call`], [`Error::Checkpoint`] and [`Error::TooSmall`].
    pub async fn checkpoint(
        &self,
        minimum_size: u64,
        key: &VerifierKey,
    ) -> Result<(String, Checkpoint), Error> {
        let text = self.checkpoint_text(minimum_size).await?;
        let checkpoint = checkpoint::parse_and_verify(&text, key)?;
        if checkpoint.size < minimum_size {
            return Err(Error::TooSmall {
                got: checkpoint.size,
                asked: minimum_size,
            });
        }
        Ok((text, checkpoint))
    }

    /// Fetches the latest checkpoint and every leaf it covers, into memory: 242 bytes a leaf. Nothing is checked but
    /// the number of leaves; `declic_ledger::verify_log` checks the rest.
    ///
    /// # Errors
    /// [`Error::Call`], [`Error::Checkpoint`], [`Error::LeavesWithheld`] and [`Error::Form`].
    pub async fn log(&self) -> Result<Log, Error> {
        let checkpoint = self.checkpoint_text(0).await?;
        let size = SignedCheckpoint::parse(&checkpoint)?.unverified().size;
        let mut leaves = Vec::new();
        self.each_leaf(size, |leaf| leaves.push(leaf)).await?;
        Ok(Log { checkpoint, leaves })
    }

    /// Reads every leaf of the latest checkpoint and checks the whole log, leaf by leaf and without holding it, also
    /// against checkpoints kept from earlier. Whether it is sound is in the report.
    ///
    /// # Errors
    /// The log could not be fetched. What is wrong with it is no error of this function: see [`Report::findings`].
    pub async fn verify_ledger(&self, key: &VerifierKey, earlier: &[String]) -> Result<Report, Error> {
        let (text, latest) = self.checkpoint(0, key).await?;
        let kept = earlier.iter().map(String::as_str);
        let mut verifier = LogVerifier::new(key, kept.chain([text.as_str()]));
        self.each_leaf(latest.size, |leaf| verifier.leaf(&leaf)).await?;
        Ok(verifier.finish())
    }

    /// Fetches the proof of an event, waiting as long as the client's patience for a checkpoint that covers it, and
    /// checks it.
    ///
    /// # Errors
    /// [`Error::Call`], [`Error::Checkpoint`], [`Error::Evidence`], [`Error::OtherEvent`] and [`Error::Form`].
    pub async fn evidence(&self, event_id: [u8; 16], key: &VerifierKey) -> Result<Evidence, Error> {
        let request = GetInclusionProofRequest {
            event_id: event_id.to_vec(),
            size: 0,
        };
        let answer = self
            .once_published(|| self.get_inclusion_proof(request.clone()))
            .await?;
        let evidence = Evidence {
            leaf: answer.leaf,
            index: answer.index,
            hashes: digests(&answer.hashes)?,
            checkpoint: SignedCheckpoint::parse(&answer.checkpoint)?,
        };
        let shown = evidence.verify(key)?;
        if shown.leaf.event_id == event_id {
            Ok(evidence)
        } else {
            Err(Error::OtherEvent)
        }
    }

    /// Checks that the log of a checkpoint kept from earlier is the beginning of the latest one, and returns the
    /// latest, as signed, to be kept in its place.
    ///
    /// # Errors
    /// [`Error::Rewritten`] when it is not; the others when the answer could not be had or read.
    pub async fn verify_growth(&self, kept: &str, key: &VerifierKey) -> Result<(String, Checkpoint), Error> {
        let old = checkpoint::parse_and_verify(kept, key)?;
        let (text, latest) = self.checkpoint(old.size, key).await?;
        let hashes = if old.size == 0 || old.size == latest.size {
            Vec::new()
        } else {
            let request = GetConsistencyProofRequest {
                from_size: old.size,
                to_size: latest.size,
            };
            digests(&self.get_consistency_proof(request).await?.hashes)?
        };
        match verify_consistency(old.size, &old.root, latest.size, &latest.root, &hashes) {
            Ok(()) => Ok((text, latest)),
            Err(_) => Err(Error::Rewritten {
                old_size: old.size,
                size: latest.size,
            }),
        }
    }

    async fn checkpoint_text(&self, minimum_size: u64) -> Result<String, Error> {
        let request = GetCheckpointRequest { minimum_size };
        let answer = self.once_published(|| self.get_checkpoint(request)).await?;
        Ok(answer.checkpoint)
    }

    async fn each_leaf(&self, size: u64, mut each: impl FnMut(Vec<u8>)) -> Result<(), Error> {
        let mut next = 0;
        while next < size {
            let left = u32::try_from(size - next).unwrap_or(u32::MAX);
            let request = ListLeavesRequest {
                start: next,
                limit: left.min(PAGE),
            };
            let leaves = self.list_leaves(request).await?.leaves;
            let count = leaves.len() as u64;
            if count == 0 {
                return Err(Error::LeavesWithheld { size, next });
            }
            if count > u64::from(request.limit) {
                return Err(Error::Form("more leaves than asked for"));
            }
            leaves.into_iter().for_each(&mut each);
            next += count;
        }
        Ok(())
    }

    /// Asks again while the ledger has not published that far.
    async fn once_published<A, F>(&self, ask: impl Fn() -> F) -> Result<A, Error>
    where
        F: Future<Output = Result<A, crate::Error>>,
    {
        let begun = Instant::now();
        loop {
            match ask().await {
                Err(error)
                    if error.reason == Some(ErrorReason::BeyondPublished)
                        && begun.elapsed() < self.shared.patience =>
                {
                    tokio::time::sleep(error.retry_after.unwrap_or(ASK_AGAIN_AFTER)).await;
                }
                answer => return Ok(answer?),
            }
        }
    }
}

fn digests(hashes: &[Vec<u8>]) -> Result<Vec<Digest>, Error> {
    hashes
        .iter()
        .map(|hash| {
            let bytes = <[u8; 32]>::try_from(hash.as_slice());
            bytes
                .map(Digest)
                .map_err(|_| Error::Form("a hash is not 32 bytes"))
        })
        .collect()
}
