//! The sealer: from the journal to the Merkle tree, and from the tree to a signed checkpoint.
//!
//! Every round goes from what is committed to what is published: leaves of the journal are appended in one transaction,
//! then the committed size and root are read back, shown to continue what was published before, signed, and published.
//! A round that ends in doubt is not repaired: the next one loads again and goes on from what is there.
//!
//! When the tree does not add up, the sealer signs nothing any more and closes the write door; reads stay open, and what
//! is there is evidence. It stops as well when somebody else closed the door. Only one sealer runs, since a hub holds its files alone (`files`); the lease of several hubs,
//! with its fencing epoch, is checked at the head of [`Sealer::round`], and the signer's high-water file just before
//! [`Sealer::sign`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use declic_ledger::checkpoint::{self, Checkpoint, VerifierKey};
use declic_ledger::leaf::leaf_hash;
use declic_ledger::tree::{self, Frontier, NodeId, frontier_nodes};
use declic_ledger::{Digest, SignerKey, proof};
use declic_store::{CommitError, Limit, LogState, PublishedCheckpoint, Sealed, Store};
use tokio_util::sync::CancellationToken;

use crate::layers::WriteDoor;

/// Longest time between a commit and the round that sees it, should its hint be lost.
const AT_THE_LATEST: Duration = Duration::from_millis(250);

/// After a hint, for what comes with it: a round costs the writer two transactions, so a burst of commands shares one.
const GATHERING: Duration = Duration::from_millis(50);

/// Most leaves of one round.
const MOST_LEAVES: u32 = 1_000;

/// Appends, signs, publishes.
pub struct Sealer {
    store: Arc<dyn Store>,
    signer: SignerKey,
    door: Arc<WriteDoor>,
    anchor: Box<dyn Fn(u64) + Send + Sync>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Leaves appended.
    pub appended: usize,
    /// Size of the last published checkpoint.
    pub published: u64,
    /// Whether another round would find more to do at once.
    pub more: bool,
}

/// Why a round, or the check at start, ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database: try again.
    #[error("the database did not do its part")]
    Store(#[from] declic_store::Error),
    /// A write of the ledger ended without a clear answer: load again.
    #[error("a write of the ledger ended in doubt")]
    Commit(#[source] CommitError),
    /// The ledger contradicts itself: never to be repaired in place.
    #[error(
        "the ledger does not add up: {0}. Keep the files as they are, and compare with what the agencies hold"
    )]
    Broken(String),
}

impl Sealer {
    /// A sealer of this store, which tells `anchor` the size of each checkpoint it publishes.
    pub fn new(
        store: Arc<dyn Store>,
        signer: SignerKey,
        door: Arc<WriteDoor>,
        anchor: impl Fn(u64) + Send + Sync + 'static,
    ) -> Self {
        Self {
            store,
            signer,
            door,
            anchor: Box::new(anchor),
        }
    }

    /// Seals until told to stop, then once more, so that what was committed is published.
    pub async fn run(self, stop: CancellationToken) {
        let mut commits = self.store.commits();
        loop {
            if !self.catch_up().await {
                stop.cancelled().await;
                return;
            }
            let woken = async {
                match tokio::time::timeout(AT_THE_LATEST, commits.changed()).await {
                    Ok(Ok(())) => tokio::time::sleep(GATHERING).await,
                    // A store that gives no hints any more is read by the clock.
                    Ok(Err(_)) => tokio::time::sleep(AT_THE_LATEST).await,
                    Err(_) => {}
                }
            };
            tokio::select! {
                () = woken => {}
                () = stop.cancelled() => break,
            }
        }
        self.catch_up().await;
    }

    /// Rounds until nothing is left to do; false when the ledger is broken, whoever found it.
    async fn catch_up(&self) -> bool {
        loop {
            if !self.door.is_open() {
                return false;
            }
            match self.round().await {
                Ok(round) if round.more => {}
                Ok(_) => return true,
                Err(error @ Error::Broken(_)) => {
                    tracing::error!(%error, "sealing stops, commands are refused, reads go on");
                    self.door.close();
                    return false;
                }
                Err(error) => {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(cause, "the sealer tries again");
                    return true;
                }
            }
        }
    }

    /// Appends what the journal has, at most 1,000 leaves, and publishes the tree as it is committed then.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn round(&self) -> Result<Round, Error> {
        let (appended, again) = self.append().await?;
        let published = self.publish().await?;
        let full = appended == MOST_LEAVES as usize;
        Ok(Round {
            appended,
            published,
            more: full || again,
        })
    }

    /// How many leaves were appended, and whether somebody else appended meanwhile.
    async fn append(&self) -> Result<(usize, bool), Error> {
        let state = self.store.log_state().await?;
        let waiting = self.store.unsealed(state.seq, Limit::new(MOST_LEAVES)).await?;
        let Some(last) = waiting.last() else {
            return Ok((0, false));
        };
        let to_seq = last.seq;
        let mut frontier = frontier_of(&state)?;
        let mut nodes = Vec::with_capacity(2 * waiting.len());
        let mut leaves = Vec::with_capacity(waiting.len());
        for (expected, item) in (state.seq + 1..).zip(&waiting) {
            if item.seq != expected {
                return Err(Error::Broken(format!(
                    "entry {expected} of the journal is missing before {}",
                    item.seq
                )));
            }
            let completed = frontier.append(leaf_hash(&item.leaf)).map_err(broken)?;
            nodes.extend(
                completed
                    .into_iter()
                    .map(|node| (node.id.level, node.id.index, node.hash.0)),
            );
            leaves.push((item.event, item.leaf));
        }
        let appended = leaves.len();
        let sealed = Sealed {
            from_size: state.size,
            from_seq: state.seq,
            to_seq,
            leaves,
            nodes,
            root: frontier.root().0,
            frontier: frontier.hashes().iter().map(|hash| hash.0).collect(),
        };
        match self.store.seal(sealed).await {
            Ok(()) => Ok((appended, false)),
            Err(CommitError::Stale) => Ok((0, true)),
            Err(CommitError::Engine(error)) => Err(error.into()),
            Err(error) => Err(Error::Commit(error)),
        }
    }

    /// Signs and publishes what is committed, when it is more than what is published; gives the published size.
    async fn publish(&self) -> Result<u64, Error> {
        let state = self.store.log_state().await?;
        let last = self.store.checkpoint(0).await?;
        let known = last
            .as_ref()
            .map_or((0, tree::empty_root().0), |last| (last.size, last.root));
        if state.size == known.0 {
            if state.root == known.1 || state.size == 0 {
                (self.anchor)(known.0);
                return Ok(known.0);
            }
            return Err(Error::Broken(format!(
                "size {} was published with another root",
                state.size
            )));
        }
        continues(self.store.as_ref(), known, (state.size, state.root)).await?;
        let published = self.sign(&state)?;
        match self.store.publish(published).await {
            Ok(()) => {
                (self.anchor)(state.size);
                Ok(state.size)
            }
            // Somebody published this size, or it was done and we did not hear it: the next round compares.
            Err(CommitError::Stale) => Ok(known.0),
            Err(CommitError::Engine(error)) => Err(error.into()),
            Err(error) => Err(Error::Commit(error)),
        }
    }

    fn sign(&self, state: &LogState) -> Result<PublishedCheckpoint, Error> {
        let checkpoint = Checkpoint {
            origin: self.signer.name().to_owned(),
            size: state.size,
            root: Digest(state.root),
        };
        let note = checkpoint.sign(&self.signer).map_err(broken)?.to_text();
        Ok(PublishedCheckpoint {
            size: state.size,
            root: state.root,
            note,
        })
    }
}

/// The check at start: the stored tree against itself, and against the last checkpoint. Gives the published size.
///
/// # Errors
/// [`Error::Broken`] when they contradict each other; [`Error::Store`] when they cannot be read.
pub async fn check(store: &dyn Store, key: &VerifierKey) -> Result<u64, Error> {
    let state = store.log_state().await?;
    let nodes = nodes(store, &frontier_nodes(state.size)).await?;
    let root = proof::root_from_nodes(state.size, &nodes).map_err(broken)?;
    if root.0 != state.root && state.size > 0 {
        return Err(Error::Broken(format!(
            "the nodes of its {} leaves do not have its root",
            state.size
        )));
    }
    if frontier_of(&state)?.root() != root {
        return Err(Error::Broken(
            "its right edge is not that of its nodes".to_owned(),
        ));
    }
    let Some(last) = store.checkpoint(0).await? else {
        return Ok(0);
    };
    let signed = checkpoint::parse_and_verify(&last.note, key).map_err(|error| {
        Error::Broken(format!(
            "the last checkpoint is not signed by the key of [ledger] key_file ({error})"
        ))
    })?;
    if (signed.size, signed.root.0) != (last.size, last.root) {
        return Err(Error::Broken(format!(
            "the checkpoint of size {} does not say what its row says",
            last.size
        )));
    }
    continues(store, (last.size, last.root), (state.size, state.root)).await?;
    Ok(last.size)
}

/// Shows from the stored nodes that the larger tree continues the smaller one.
async fn continues(store: &dyn Store, old: (u64, [u8; 32]), new: (u64, [u8; 32])) -> Result<(), Error> {
    let ((old_size, old_root), (size, root)) = (old, new);
    if size < old_size {
        return Err(Error::Broken(format!(
            "{old_size} leaves were published, {size} are there: was a backup restored?"
        )));
    }
    let nodes = nodes(store, &proof::consistency_nodes(old_size, size).map_err(broken)?).await?;
    let hashes = proof::consistency_proof(old_size, size, &nodes).map_err(broken)?;
    let (old_root, root) = (Digest(old_root), Digest(root));
    let shown = proof::verify_consistency(old_size, &old_root, size, &root, &hashes);
    shown.map_err(|_| {
        Error::Broken(format!(
            "its {size} leaves do not continue the {old_size} published ones"
        ))
    })
}

async fn nodes(store: &dyn Store, ids: &[NodeId]) -> Result<HashMap<NodeId, Digest>, Error> {
    let asked: Vec<(u8, u64)> = ids.iter().map(|id| (id.level, id.index)).collect();
    let hashes = store.nodes(&asked).await?;
    Ok(ids
        .iter()
        .zip(hashes)
        .filter_map(|(id, hash)| Some((*id, Digest(hash?))))
        .collect())
}

fn frontier_of(state: &LogState) -> Result<Frontier, Error> {
    let hashes = state.frontier.iter().copied().map(Digest).collect();
    let frontier = Frontier::from_parts(state.size, hashes).map_err(broken)?;
    if state.size > 0 && frontier.root().0 != state.root {
        return Err(Error::Broken("its right edge does not have its root".to_owned()));
    }
    Ok(frontier)
}

pub(super) fn broken(error: impl std::error::Error) -> Error {
    Error::Broken(error.to_string())
}

#[cfg(test)]
pub(crate) mod tests;
