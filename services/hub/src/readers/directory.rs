//! The directory as other hubs of the database change it: who left through one of them has left everywhere, within about
//! a second.
//!
//! The journal tells whether it changed, so that the directory itself is read only then.

use std::sync::Arc;
use std::time::Duration;

use declic_domain::policy::reader_scope;
use declic_store::{Error, Limit};
use tokio_util::sync::CancellationToken;

use crate::directory::{CHANGED, stored};
use crate::hub::Hub;

/// Longest time between a commit and the reading that sees it, should its hint be lost.
const AT_THE_LATEST: Duration = Duration::from_secs(1);

/// After a hint, for what comes with it: a burst of commits is read at once.
const GATHERING: Duration = Duration::from_millis(250);

/// Items of the journal read at a time.
const PAGE: u32 = 1_000;

/// Puts in force what other hubs commit.
pub struct Follower {
    hub: Arc<Hub>,
    /// Number of the last item of the journal that was read; none before the first reading.
    after: Option<u64>,
    /// Whether the directory has to be read.
    is_due: bool,
}

impl Follower {
    /// A follower that begins by reading the directory.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            after: None,
            is_due: true,
        }
    }

    /// Follows until told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let following = async {
            let mut commits = self.hub.store.commits();
            loop {
                if let Err(error) = self.look().await {
                    let cause = format!("{:#}", anyhow::Error::from(error));
                    tracing::warn!(
                        cause,
                        "the directory could not be read again: it stays as it was until it is"
                    );
                }
                match tokio::time::timeout(AT_THE_LATEST, commits.changed()).await {
                    Ok(Ok(())) => tokio::time::sleep(GATHERING).await,
                    // A store that gives no hints any more is read by the clock.
                    Ok(Err(_)) => tokio::time::sleep(AT_THE_LATEST).await,
                    Err(_) => {}
                }
            }
        };
        let _stopped: Option<()> = stop.run_until_cancelled(following).await;
    }

    /// Reads the journal to its end, then the directory if it has changed.
    async fn look(&mut self) -> Result<(), Error> {
        let store = self.hub.store.as_ref();
        let mut after = match self.after {
            Some(after) => after,
            // What is sealed was committed before the directory is read below.
            None => store.log_state().await?.seq,
        };
        loop {
            let items = store.journal(&reader_scope(), after, Limit::new(PAGE)).await?;
            self.is_due |= items.iter().any(|item| item.kind == CHANGED);
            after = items.last().map_or(after, |last| last.seq);
            self.after = Some(after);
            if items.len() < PAGE as usize {
                break;
            }
        }
        if self.is_due {
            let found = stored(store).await?;
            if *self.hub.directory() != found {
                tracing::info!("the directory changes, by another hub");
                self.hub.set_directory(found);
            }
            self.is_due = false;
        }
        Ok(())
    }
}
