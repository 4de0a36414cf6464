//! The connector: an agency's own client of a hub. It follows the agency's tickets, hands each over to the agency's
//! software as a file, confirms that it is held, and sends back the answers the software puts in a folder.
//!
//! - [`receive`]: the stream, from a cursor that is moved after the hand-over only.
//! - [`delivery`]: confirmations, once for each ticket and epoch.
//! - [`handover`]: the document, and the ways to the agency's software.
//! - [`answer`]: the way back.
//! - [`cursor`]: what must survive a crash, in a SQLite file of its own.
//! - [`files`]: files that are whole or absent.
//!
//! Witnessing the ledger (its checkpoints verified and cosigned by every agency) has its place beside these, as
//! `witness`.
//!
//! It may be killed at any point. Every command has a request id that was written down before it was sent, every file
//! is written whole, and the cursor comes last: what was not finished is done again, and counts once.
//!
//! Never here: a decision about a ticket. What the agency answers is the agency's.

pub mod answer;
pub mod command;
pub mod config;
pub mod cursor;
pub mod delivery;
pub mod files;
pub mod handover;
pub mod receive;

use std::sync::Arc;

use anyhow::Context as _;
use declic_client::{Client, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Options, SigningKey};
use declic_runtime::config::Validate as _;
use declic_runtime::{Clock, Ids, Shutdown, SystemClock, SystemIds};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use config::Config;

use answer::{Answers, Folders};
use cursor::{Cursor, Records};
use delivery::Deliveries;
use files::Folder;
use handover::{Directory, Handover};
use receive::Receiver;

/// A connector at work.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    tasks: JoinSet<anyhow::Result<()>>,
    records: Arc<Records>,
}

/// Starts a connector: it works until `shutdown`, or [`Running::stop`], or until it needs a person. The hub may be away.
/// Several run in one process, each with folders of its own.
///
/// # Errors
/// What a person has to mend first: a value, a key, a folder, another connector on the same state. Each says what to do.
pub async fn start(config: Config, shutdown: Shutdown) -> anyhow::Result<Running> {
    start_with(config, shutdown, Arc::new(SystemClock), Arc::new(SystemIds)).await
}

/// Same as [`start`], with a clock and ids of the caller's.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    config: Config,
    shutdown: Shutdown,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> anyhow::Result<Running> {
    let client = client(&config, clock, Arc::clone(&ids))?;
    let (outbox, folders) = folders(&config)?;
    let records = Arc::new(open_records(&config).await?);
    let delivery_waits = Arc::new(Notify::new());
    let receiver = Receiver {
        client: client.clone(),
        records: Arc::clone(&records),
        handover: Handover::Directory(Directory::new(outbox)),
        ids,
        delivery_waits: Arc::clone(&delivery_waits),
    };
    let deliveries = Deliveries {
        client: client.clone(),
        records: Arc::clone(&records),
        waits: delivery_waits,
    };
    let answers = Answers::new(
        client,
        Arc::clone(&records),
        folders,
        config.handover.poll_interval,
    );
    // Stopping this connector stops no other that runs in this process.
    let stop = shutdown.soft().child_token();
    let mut tasks = JoinSet::new();
    spawn(&mut tasks, &stop, receiver.run());
    spawn(&mut tasks, &stop, async move {
        deliveries.run().await;
        Ok(())
    });
    spawn(&mut tasks, &stop, async move {
        answers.run().await;
        Ok(())
    });
    tracing::info!(
        hub = config.hub,
        subject = config.subject,
        "the connector is at work"
    );
    Ok(Running { stop, tasks, records })
}

/// Checks all that [`start`] needs but the hub: values, key, authority, folders. Makes the folders that are missing.
///
/// # Errors
/// As [`start`].
pub fn check(config: &Config) -> anyhow::Result<()> {
    client(config, Arc::new(SystemClock), Arc::new(SystemIds))?;
    folders(config)?;
    Ok(())
}

/// Puts the cursor back to the beginning, for a hub that was set up anew. Everything the hub still holds is handed over
/// again, with higher revisions; open tickets are confirmed anew, answers are not sent again.
///
/// # Errors
/// The state cannot be opened: for instance, the connector is running.
pub async fn reset_cursor(config: &Config) -> anyhow::Result<()> {
    let records = open_records(config).await?;
    records.forget_deliveries().await?;
    records.move_cursor(&Cursor::default()).await?;
    records.close().await;
    Ok(())
}

impl Running {
    /// Waits until it has stopped.
    ///
    /// # Errors
    /// Why it stopped by itself.
    pub async fn finished(&mut self) -> anyhow::Result<()> {
        let mut ending = Ok(());
        while let Some(task) = self.tasks.join_next().await {
            let result = task.context("a part of the connector was cut short").flatten();
            if ending.is_ok() {
                ending = result;
            }
            // One part that ends takes the others with it.
            self.stop.cancel();
        }
        self.records.close().await;
        ending
    }

    /// Stops it, at once: what was under way is done again at the next start, and counts once.
    ///
    /// # Errors
    /// As [`Running::finished`].
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.finished().await
    }
}

fn spawn(
    tasks: &mut JoinSet<anyhow::Result<()>>,
    stop: &CancellationToken,
    work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
) {
    let stop = stop.clone();
    tasks.spawn(async move {
        tokio::select! {
            biased;
            () = stop.cancelled() => Ok(()),
            result = work => result,
        }
    });
}

fn client(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<Client> {
    config.validate().map_err(|invalid| {
        anyhow::anyhow!("key `{}`: {}: {}", invalid.key, invalid.problem, invalid.remedy)
    })?;
    let text = config.key_file.read()?;
    let key = SigningKey::from_pkcs8_pem(text.expose())
        .with_context(|| format!("key_file {}", config.key_file.path().display()))?;
    let options = Options {
        endpoint: config.hub.clone(),
        audience: config.audience.clone(),
        subject: config.subject.clone(),
        key,
        ca_file: config.ca_file.clone(),
        deadline: DEFAULT_DEADLINE,
        patience: DEFAULT_PATIENCE,
        clock: Arc::new(move || clock.now().as_second()),
        ids: Arc::new(move || ids.random()),
    };
    Ok(Client::connect_lazy(options)?)
}

fn folders(config: &Config) -> anyhow::Result<(Folder, Folders)> {
    let outbox = Folder::prepare(&config.handover.outbox_dir)?;
    let inbox = Folder::prepare(&config.handover.inbox_dir)?;
    Ok((outbox, Folders::prepare(inbox)?))
}

async fn open_records(config: &Config) -> anyhow::Result<Records> {
    let state_dir = Folder::prepare(&config.state_dir)?;
    Ok(Records::open(state_dir.path()).await?)
}
