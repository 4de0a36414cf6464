//! The hub of a generated year, in this process and on a clock that is moved, and everybody who speaks to it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use declic_auth::SigningKey;
use declic_client::{Client, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Options, SetupError};
use declic_runtime::{Clock as _, Ids as _, ManualClock, Shutdown, SystemIds};
use jiff::Timestamp;

use super::staff::{ADMINISTRATOR, Staff};
use crate::demo::folder::Folder;
use crate::failure::{Exit, Failure};
use crate::settings::DEFAULT_AUDIENCE;

/// What `declic hub --config` reads once a year was generated.
pub const CONFIG: &str = r#"# Made by `declic generate`. deploy/hub.example.toml explains every key.
[server]
listen = "127.0.0.1:7443"
[store]
path = "hub/hub.sqlite"
[keyring]
path = "hub/keyring.sqlite"
kek_dir = "hub/secrets"
[ledger]
origin = "declic.example/generated"
key_file = "hub/secrets/ledger.key"
[directory]
file = "directory.toml"
"#;

/// A hub at work, and its people.
pub struct House {
    hub: declic_hub::Running,
    clock: ManualClock,
    keys: HashMap<String, SigningKey>,
    administrator: Client,
    clients: Mutex<HashMap<String, Client>>,
}

impl House {
    /// Writes keys and directory, and starts the hub at this time. `others` are those of the directory who are no staff.
    pub async fn start(
        folder: &Folder,
        mut config: declic_hub::Config,
        staff: &Staff,
        others: &[&str],
        directory: impl FnOnce(&dyn Fn(&str) -> String) -> String,
        now: Timestamp,
        shutdown: &Shutdown,
    ) -> Result<Self, Failure> {
        let members = staff.members().map(|member| member.id.as_str());
        let keys = folder.keys(members.chain(others.iter().copied()))?;
        let public = |id: &str| keys.get(id).map(SigningKey::public_base64).unwrap_or_default();
        folder.write(&config.directory.file, directory(&public).as_bytes())?;
        // A year passes in minutes, on a free port: nobody is to be slowed down.
        config.server.listen.set_port(0);
        config.rate.calls_per_second = 1_000_000;
        config.rate.burst = 1_000_000;
        let clock = ManualClock::at(now);
        let hub = declic_hub::start_with(
            config,
            shutdown.clone(),
            Arc::new(clock.clone()),
            Arc::new(SystemIds),
        );
        let hub = hub.await.map_err(|error| broken(&error))?;
        let options = options(&hub, &clock, ADMINISTRATOR, keys[ADMINISTRATOR].clone());
        let administrator = Client::connect(options).await.map_err(|error| unusable(&error))?;
        Ok(Self {
            hub,
            clock,
            keys,
            administrator,
            clients: Mutex::default(),
        })
    }

    /// Moves the clock forward to this time, of hub and people alike.
    pub fn it_is(&self, now: Timestamp) {
        if now > self.clock.now() {
            self.clock.set(now);
        }
    }

    /// Lets the hub do what became due, and hand over what somebody who left an agency had.
    pub async fn catch_up(&self, left: Option<&str>) -> Result<(), Failure> {
        let done = self.hub.catch_up(left).await;
        done.map_err(|error| broken(&error))
    }

    /// How often each kind of thing has happened so far, by its name.
    pub async fn happened(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let kinds = self.hub.kinds().await;
        kinds.map_err(|error| broken(&error))
    }

    /// Who speaks as this member, over the connection of all.
    pub fn client(&self, member: &str) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(member) {
            return client.clone();
        }
        let options = options(&self.hub, &self.clock, member, self.keys[member].clone());
        let client = self
            .administrator
            .connected_as(options)
            .expect("the options of one that works");
        clients.insert(member.to_owned(), client.clone());
        client
    }

    /// The public key of a member.
    pub fn public_key(&self, member: &str) -> String {
        self.keys[member].public_base64()
    }

    /// A fresh request id.
    pub fn id(&self) -> String {
        SystemIds.random().to_string()
    }

    /// Stops the hub once everything is sealed.
    pub async fn stop(self) -> Result<(), Failure> {
        self.hub.stop().await.map_err(|error| broken(&error))
    }
}

fn options(hub: &declic_hub::Running, clock: &ManualClock, member: &str, key: SigningKey) -> Options {
    let clock = clock.clone();
    Options {
        endpoint: format!("http://{}", hub.address),
        audience: DEFAULT_AUDIENCE.to_owned(),
        subject: member.to_owned(),
        key,
        ca_file: None,
        deadline: DEFAULT_DEADLINE,
        patience: DEFAULT_PATIENCE,
        clock: Arc::new(move || clock.now().as_second()),
        ids: Arc::new(|| SystemIds.random()),
    }
}

fn broken(error: &anyhow::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{error:#}"))
}

fn unusable(error: &SetupError) -> Failure {
    Failure::new(Exit::Failure, error.to_string())
}
