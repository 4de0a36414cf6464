//! The demo's processes, all in this one: a hub, the agencies' connectors, and the agencies' own software.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Options};
use declic_runtime::server::Limits;
use declic_runtime::{Clock as _, Ids as _, Shutdown, SystemClock, SystemIds, telemetry};
use tokio::task::JoinSet;

use super::back_office::BackOffice;
use super::folder::Folder;
use super::people;
use crate::failure::{Exit, Failure};
use crate::settings::DEFAULT_AUDIENCE;

/// Name of the demo's ledger.
const ORIGIN: &str = "declic.example/demo";

/// How often the connectors look for answers: this house is on one machine and nobody waits for long.
const LOOK_FOR_ANSWERS: Duration = Duration::from_millis(25);

/// Everything at work.
pub struct House {
    hub: declic_hub::Running,
    console: Option<declic_console::Running>,
    connectors: Vec<declic_connector::Running>,
    back_offices: JoinSet<anyhow::Result<Infallible>>,
}

impl House {
    /// Starts the hub, then what follows it.
    pub async fn start(folder: &Folder, listen: SocketAddr, shutdown: &Shutdown) -> Result<Self, Failure> {
        let directory = folder.write_directory()?;
        let config = hub_config(folder, listen, directory);
        let hub = declic_hub::start(config, shutdown.clone())
            .await
            .map_err(|error| broken(&error))?;
        let mut house = Self {
            hub,
            console: None,
            connectors: Vec::new(),
            back_offices: JoinSet::new(),
        };
        if let Err(failure) = house.start_agencies(folder, shutdown).await {
            // What already runs stops before the reason is told.
            let _later = house.stop().await;
            return Err(failure);
        }
        Ok(house)
    }

    /// `http://127.0.0.1:port`.
    pub fn address(&self) -> String {
        format!("http://{}", self.hub.address)
    }

    /// Serves the pages too, and says where: `http://127.0.0.1:port`.
    pub async fn open_console(&mut self, shutdown: &Shutdown) -> Result<String, Failure> {
        let config = declic_console::Config {
            hub: self.address(),
            ca_file: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: "http://127.0.0.1".to_owned(),
            telemetry: telemetry::Config::default(),
        };
        let console = declic_console::start(config, shutdown.clone())
            .await
            .map_err(|error| broken(&error))?;
        let address = format!("http://{}", console.address);
        self.console = Some(console);
        Ok(address)
    }

    /// The ledger's public key as the hub says it.
    pub fn ledger_key(&self) -> &str {
        &self.hub.ledger_key
    }

    /// A client that speaks as a member of the demo, with the member's own key.
    pub fn client(&self, folder: &Folder, member: &str) -> Result<Client, Failure> {
        let options = Options {
            endpoint: self.address(),
            audience: DEFAULT_AUDIENCE.to_owned(),
            subject: member.to_owned(),
            key: folder.key(member)?,
            ca_file: None,
            deadline: DEFAULT_DEADLINE,
            patience: DEFAULT_PATIENCE,
            clock: Arc::new(|| SystemClock.now().as_second()),
            ids: Arc::new(|| SystemIds.random()),
        };
        Client::connect_lazy(options).map_err(|error| Failure::new(Exit::Failure, error.to_string()))
    }

    /// Returns when an agency's software ends, which it never does by itself.
    pub async fn broken_back_office(&mut self) -> Failure {
        match self.back_offices.join_next().await {
            Some(Ok(Err(error))) => broken(&error),
            Some(Err(error)) => Failure::new(Exit::Failure, error.to_string()),
            Some(Ok(Ok(never))) => match never {},
            None => std::future::pending().await,
        }
    }

    /// Stops everything, those who speak to the hub before the hub.
    pub async fn stop(mut self) -> Result<(), Failure> {
        self.back_offices.shutdown().await;
        let mut ended = Ok(());
        for connector in self.connectors {
            ended = ended.and(connector.stop().await);
        }
        if let Some(console) = self.console {
            ended = ended.and(console.stop().await);
        }
        let hub = self.hub.stop().await;
        ended.and(hub).map_err(|error| broken(&error))
    }

    async fn start_agencies(&mut self, folder: &Folder, shutdown: &Shutdown) -> Result<(), Failure> {
        for agency in people::connected() {
            let home = folder.path("agencies").join(agency.id);
            let (outbox, inbox) = (home.join("outbox"), home.join("inbox"));
            let subject = agency.connector();
            let key_file = folder.key_file(&subject);
            let mut config = declic_connector::Config::directory(
                self.address(),
                subject,
                key_file,
                home.join("state"),
                &outbox,
                &inbox,
            );
            config.handover.poll_interval = LOOK_FOR_ANSWERS;
            let connector = declic_connector::start(config, shutdown.clone()).await;
            self.connectors.push(connector.map_err(|error| broken(&error))?);
            let agent = format!("members/{}", agency.agent);
            self.back_offices.spawn(
                BackOffice {
                    agency: agency.id,
                    agent,
                    outbox,
                    inbox,
                }
                .run(),
            );
        }
        Ok(())
    }
}

/// Of the demo's hub.
pub fn hub_config(folder: &Folder, listen: SocketAddr, directory: std::path::PathBuf) -> declic_hub::Config {
    use declic_hub::config::{Database, DirectoryFile, Keyring, Ledger, Rate, Server};
    declic_hub::Config {
        server: Server {
            listen,
            audience: DEFAULT_AUDIENCE.to_owned(),
            reflection: true,
        },
        tls: None,
        limits: Limits::default(),
        rate: Rate::default(),
        store: Database {
            path: folder.path("hub/hub.sqlite"),
            url: None,
        },
        keyring: Keyring {
            path: folder.path("hub/keyring.sqlite"),
            url: None,
            kek_dir: folder.path("hub/secrets"),
        },
        ledger: Ledger {
            origin: ORIGIN.to_owned(),
            key_file: folder.ledger_key_file(),
            recompute_every: Duration::from_secs(3_600),
        },
        directory: DirectoryFile { file: directory },
        sign_in: None,
        telemetry: telemetry::Config::default(),
        invented_people: people::with_a_screen()
            .map(|member| member.id.to_owned())
            .collect(),
    }
}

fn broken(error: &anyhow::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{error:#}"))
}
