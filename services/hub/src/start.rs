//! From a configuration to a hub that serves, and back to nothing. Every failure says what to do about it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use declic_domain::directory::{Directory, Item};
use declic_domain::name::AgencyId;
use declic_domain::policy::reader_scope;
use declic_ledger::{SignerKey, VerifierKey};
use declic_runtime::server::Listener;
use declic_runtime::telemetry::ServiceName;
use declic_runtime::{Clock, Ids, Shutdown, SystemClock, SystemIds, tls};
use declic_store::crash::{self, Point};
use declic_store::{Holder, Limit, Store};
use futures::future::OptionFuture;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ahead;
use crate::config::Config;
use crate::directory;
use crate::files::Held;
use crate::hub::{Hub, Parts};
use crate::journal::Journal;
use crate::keks;
use crate::layers::WriteDoor;
use crate::readers::boards;
use crate::readers::clockwork::Clockwork;
use crate::readers::directory::Follower;
use crate::readers::figures::Figures;
use crate::readers::handovers::Handovers;
use crate::readers::recompute::Recompute;
use crate::readers::sealer::{self, Sealer};
use crate::readers::stand_ins::StandIns;
use crate::rules;
use crate::serve::{Serving, serve};
use crate::stores::{self, Stores};

/// Items of the journal read at a time.
const PAGE: u32 = 1_000;

/// A hub that serves.
#[must_use = "a hub that is dropped goes on serving until its process ends"]
pub struct Running {
    /// Where it listens, with the port that was taken.
    pub address: SocketAddr,
    /// The key that verifies its checkpoints, as text: safe to publish.
    pub ledger_key: String,
    /// What its services share, for tests that look inside.
    pub hub: Arc<Hub>,
    door: Arc<WriteDoor>,
    shutdown: Shutdown,
    life: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Does at once what it would do within seconds: what is due by its clock, and what nobody answers for any more at an
    /// agency that somebody left. For whoever moves the clock.
    ///
    /// # Errors
    /// It is no id of an agency ("caf-56"), or its tickets cannot be read.
    pub async fn catch_up(&self, left: Option<&str>) -> anyhow::Result<()> {
        let (hub, door) = (Arc::clone(&self.hub), Arc::clone(&self.door));
        if let Some(agency) = left {
            let agency = AgencyId::parse(agency)?;
            let handovers = Handovers {
                hub: Arc::clone(&hub),
                door: Arc::clone(&door),
            };
            handovers.agency(&agency).await?;
        }
        let meter = opentelemetry::global::meter("declic-hub");
        Clockwork::new(hub, door, &meter).catch_up().await;
        Ok(())
    }

    /// How often each kind of thing has happened on tickets and in the directory, by its name in the contract.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn kinds(&self) -> anyhow::Result<BTreeMap<String, u64>> {
        let everything = reader_scope();
        let (mut kinds, mut after) = (BTreeMap::new(), 0);
        loop {
            let page = self.hub.store.journal(&everything, after, Limit::new(PAGE));
            let page = page.await?;
            let Some(last) = page.last() else { return Ok(kinds) };
            after = last.seq;
            for item in page {
                *kinds.entry(item.kind).or_insert(0) += 1;
            }
        }
    }

    /// Asks it to stop, softly, and waits until what was accepted is sealed, published and closed.
    ///
    /// # Errors
    /// What ended it before, if anything did.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.stop();
        self.ended().await
    }

    /// Waits until it has stopped, at a signal or for an error.
    ///
    /// # Errors
    /// What ended it.
    pub async fn ended(self) -> anyhow::Result<()> {
        self.life.await.context("the hub ended in a panic: see the log")?
    }
}

/// Starts a hub on the machine's clock.
///
/// # Errors
/// Whatever keeps it from serving: the port, a file, a secret, the directory, the database.
pub async fn start(config: Config, shutdown: Shutdown) -> anyhow::Result<Running> {
    start_with(config, shutdown, Arc::new(SystemClock), Arc::new(SystemIds)).await
}

/// Same, with another clock and other ids.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    config: Config,
    shutdown: Shutdown,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> anyhow::Result<Running> {
    // First what can be refused without leaving a trace: the files, the port.
    let items = directory::read(&config.directory.file)?;
    let tls = config.tls.as_ref().map(tls::server_config).transpose()?;
    let listener = Listener::bind(config.server.listen).await?;
    let address = listener.local_addr();

    let held = Held::take(&config)?;
    let secrets = stores::secrets(&config, clock.now()).await?;
    let ledger_key = secrets.signer.verifier();
    let stores = stores::open(&config, secrets.keks, &secrets.secrets, &ledger_key, clock.now()).await?;
    let door = Arc::new(WriteDoor::open());
    door.measure(&opentelemetry::global::meter("declic-hub"));
    let anchor = check_ledger(stores.store.as_ref(), &ledger_key, &door).await?;
    let journal = Journal {
        store: stores.store.as_ref(),
        vault: &stores.vault,
        origin: &config.ledger.origin,
        anchor,
        now: clock.now(),
    };
    let directory = put_in_force(&journal, items, &door).await?;
    let rules = rules::in_force(stores.store.as_ref())
        .await
        .context("the rules of routing cannot be read")?;
    crash::at(Point::DirectoryInForce);
    let hub = Arc::new(Hub::new(Parts {
        store: Arc::clone(&stores.store),
        vault: Arc::clone(&stores.vault),
        clock,
        ids,
        secrets: secrets.secrets,
        origin: config.ledger.origin.clone(),
        ledger_key: ledger_key.clone(),
        shutdown: shutdown.clone(),
        directory,
        rules,
    }));
    hub.set_anchor(anchor);

    let serving = serve(&config, &hub, &door, listener, tls).await?;
    let stop_reading = CancellationToken::new();
    let readers = follow_the_journal(
        &config,
        &hub,
        secrets.signer,
        Arc::clone(&door),
        stop_reading.clone(),
    );
    let life = Life {
        serving,
        reading: tokio::spawn(readers),
        stop_reading,
        stores,
        shutdown: shutdown.clone(),
        _held: held,
    };
    tracing::info!(%address, ledger = hub.origin, "the hub serves");
    Ok(Running {
        address,
        ledger_key: ledger_key.to_text(),
        hub,
        door,
        shutdown,
        life: tokio::spawn(life.run()),
    })
}

/// What [`check`] found: displayed, it is what whoever asked is told.
#[derive(Debug)]
pub struct Checked {
    /// The directory of the file.
    pub directory: Directory,
    /// Whether a database is there, which may hold more than the file. It is not opened: opening one writes.
    pub has_database: bool,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sound, members: {}", self.directory.members.len())?;
        if self.has_database {
            write!(
                f,
                "\nWhom the database knows and this directory leaves out stays enrolled: a member leaves with \
                 `active = false`. The next start names them in its log."
            )?;
        }
        Ok(())
    }
}

/// Checks a configuration and its directory without starting or writing anything.
///
/// # Errors
/// What would keep a hub of this configuration from starting, as far as its files tell.
pub fn check(config: &Config) -> anyhow::Result<Checked> {
    let mut directory = Directory::default();
    for item in directory::read(&config.directory.file)? {
        directory.apply(item);
    }
    directory
        .check()
        .with_context(|| config.directory.file.display().to_string())?;
    config.tls.as_ref().map(tls::server_config).transpose()?;
    Ok(Checked {
        directory,
        has_database: std::fs::metadata(&config.store.path).is_ok_and(|found| found.len() > 0),
    })
}

/// What this process is called in telemetry.
pub fn service_name() -> ServiceName {
    ServiceName {
        name: "declic-hub",
        version: env!("CARGO_PKG_VERSION"),
        instance: SystemIds.random(),
    }
}

/// Size of the last published checkpoint. A ledger that contradicts itself closes the door and lets reads go on.
async fn check_ledger(store: &dyn Store, key: &VerifierKey, door: &WriteDoor) -> anyhow::Result<u64> {
    match sealer::check(store, key).await {
        Ok(published) => Ok(published),
        Err(error @ sealer::Error::Broken(_)) => {
            tracing::error!(%error, "commands are refused, reads go on");
            door.close();
            Ok(store.checkpoint(0).await?.map_or(0, |last| last.size))
        }
        Err(error) => Err(error).context("the ledger cannot be read"),
    }
}

/// Commits what the file changes; behind a closed door the stored directory stays as it is.
async fn put_in_force(
    journal: &Journal<'_>,
    items: Vec<Item>,
    door: &WriteDoor,
) -> anyhow::Result<directory::Stored> {
    if door.is_open() {
        return directory::import(journal, items)
            .await
            .context("[directory] file");
    }
    Ok(directory::stored(journal.store).await?)
}

/// Who seals in files, which one hub holds at a time.
const FILES: Holder = Holder(*b"who has the file");

/// The readers of the journal, until told to stop.
fn follow_the_journal(
    config: &Config,
    hub: &Arc<Hub>,
    signer: SignerKey,
    door: Arc<WriteDoor>,
    stop: CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let recompute = Recompute {
        store: Arc::clone(&hub.store),
        key: hub.ledger_key.clone(),
        door: Arc::clone(&door),
        every: config.ledger.recompute_every,
    };
    let (told, handing_door, standing_in_door) = (Arc::clone(hub), Arc::clone(&door), Arc::clone(&door));
    let meter = opentelemetry::global::meter("declic-hub");
    let clockwork = Clockwork::new(Arc::clone(hub), Arc::clone(&door), &meter);
    let holder = match config.store.url {
        Some(_) => Holder(hub.ids.random().into_bytes()),
        // Nobody else can have them: one that was killed left its lease to whoever has the files now.
        None => FILES,
    };
    let sealer = Sealer::new(Arc::clone(&hub.store), holder, signer, door, move |size| {
        told.set_anchor(size);
    });
    let keks = keks::run(Arc::clone(hub), config.keyring.kek_dir.clone(), stop.clone());
    let ahead = ahead::run(Arc::clone(hub), stop.clone());
    let handovers = Handovers {
        hub: Arc::clone(hub),
        door: handing_door,
    };
    let handovers = handovers.run(stop.clone());
    let stand_ins = StandIns {
        hub: Arc::clone(hub),
        door: standing_in_door,
    };
    let stand_ins = stand_ins.run(stop.clone());
    let figures = Figures::new(Arc::clone(hub)).run(stop.clone());
    let boards = boards::run(Arc::clone(hub), stop.clone());
    // Nobody else writes a database of files.
    let follower = config
        .store
        .url
        .is_some()
        .then(|| Follower::new(Arc::clone(hub)).run(stop.clone()));
    async move {
        let follower = OptionFuture::from(follower);
        tokio::join!(
            sealer.run(stop.clone()),
            recompute.run(stop.clone()),
            clockwork.run(stop),
            keks,
            ahead,
            handovers,
            stand_ins,
            figures,
            boards,
            follower
        );
    }
}

/// What has to end, in its order: calls first, then the readers, of which the sealer publishes what
/// they committed, then the store.
struct Life {
    serving: Serving,
    reading: JoinHandle<()>,
    stop_reading: CancellationToken,
    stores: Stores,
    shutdown: Shutdown,
    _held: Held,
}

impl Life {
    async fn run(mut self) -> anyhow::Result<()> {
        let store = Arc::clone(&self.stores.store);
        let served = tokio::select! {
            served = &mut self.serving => served,
            () = store.ended() => {
                // Reads would go on and no command ever again: a new process can do both.
                self.shutdown.stop();
                let _served = (&mut self.serving).await;
                self.stop_reading.cancel();
                let _read = (&mut self.reading).await;
                self.close().await;
                anyhow::bail!("nothing is written any more, the task that writes has ended: see the log, start the hub again");
            }
            read = &mut self.reading => {
                // Nothing may be served that is not sealed.
                self.shutdown.stop();
                let _served = (&mut self.serving).await;
                self.close().await;
                return read.context("a reader of the journal ended in a panic: see the log");
            }
        };
        self.stop_reading.cancel();
        let read = (&mut self.reading).await;
        self.close().await;
        served
            .context("the server ended in a panic: see the log")?
            .context("the server ended")?;
        read.context("a reader of the journal ended in a panic: see the log")
    }

    async fn close(&self) {
        self.stores.store.close().await;
        self.stores.keyring.close().await;
    }
}

#[cfg(test)]
mod tests;
