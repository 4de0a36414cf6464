//! From a configuration to a hub that serves, and back to nothing. Every failure says what to do about it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use declic_domain::directory::{Directory, Item};
use declic_ledger::VerifierKey;
use declic_proto::v1::case_service_server::CaseServiceServer;
use declic_proto::v1::identity_service_server::IdentityServiceServer;
use declic_proto::v1::ledger_service_server::LedgerServiceServer;
use declic_proto::v1::routing_service_server::RoutingServiceServer;
use declic_proto::v1::ticket_service_server::TicketServiceServer;
use declic_runtime::server::{self, Limits, Listener};
use declic_runtime::telemetry::ServiceName;
use declic_runtime::{Clock, Ids, Shutdown, SystemClock, SystemIds, tls};
use declic_store::Store;
use prost::Message as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::caller::Authenticator;
use crate::cases::Cases;
use crate::config::Config;
use crate::directory::{self, Journal};
use crate::files::Held;
use crate::hub::{Hub, Parts};
use crate::identity::Identity;
use crate::layers::{self, WriteDoor};
use crate::ledger::Ledger;
use crate::readers::recompute::Recompute;
use crate::readers::sealer::{self, Sealer};
use crate::routing::Routing;
use crate::stores::{self, Ring, Stores};
use crate::tickets::Tickets;

/// Package of the contract.
const PACKAGE: &str = "declic.v1";

/// Methods that are served beside the contract's.
const OTHER_METHODS: [&str; 5] = [
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/Watch",
    "grpc.health.v1.Health/List",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// A hub that serves.
#[must_use = "a hub that is dropped goes on serving until its process ends"]
pub struct Running {
    /// Where it listens, with the port that was taken.
    pub address: SocketAddr,
    /// The key that verifies its checkpoints, as text: safe to publish.
    pub ledger_key: String,
    /// What its services share, for tests that look inside.
    pub hub: Arc<Hub>,
    shutdown: Shutdown,
    life: JoinHandle<anyhow::Result<()>>,
}

impl Running {
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
    let Stores {
        store,
        keyring,
        vault,
    } = stores::open(&config, secrets.keks, &secrets.secrets).await?;
    let ledger_key = secrets.signer.verifier();
    let door = Arc::new(WriteDoor::open());
    let anchor = check_ledger(store.as_ref(), &ledger_key, &door).await?;
    let journal = Journal {
        store: store.as_ref(),
        vault: &vault,
        origin: &config.ledger.origin,
        anchor,
        now: clock.now(),
    };
    let directory = put_in_force(&journal, items, &door).await?;
    let hub = Arc::new(Hub::new(Parts {
        store: Arc::clone(&store),
        vault,
        clock,
        ids,
        secrets: secrets.secrets,
        origin: config.ledger.origin.clone(),
        ledger_key: ledger_key.clone(),
        shutdown: shutdown.clone(),
        directory,
    }));
    hub.set_anchor(anchor);

    let serving = serve(&config, &hub, &door, listener, tls).await?;
    let stop_reading = CancellationToken::new();
    let told = Arc::clone(&hub);
    let recompute = Recompute {
        store: Arc::clone(&store),
        key: ledger_key.clone(),
        door: Arc::clone(&door),
        every: config.ledger.recompute_every,
    };
    let sealer = Sealer::new(store, secrets.signer, door, move |size| told.set_anchor(size));
    let readers = (
        sealer.run(stop_reading.clone()),
        recompute.run(stop_reading.clone()),
    );
    let store = Arc::clone(&hub.store);
    let life = Life {
        serving,
        reading: tokio::spawn(async {
            tokio::join!(readers.0, readers.1);
        }),
        stop_reading,
        store,
        keyring,
        shutdown: shutdown.clone(),
        _held: held,
    };
    tracing::info!(%address, ledger = hub.origin, "the hub serves");
    Ok(Running {
        address,
        ledger_key: ledger_key.to_text(),
        hub,
        shutdown,
        life: tokio::spawn(life.run()),
    })
}

/// Checks a configuration and its directory without starting or writing anything; gives the directory of the file.
///
/// # Errors
/// What would keep a hub of this configuration from starting, as far as its files tell.
pub fn check(config: &Config) -> anyhow::Result<Directory> {
    let mut directory = Directory::default();
    for item in directory::read(&config.directory.file)? {
        directory.apply(item);
    }
    directory
        .check()
        .with_context(|| config.directory.file.display().to_string())?;
    config.tls.as_ref().map(tls::server_config).transpose()?;
    Ok(directory)
}

/// What this process is called in telemetry.
pub fn service_name() -> ServiceName {
    ServiceName {
        name: "declic-hub",
        version: env!("CARGO_PKG_VERSION"),
        instance: SystemIds.random(),
    }
}

/// Every method of the contract, as `package.Service/Method`.
///
/// # Errors
/// When our own descriptors cannot be read, which a test excludes.
pub(crate) fn contract_methods() -> Result<Vec<String>, prost::DecodeError> {
    let descriptors = prost_types::FileDescriptorSet::decode(declic_proto::DESCRIPTORS)?;
    let files = descriptors
        .file
        .into_iter()
        .filter(|file| file.package() == PACKAGE);
    let services = files.flat_map(|file| file.service);
    Ok(services
        .flat_map(|service| {
            let name = format!("{PACKAGE}.{}", service.name());
            service
                .method
                .into_iter()
                .map(move |method| format!("{name}/{}", method.name()))
        })
        .collect())
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
) -> anyhow::Result<Directory> {
    if door.is_open() {
        return directory::import(journal, items)
            .await
            .context("[directory] file");
    }
    Ok(directory::stored(journal.store).await?)
}

/// Puts the services behind the layers and serves them in a task of its own.
async fn serve(
    config: &Config,
    hub: &Arc<Hub>,
    door: &Arc<WriteDoor>,
    listener: Listener,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> anyhow::Result<JoinHandle<Result<(), tonic::transport::Error>>> {
    let methods = contract_methods()?;
    let mut services: Vec<String> = methods
        .iter()
        .filter_map(|method| Some(method.split_once('/')?.0.to_owned()))
        .collect();
    services.dedup();
    let directory = Arc::clone(hub);
    let layers = layers::list::<Routes, Authenticator>(layers::Parts {
        ids: Arc::clone(&hub.ids),
        meter: opentelemetry::global::meter("declic-hub"),
        methods: methods
            .into_iter()
            .chain(OTHER_METHODS.map(str::to_owned))
            .collect(),
        limits: config.limits.clone(),
        authenticator: Arc::new(Authenticator::new(
            &config.server.audience,
            Arc::clone(&hub.clock),
            move || directory.directory(),
        )),
        rate: config.rate,
        door: Arc::clone(door),
    });
    let (reporter, health) = tonic_health::server::health_reporter();
    let health_status = if door.is_open() {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    report(&reporter, &services, health_status).await;
    tokio::spawn(report_the_end(
        reporter,
        services,
        Arc::clone(door),
        hub.shutdown.clone(),
    ));
    let (reflection, reflection_alpha) = if config.server.reflection {
        (
            Some(reflection().build_v1()?),
            Some(reflection().build_v1alpha()?),
        )
    } else {
        (None, None)
    };
    let Limits {
        max_decoding_message_bytes: longest_in,
        max_encoding_message_bytes: longest_out,
        ..
    } = config.limits;
    // The limits of messages are each generated service's own: tonic has none for a whole server.
    macro_rules! limited {
        ($server:ident, $service:expr) => {
            $server::new($service)
                .max_decoding_message_size(longest_in)
                .max_encoding_message_size(longest_out)
        };
    }
    let router = server::builder(&config.limits)
        .layer(layers)
        .add_service(health)
        .add_optional_service(reflection)
        .add_optional_service(reflection_alpha)
        .add_service(limited!(CaseServiceServer, Cases::new(Arc::clone(hub))))
        .add_service(limited!(TicketServiceServer, Tickets::new(Arc::clone(hub))))
        .add_service(limited!(RoutingServiceServer, Routing::new(Arc::clone(hub))))
        .add_service(limited!(LedgerServiceServer, Ledger::new(Arc::clone(hub))))
        .add_service(limited!(IdentityServiceServer, Identity));
    let (limits, shutdown) = (config.limits.clone(), hub.shutdown.clone());
    Ok(tokio::spawn(async move {
        server::serve(router, listener, tls, &limits, &shutdown).await
    }))
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(declic_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

async fn report(reporter: &HealthReporter, services: &[String], status: ServingStatus) {
    // The empty name is the whole hub.
    for service in services.iter().map(String::as_str).chain([""]) {
        reporter.set_service_status(service, status).await;
    }
}

/// Tells probes when commands are refused from now on, or the hub stops.
async fn report_the_end(
    reporter: HealthReporter,
    services: Vec<String>,
    door: Arc<WriteDoor>,
    shutdown: Shutdown,
) {
    tokio::select! {
        () = door.closed() => {}
        () = shutdown.stopping() => {}
    }
    report(&reporter, &services, ServingStatus::NotServing).await;
}

/// What has to end, in its order: calls first, then the readers, of which the sealer publishes what
/// they committed, then the store.
struct Life {
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
    reading: JoinHandle<()>,
    stop_reading: CancellationToken,
    store: Arc<dyn Store>,
    keyring: Ring,
    shutdown: Shutdown,
    _held: Held,
}

impl Life {
    async fn run(mut self) -> anyhow::Result<()> {
        let served = tokio::select! {
            served = &mut self.serving => served,
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
        self.store.close().await;
        self.keyring.close().await;
    }
}

#[cfg(test)]
mod tests;
