//! The sealer: from the journal to the Merkle tree, and from the tree to a signed checkpoint.
//!
//! Every round goes from what is committed to what is published: leaves of the journal are appended in one transaction,
//! then the committed size and root are read back, shown to continue what was published before, signed, and published.
//! A round that ends in doubt is not repaired: the next one loads again and goes on from what is there.
//!
//! When the tree does not add up, the sealer signs nothing any more and closes the write door; reads stay open, and what
//! is there is evidence. It stops as well when somebody else closed the door.
//!
//! Each hub has a sealer, and one of them has the lease. It is taken when there is something to seal, so idle hubs write
//! nothing; the store refuses what is written under an earlier one, so a hub that was stopped in the middle of a round
//! writes nothing late. The others look again at each commit, and one of them goes on when the lease has lapsed. The
//! signer's high-water file is checked just before `Sealer::sign`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_ledger::checkpoint::{self, Checkpoint, VerifierKey};
use declic_ledger::leaf::leaf_hash;
use declic_ledger::tree::{self, Frontier, NodeId, frontier_nodes};
use declic_ledger::{Digest, SignerKey, proof};
use declic_store::crash::{self, Point};
use declic_store::{CommitError, Epoch, Holder, Limit, LogState, PublishedCheckpoint, Sealed, Store};
use tokio_util::sync::CancellationToken;

use crate::layers::WriteDoor;

/// Longest time between a commit and the round that sees it, should its hint be lost.
const AT_THE_LATEST: Duration = Duration::from_millis(250);

/// After a hint, for what comes with it: a round costs the writer two transactions, so a burst of commands shares one.
const GATHERING: Duration = Duration::from_millis(150);

/// How long a hub that was stopped or killed keeps the others from sealing. Renewed when a quarter of it is over, as long
/// as a round lasts: two hubs that are slow would otherwise take it from each other for ever.
const LEASE: Duration = Duration::from_secs(2);

/// Most leaves of one round.
const MOST_LEAVES: u32 = 1_000;

/// Appends, signs, publishes.
pub struct Sealer {
    store: Arc<dyn Store>,
    holder: Holder,
    /// How long a lease is asked for.
    time: Duration,
    /// The lease held, and when it was asked for.
    lease: Option<(Epoch, Instant)>,
    /// Size and root of the last checkpoint that this sealer published or found.
    seen: (u64, [u8; 32]),
    signer: SignerKey,
    door: Arc<WriteDoor>,
    anchor: Box<dyn Fn(u64) + Send + Sync>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    Store(#[source] declic_store::Error),
    /// A write of the ledger ended without a clear answer: load again.
    #[error("a write of the ledger ended in doubt")]
    Commit(#[source] CommitError),
    /// The ledger contradicts itself: never to be repaired in place.
    #[error(
        "the ledger does not add up: {0}. Keep the files as they are, and compare with what the agencies hold"
    )]
    Broken(String),
}

impl From<declic_store::Error> for Error {
    /// A row that contradicts what is to be written, or is not what was written, is there at the next round too.
    fn from(error: declic_store::Error) -> Self {
        match error {
            declic_store::Error::Corrupt { .. } => broken(error),
            error => Self::Store(error),
        }
    }
}

impl Sealer {
    /// A sealer of this store, known to others by a name of its own, which tells `anchor` the size of each checkpoint that
    /// it publishes or finds published.
    pub fn new(
        store: Arc<dyn Store>,
        holder: Holder,
        signer: SignerKey,
        door: Arc<WriteDoor>,
        anchor: impl Fn(u64) + Send + Sync + 'static,
    ) -> Self {
        Self {
            store,
            holder,
            time: LEASE,
            lease: None,
            seen: (0, tree::empty_root().0),
            signer,
            door,
            anchor: Box::new(anchor),
        }
    }

    /// Seals until told to stop, then once more, so that what was committed is published; then another hub may at once.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut commits = self.store.commits();
        loop {
            if !self.catch_up().await {
                self.release().await;
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
        self.release().await;
    }

    /// Rounds until nothing is left to do; false when the ledger is broken, whoever found it.
    async fn catch_up(&mut self) -> bool {
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

    /// Appends what the journal has, at most 1,000 leaves, and publishes the tree as it is committed then; nothing when
    /// nothing waits, or another hub holds the lease.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn round(&mut self) -> Result<Round, Error> {
        let mut done = Round::default();
        let lease = match self.due().await? {
            Due::Nothing(published) => {
                done.published = published;
                None
            }
            Due::Work(published) => {
                done.published = published;
                self.lease().await?
            }
        };
        if lease.is_some() {
            let again = self.append(&mut done).await? || self.publish(&mut done).await?;
            if again {
                // Whatever was in the way: the store says who holds the lease now.
                self.lease = None;
            }
            done.more = again || done.appended == MOST_LEAVES as usize;
        }
        (self.anchor)(done.published);
        Ok(done)
    }

    /// Whether there is something to append or to publish, and the published size.
    async fn due(&mut self) -> Result<Due, Error> {
        let (size, root) = self.published().await?;
        let state = self.store.log_state().await?;
        if state.size != size || !self.store.unsealed(state.seq, Limit::new(1)).await?.is_empty() {
            return Ok(Due::Work(size));
        }
        if state.root == root || size == 0 {
            return Ok(Due::Nothing(size));
        }
        Err(other_root(size))
    }

    /// Size and root of the last checkpoint. Read before the state of the log: what is read after it has at least as many
    /// leaves, whatever other hubs append and publish meanwhile.
    async fn published(&mut self) -> Result<(u64, [u8; 32]), Error> {
        let last = self.store.checkpoint(0).await?;
        let found = last.map_or((0, tree::empty_root().0), |last| (last.size, last.root));
        if found.0 < self.seen.0 {
            return Err(Error::Broken(format!(
                "{} leaves were published, the last checkpoint is of {} now: was a backup restored?",
                self.seen.0, found.0
            )));
        }
        if found.0 == self.seen.0 && found.1 != self.seen.1 {
            return Err(other_root(found.0));
        }
        self.seen = found;
        Ok(found)
    }

    /// The lease, when it is or can be ours, with most of its time left.
    async fn lease(&mut self) -> Result<Option<Epoch>, Error> {
        if let Some((lease, since)) = self.lease
            && since.elapsed() < self.time / 4
        {
            return Ok(Some(lease));
        }
        let asked = Instant::now();
        let lease = self.store.lease(self.holder, self.time).await?;
        crash::at(Point::Leased);
        self.lease = lease.map(|lease| (lease, asked));
        Ok(lease)
    }

    /// Waits for what prepares a write, and renews the lease meanwhile.
    async fn leased<T>(&mut self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut work = std::pin::pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(self.time / 4, &mut work).await {
                return done;
            }
            self.lease().await?;
        }
    }

    async fn release(&mut self) {
        if let Some((lease, _)) = self.lease.take()
            && let Err(error) = self.store.release(lease).await
        {
            tracing::debug!(%error, "the lease lapses by itself");
        }
    }

    /// Appends what waits; true when somebody else was faster.
    async fn append(&mut self, done: &mut Round) -> Result<bool, Error> {
        let store = Arc::clone(&self.store);
        let Some(sealed) = self.leased(grow(store.as_ref())).await? else {
            return Ok(false);
        };
        let leaves = sealed.leaves.len();
        let Some(lease) = self.lease().await? else {
            return Ok(true);
        };
        if is_written(self.store.seal(lease, sealed).await)? {
            crash::at(Point::Appended);
            done.appended = leaves;
            return Ok(false);
        }
        Ok(true)
    }

    /// Signs and publishes what is committed, when it is more than what is published; true when somebody else was faster.
    async fn publish(&mut self, done: &mut Round) -> Result<bool, Error> {
        let known = self.published().await?;
        let state = self.store.log_state().await?;
        done.published = known.0;
        if state.size == known.0 {
            return if state.root == known.1 || state.size == 0 {
                Ok(false)
            } else {
                Err(other_root(state.size))
            };
        }
        let store = Arc::clone(&self.store);
        let shown = continues(store.as_ref(), known, (state.size, state.root));
        self.leased(shown).await?;
        let Some(lease) = self.lease().await? else {
            return Ok(true);
        };
        // Somebody published this size, or it was done and we did not hear it: the next round compares.
        let signed = self.sign(&state)?;
        crash::at(Point::Signed);
        if !is_written(self.store.publish(lease, signed).await)? {
            return Ok(true);
        }
        crash::at(Point::Published);
        self.seen = (state.size, state.root);
        done.published = state.size;
        Ok(false)
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

/// What waits, as leaves of the tree.
async fn grow(store: &dyn Store) -> Result<Option<Sealed>, Error> {
    let state = store.log_state().await?;
    let waiting = store.unsealed(state.seq, Limit::new(MOST_LEAVES)).await?;
    let Some(last) = waiting.last() else {
        return Ok(None);
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
    Ok(Some(Sealed {
        from_size: state.size,
        from_seq: state.seq,
        to_seq,
        leaves,
        nodes,
        root: frontier.root().0,
        frontier: frontier.hashes().iter().map(|hash| hash.0).collect(),
    }))
}

/// What a round finds, and the size published before it.
enum Due {
    Nothing(u64),
    Work(u64),
}

/// Whether a write of the ledger was done; false when it came too late.
fn is_written(outcome: Result<(), CommitError>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(CommitError::Stale) => Ok(false),
        // No race: what two sealers write at once is refused by the state of the log and the size of a checkpoint.
        Err(CommitError::Engine(error)) => Err(error.into()),
        Err(error) => Err(Error::Commit(error)),
    }
}

fn other_root(size: u64) -> Error {
    Error::Broken(format!("size {size} was published with another root"))
}

/// The check at start: the stored tree against itself, and against the last checkpoint. Gives the published size.
///
/// # Errors
/// [`Error::Broken`] when they contradict each other; [`Error::Store`] when they cannot be read.
pub async fn check(store: &dyn Store, key: &VerifierKey) -> Result<u64, Error> {
    // Before the state: another hub may append and publish meanwhile.
    let last = store.checkpoint(0).await?;
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
    let Some(last) = last else {
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
