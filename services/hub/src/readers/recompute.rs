//! The full recompute: the whole ledger grown again from its leaves, at start and then every so often.
//!
//! What the sealer and the check at start read is the right edge. Whoever has the file can change an old leaf and leave
//! the edge as it is: only a reading of every leaf, every node and every checkpoint finds it before the agencies do.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use declic_ledger::Digest;
use declic_ledger::checkpoint::{self, VerifierKey};
use declic_ledger::leaf::leaf_hash;
use declic_ledger::tree::{Frontier, Node};
use declic_store::{Limit, PublishedCheckpoint, Store};
use tokio_util::sync::CancellationToken;

use super::sealer::{Error, broken};
use crate::layers::WriteDoor;

/// Leaves, and checkpoints, read at a time.
const PAGE: u32 = 1_000;

/// Leaves, or signatures, between two chances for others to run.
const AT_A_STRETCH: u64 = 64;

/// Reads the whole ledger again and again, and closes the write door when it does not add up.
pub struct Recompute {
    /// Where the ledger is.
    pub store: Arc<dyn Store>,
    /// Who must have signed its checkpoints.
    pub key: VerifierKey,
    /// What is closed when it does not add up.
    pub door: Arc<WriteDoor>,
    /// From the end of one reading to the beginning of the next.
    pub every: Duration,
}

impl Recompute {
    /// Reads until told to stop, or until something is wrong: it is told once, and what is there is evidence.
    pub async fn run(self, stop: CancellationToken) {
        let reading = async {
            while self.look().await {
                tokio::time::sleep(self.every).await;
            }
        };
        stop.run_until_cancelled(reading).await;
    }

    /// Reads it once; false when it does not add up.
    async fn look(&self) -> bool {
        match recompute(self.store.as_ref(), &self.key).await {
            Ok(leaves) => tracing::debug!(leaves, "the ledger adds up, from its first leaf on"),
            Err(error @ Error::Broken(_)) => {
                tracing::error!(%error, "commands are refused, reads go on");
                self.door.close();
                return false;
            }
            Err(error) => {
                let cause = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(
                    cause,
                    "the ledger could not be read to its end: it is read again later"
                );
            }
        }
        true
    }
}

/// Grows the tree again from its leaves, and compares every node, the root at every checkpoint, and the whole with what
/// is stored. Gives the number of leaves.
///
/// # Errors
/// [`Error::Broken`] names the first leaf, node or size that is not what it was; [`Error::Store`] when it cannot be read.
pub async fn recompute(store: &dyn Store, key: &VerifierKey) -> Result<u64, Error> {
    // The checkpoint before the state: the state read after it has at least as many leaves.
    let published = store.checkpoint(0).await?.map_or(0, |last| last.size);
    let state = store.log_state().await?;
    if published > state.size {
        return Err(Error::Broken(format!(
            "{published} leaves were published, {} are there",
            state.size
        )));
    }
    let mut signed = Signed::new(store);
    let mut tree = Frontier::new();
    while tree.size() < state.size {
        let (first, before) = (tree.size(), signed.given);
        let wanted = u32::try_from(state.size - first).unwrap_or(PAGE).min(PAGE);
        let leaves = store.leaves(first, Limit::new(wanted)).await?;
        if leaves.is_empty() {
            return Err(Error::Broken(format!(
                "its leaves end before leaf {first} of {}",
                state.size
            )));
        }
        let mut grown = Vec::with_capacity(2 * leaves.len());
        let mut due = Vec::new();
        for leaf in leaves {
            grown.extend(tree.append(leaf_hash(&leaf)).map_err(broken)?);
            due.extend(signed.of_size(tree.size()).await?.map(|one| (one, tree.root())));
            give_way(tree.size()).await;
        }
        // Nodes first: they tell which leaf it is, a root only that it is one of many.
        compare_nodes(store, &grown).await?;
        compare_roots(key, before, &due).await?;
    }
    if state.size > 0 && tree.root().0 != state.root {
        return Err(Error::Broken(format!(
            "its {} leaves do not have its root",
            state.size
        )));
    }
    Ok(state.size)
}

/// Compares nodes with those that are stored.
async fn compare_nodes(store: &dyn Store, grown: &[Node]) -> Result<(), Error> {
    let asked: Vec<(u8, u64)> = grown.iter().map(|node| (node.id.level, node.id.index)).collect();
    let stored = store.nodes(&asked).await?;
    for (node, stored) in grown.iter().zip(stored) {
        if stored != Some(node.hash.0) {
            let (level, index) = (node.id.level, node.id.index);
            return Err(Error::Broken(match level {
                0 => format!("leaf {index} is not the one that was sealed"),
                _ => format!("node {index} of level {level} is not made of the leaves below it"),
            }));
        }
    }
    Ok(())
}

/// Compares checkpoints with the roots the leaves have at their sizes; `before` is the size of the one before them.
async fn compare_roots(
    key: &VerifierKey,
    mut before: u64,
    due: &[(PublishedCheckpoint, Digest)],
) -> Result<(), Error> {
    for (nth, (one, root)) in (0..).zip(due) {
        let size = one.size;
        let signed = checkpoint::parse_and_verify(&one.note, key).map_err(|error| {
            Error::Broken(format!(
                "the checkpoint of size {size} is not signed by its key ({error})"
            ))
        })?;
        if (signed.size, signed.root.0) != (size, one.root) {
            return Err(Error::Broken(format!(
                "the checkpoint of size {size} does not say what its row says"
            )));
        }
        if signed.root != *root {
            return Err(Error::Broken(format!(
                "leaves {before} to {} are not those that were signed",
                size.saturating_sub(1)
            )));
        }
        before = size;
        give_way(nth).await;
    }
    Ok(())
}

/// Lets others run, every so often.
async fn give_way(done: u64) {
    if done.is_multiple_of(AT_A_STRETCH) {
        tokio::task::yield_now().await;
    }
}

/// The checkpoints in their order, read a page at a time.
struct Signed<'a> {
    store: &'a dyn Store,
    waiting: VecDeque<PublishedCheckpoint>,
    /// Size of the last one given.
    given: u64,
    /// Size of the last one read.
    read: u64,
    /// Whether there may be more than those that wait.
    more: bool,
}

impl<'a> Signed<'a> {
    fn new(store: &'a dyn Store) -> Self {
        Self {
            store,
            waiting: VecDeque::new(),
            given: 0,
            read: 0,
            more: true,
        }
    }

    /// The checkpoint of this size, when there is one. Sizes are asked in order, none left out.
    async fn of_size(&mut self, size: u64) -> Result<Option<PublishedCheckpoint>, Error> {
        if self.waiting.is_empty() && self.more {
            let page = self.store.checkpoints(self.read, Limit::new(PAGE)).await?;
            self.more = page.len() == PAGE as usize;
            self.read = page.last().map_or(self.read, |last| last.size);
            self.waiting.extend(page);
        }
        let found = self.waiting.pop_front_if(|next| next.size == size);
        self.given = found.as_ref().map_or(self.given, |found| found.size);
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
