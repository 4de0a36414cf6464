//! Death at random moments of the work, as a seed has them.

use std::time::Duration;

use declic_tests::processes::{Connector, Hub};
use tokio::sync::watch;

use crate::seeds::Chance;

/// A hub that was killed serves again within this time.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// The longest wait for work to go on.
const AT_MOST: Duration = Duration::from_secs(60);

/// When to kill: at each of these counts of work done, and then some.
#[derive(Debug)]
pub struct Moments {
    counts: Vec<usize>,
    chance: Chance,
}

/// What was killed, and how it came back.
#[derive(Debug, Default)]
pub struct Deaths {
    /// How often a hub was killed.
    pub hub: usize,
    /// How often a connector was killed.
    pub connector: usize,
    /// From the start of a killed hub to SERVING, each time.
    pub ready: Vec<Duration>,
}

impl Moments {
    /// So many moments, spread by chance between the beginning and the last sixth of the work.
    pub fn new(count: usize, work: usize, mut chance: Chance) -> Self {
        let counts = chance.rising(count, work / 50..work * 5 / 6);
        Self { counts, chance }
    }

    /// Kills the hub at each moment and starts it again; one time in three it is killed a second time while it starts.
    pub async fn kill_hub(mut self, hub: &mut Hub, mut work: watch::Receiver<usize>) -> Deaths {
        let mut deaths = Deaths::default();
        for count in std::mem::take(&mut self.counts) {
            self.come(&mut work, count).await;
            self.hub_dies(hub, &mut deaths).await;
        }
        deaths
    }

    /// Kills the connector at each moment and starts it again.
    pub async fn kill_connector(
        mut self,
        connector: &mut Connector,
        mut work: watch::Receiver<usize>,
    ) -> Deaths {
        let mut deaths = Deaths::default();
        for count in std::mem::take(&mut self.counts) {
            self.come(&mut work, count).await;
            self.connector_dies(connector, &mut deaths).await;
        }
        deaths
    }

    /// At each moment one of them, the other, or both.
    pub async fn kill_both(
        mut self,
        hub: &mut Hub,
        connector: &mut Connector,
        mut work: watch::Receiver<usize>,
    ) -> Deaths {
        let mut deaths = Deaths::default();
        for count in std::mem::take(&mut self.counts) {
            self.come(&mut work, count).await;
            match self.chance.below(4) {
                0 => self.hub_dies(hub, &mut deaths).await,
                1 => self.connector_dies(connector, &mut deaths).await,
                _ => {
                    connector.program().kill();
                    deaths.connector += 1;
                    self.hub_dies(hub, &mut deaths).await;
                    connector.program().start();
                }
            }
        }
        deaths
    }

    async fn hub_dies(&mut self, hub: &mut Hub, deaths: &mut Deaths) {
        hub.program().kill();
        deaths.hub += 1;
        if self.chance.one_in(3) {
            hub.program().start();
            self.pause(300_000).await;
            hub.program().kill();
            deaths.hub += 1;
        }
        let ready = hub.start().await;
        assert!(
            ready < READY_WITHIN,
            "a killed hub takes {ready:?} to serve again"
        );
        deaths.ready.push(ready);
    }

    async fn connector_dies(&mut self, connector: &mut Connector, deaths: &mut Deaths) {
        connector.program().kill();
        deaths.connector += 1;
        connector.program().start();
        if self.chance.one_in(3) {
            self.pause(300_000).await;
            connector.program().kill();
            deaths.connector += 1;
            connector.program().start();
        }
    }

    /// Waits until so much work is done, and a moment more.
    async fn come(&mut self, work: &mut watch::Receiver<usize>, count: usize) {
        let reached = async { work.wait_for(|done| *done >= count).await.is_ok() };
        let reached = tokio::time::timeout(AT_MOST, reached).await.unwrap_or(false);
        assert!(
            reached,
            "the work stands still at {}, before {count}",
            *work.borrow()
        );
        self.pause(15_000).await;
    }

    /// Chance, not synchronisation: the instant of a kill should be none in particular.
    async fn pause(&mut self, longest_us: u64) {
        tokio::time::sleep(Duration::from_micros(self.chance.below(longest_us))).await;
    }
}

impl Deaths {
    /// One line for people.
    pub fn told(&self) -> String {
        let mut ready = self.ready.clone();
        ready.sort();
        let kills = format!(
            "{} kills of the hub, {} of the connector",
            self.hub, self.connector
        );
        match (ready.get(ready.len() / 2), ready.last()) {
            (Some(median), Some(slowest)) => {
                format!("{kills}; from start to SERVING: median {median:.0?}, slowest {slowest:.0?}")
            }
            _ => kills,
        }
    }
}
