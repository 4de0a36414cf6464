//! The directory and the rules of routing as other hubs of the database change them: who left through one of them has left
//! everywhere, and what decides at one of them decides everywhere, within about a second.
//!
//! The journal tells whether they changed, so that they themselves are read only then.

use std::sync::Arc;
use std::time::Duration;

use declic_domain::policy::reader_scope;
use declic_store::{Error, Limit};
use tokio_util::sync::CancellationToken;

use crate::directory::{CHANGED, stored};
use crate::hub::Hub;
use crate::rules;

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
    /// Whether the rules have to be read.
    are_rules_due: bool,
}

impl Follower {
    /// A follower that begins by reading both.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            after: None,
            is_due: true,
            are_rules_due: true,
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
                        "the directory or the rules could not be read again: they stay as they were until they are"
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

    /// Reads the journal to its end, then the directory and the rules if they have changed.
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
            self.are_rules_due |= items.iter().any(|item| rules::changes_what_decides(&item.kind));
            after = items.last().map_or(after, |last| last.seq);
            self.after = Some(after);
            if items.len() < PAGE as usize {
                break;
            }
        }
        if self.is_due {
            let found = stored(store).await?;
            if self.hub.set_directory(found) {
                tracing::info!("the directory changes, by another hub");
            }
            self.is_due = false;
        }
        if self.are_rules_due {
            let found = rules::in_force(store).await?;
            if self.hub.rules().generation < found.generation {
                tracing::info!(generation = found.generation, "the rules change, by another hub");
                self.hub.set_rules(found);
            }
            self.are_rules_due = false;
        }
        Ok(())
    }
}
