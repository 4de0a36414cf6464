//! The services behind the layers, and what probes are told of them.

use std::sync::Arc;

use declic_proto::v1::case_service_server::CaseServiceServer;
use declic_proto::v1::directory_service_server::DirectoryServiceServer;
use declic_proto::v1::identity_service_server::IdentityServiceServer;
use declic_proto::v1::ledger_service_server::LedgerServiceServer;
use declic_proto::v1::routing_service_server::RoutingServiceServer;
use declic_proto::v1::supervision_service_server::SupervisionServiceServer;
use declic_proto::v1::ticket_service_server::TicketServiceServer;
use declic_runtime::server::{self, Limits, Listener};
use prost::Message as _;
use tokio::task::JoinHandle;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::caller::Authenticator;
use crate::cases::Cases;
use crate::config::Config;
use crate::directories::Directories;
use crate::hub::Hub;
use crate::identity::Identity;
use crate::layers::{self, WriteDoor};
use crate::ledger::Ledger;
use crate::routing::Routing;
use crate::supervision::Supervision;
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

/// The server's task; its end is the server's.
pub type Serving = JoinHandle<Result<(), tonic::transport::Error>>;

/// Puts the services behind the layers and serves them in a task of its own.
///
/// # Errors
/// When our own descriptors cannot be read, which a test excludes; when who is to be signed in has an impossible name.
pub async fn serve(
    config: &Config,
    hub: &Arc<Hub>,
    door: &Arc<WriteDoor>,
    listener: Listener,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> anyhow::Result<Serving> {
    let methods = contract_methods()?;
    let (reporter, health) = tonic_health::server::health_reporter();
    tell_probes(reporter, &methods, hub, door).await;
    let identity = Identity::new(Arc::clone(hub), config)?;
    let mut routes = services(hub, identity, &config.limits).add_service(health);
    if config.server.reflection {
        routes = routes
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);
    }
    let router = server::builder(&config.limits)
        .layer(layers::list::<Routes, Authenticator>(layer_parts(
            config, hub, door, methods,
        )))
        .add_routes(routes);
    let (limits, shutdown) = (config.limits.clone(), hub.shutdown.clone());
    Ok(tokio::spawn(async move {
        server::serve(router, listener, tls, &limits, &shutdown).await
    }))
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

/// The services of the contract, each with the limits of its messages.
fn services(hub: &Arc<Hub>, identity: Identity, limits: &Limits) -> Routes {
    // The limits of messages are each generated service's own: tonic has none for a whole server.
    macro_rules! limited {
        ($server:ident, $service:expr) => {
            $server::new($service)
                .max_decoding_message_size(limits.max_decoding_message_bytes)
                .max_encoding_message_size(limits.max_encoding_message_bytes)
        };
    }
    Routes::new(limited!(CaseServiceServer, Cases::new(Arc::clone(hub))))
        .add_service(limited!(TicketServiceServer, Tickets::new(Arc::clone(hub))))
        .add_service(limited!(RoutingServiceServer, Routing::new(Arc::clone(hub))))
        .add_service(limited!(LedgerServiceServer, Ledger::new(Arc::clone(hub))))
        .add_service(limited!(
            SupervisionServiceServer,
            Supervision::new(Arc::clone(hub))
        ))
        .add_service(limited!(
            DirectoryServiceServer,
            Directories::new(Arc::clone(hub))
        ))
        .add_service(limited!(IdentityServiceServer, identity))
}

/// What the layers are made of, over this hub.
fn layer_parts(
    config: &Config,
    hub: &Arc<Hub>,
    door: &Arc<WriteDoor>,
    methods: Vec<String>,
) -> layers::Parts<Authenticator> {
    let directory = Arc::clone(hub);
    layers::Parts {
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
            hub.secrets.sign_in_key().public(),
            move || directory.directory(),
        )),
        rate: config.rate,
        door: Arc::clone(door),
    }
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(declic_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

/// Tells probes whether commands are taken: now, and once they are refused or the hub stops.
async fn tell_probes(reporter: HealthReporter, methods: &[String], hub: &Hub, door: &Arc<WriteDoor>) {
    let mut services: Vec<String> = methods
        .iter()
        .filter_map(|method| Some(method.split_once('/')?.0.to_owned()))
        .collect();
    services.dedup();
    // The empty name is the whole hub.
    services.push(String::new());
    let now = if door.is_open() {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    report(&reporter, &services, now).await;
    let (door, shutdown) = (Arc::clone(door), hub.shutdown.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = door.closed() => {}
            () = shutdown.stopping() => {}
        }
        report(&reporter, &services, ServingStatus::NotServing).await;
    });
}

async fn report(reporter: &HealthReporter, services: &[String], status: ServingStatus) {
    for service in services {
        reporter.set_service_status(service, status).await;
    }
}
