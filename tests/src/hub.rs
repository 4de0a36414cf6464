//! A hub for a test, and what its end must leave behind.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use declic_calendar::Calendar;
use declic_client::{Anonymous, Client, Options};
use declic_hub::{Config, Running};
use declic_ledger::VerifierKey;
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock, Ids as _, Shutdown, SystemClock, SystemIds};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::{oracle, people};

/// Time for calls to finish once the hub is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// The machine's clock, moved by as much as a test wants. Clones show the same time.
#[derive(Debug, Clone, Default)]
pub struct MovedClock(Arc<std::sync::Mutex<SignedDuration>>);

/// A real hub on a free port of the loopback, with its folder, its directory and everyone's keys.
///
/// End it with [`TestHub::stop`], which checks what it leaves behind.
pub struct TestHub {
    folder: TempDir,
    running: Running,
    clock: MovedClock,
    invented: &'static [&'static str],
}

impl TestHub {
    /// Starts one on an empty folder, with the directory of [`people`].
    pub async fn start() -> Self {
        Self::start_with(str::to_owned).await
    }

    /// Same, at another time: the clock of hub and clients is moved before it starts. Timers fire when the clock of the engine
    /// agrees, which for a file is the machine's: so a test that lets time pass for them begins in the past.
    pub async fn start_at(now: Timestamp) -> Self {
        Self::start_on(MovedClock::at(now), str::to_owned, &[]).await
    }

    /// Same as [`TestHub::start`], a demonstration: anybody may sign in as one of these members.
    pub async fn start_with_invented(people: &'static [&'static str]) -> Self {
        Self::start_on(MovedClock::default(), str::to_owned, people).await
    }

    /// Same, at another time, as [`TestHub::start_at`].
    pub async fn start_with_invented_at(people: &'static [&'static str], now: Timestamp) -> Self {
        Self::start_on(MovedClock::at(now), str::to_owned, people).await
    }

    /// Same, with something changed in its configuration.
    pub async fn start_with(change: impl FnOnce(&str) -> String) -> Self {
        Self::start_on(MovedClock::default(), change, &[]).await
    }

    async fn start_on(
        clock: MovedClock,
        change: impl FnOnce(&str) -> String,
        invented: &'static [&'static str],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        people::write_keys(folder.path());
        std::fs::write(folder.path().join("directory.toml"), people::directory()).expect("a file");
        std::fs::write(folder.path().join("hub.toml"), change(CONFIG)).expect("a file");
        let running = start(folder.path(), &clock, invented).await;
        Self {
            folder,
            running: running.expect("a hub that starts"),
            clock,
            invented,
        }
    }

    /// Stops it softly and starts it again on the same folder: what was written is there, the port may be another.
    pub async fn restart(self) -> Self {
        self.restart_between(async |_| ()).await
    }

    /// Same, off for so long.
    pub async fn off_for(self, time: SignedDuration) -> Self {
        let clock = self.clock.clone();
        self.restart_between(async |_| clock.pass(time)).await
    }

    /// Same, with something done to its folder in between.
    pub async fn restart_between(self, between: impl AsyncFnOnce(&Path)) -> Self {
        let Self {
            folder,
            running,
            clock,
            invented,
        } = self;
        running.stop().await.expect("a clean end");
        between(folder.path()).await;
        let running = start(folder.path(), &clock, invented).await;
        Self {
            folder,
            running: running.expect("a hub that starts again"),
            clock,
            invented,
        }
    }

    /// Stops it and checks its files: [`oracle::check`].
    ///
    /// # Panics
    /// When anything that must always be true is not.
    pub async fn stop(self) -> oracle::Findings {
        let Self {
            folder,
            running,
            clock,
            ..
        } = self;
        let key = VerifierKey::parse(&running.ledger_key).expect("a key's text");
        running.stop().await.expect("a clean end");
        oracle::check(&config(folder.path()), &key, clock.now()).await
    }

    /// A client without a key, as a program has it that signs people in.
    pub fn anonymous(&self) -> Client {
        let options = self.options("nobody");
        let options = Anonymous {
            endpoint: options.endpoint,
            ca_file: options.ca_file,
            deadline: options.deadline,
            patience: options.patience,
            ids: options.ids,
        };
        Client::anonymous(options).expect("options that work")
    }

    /// A client that speaks as this member of the directory.
    pub fn speaks_as(&self, member: &str) -> Client {
        Client::connect_lazy(self.options(member)).expect("options that work")
    }

    /// The options of [`TestHub::speaks_as`].
    pub fn options(&self, member: &str) -> Options {
        self.clock.options(self.endpoint(), member)
    }

    /// `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// A connection without anybody's token.
    pub async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(self.endpoint()).expect("an address");
        endpoint.connect().await.expect("the hub listens")
    }

    /// The hub that runs, for tests that look inside.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The key that verifies its checkpoints.
    pub fn ledger_key(&self) -> VerifierKey {
        VerifierKey::parse(&self.running.ledger_key).expect("a key's text")
    }

    /// Its configuration, as it was read.
    pub fn config(&self) -> Config {
        config(self.folder.path())
    }

    /// Its folder: `hub.toml`, `directory.toml`, `data/`, `secrets/`, and `keys/` with everyone's private keys.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file or folder of it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its clock.
    pub fn clock(&self) -> MovedClock {
        self.clock.clone()
    }

    /// The present, for hub and clients alike.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass, for hub and clients alike. Tokens in use end; clients sign new ones.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.pass(time);
    }

    /// The social worker who opens most cases, Camille Martin of the CCAS de Pontivy.
    pub fn social_worker(&self) -> Client {
        self.speaks_as("camille.martin")
    }

    /// Her colleague Yann Le Goff.
    pub fn colleague(&self) -> Client {
        self.speaks_as("yann.le-goff")
    }

    /// A social worker of another organisation, Nora Haddad of the France Services of Vannes.
    pub fn other_social_worker(&self) -> Client {
        self.speaks_as("nora.haddad")
    }

    /// Claire Morel, agent of the desk `solidarite` of the Caf du Morbihan.
    pub fn caf_agent(&self) -> Client {
        self.speaks_as("claire.morel")
    }

    /// Marc Lefèvre, agent of the MSA Portes de Bretagne.
    pub fn msa_agent(&self) -> Client {
        self.speaks_as("marc.lefevre")
    }

    /// Erwan Le Roux, triage agent of the Morbihan.
    pub fn triage_agent(&self) -> Client {
        self.speaks_as("erwan.le-roux")
    }

    /// Paul Durand, supervisor of the Morbihan.
    pub fn supervisor(&self) -> Client {
        self.speaks_as("paul.durand")
    }

    /// Inès Fabre, auditor.
    pub fn auditor(&self) -> Client {
        self.speaks_as("ines.fabre")
    }

    /// Jean Rolland, administrator.
    pub fn administrator(&self) -> Client {
        self.speaks_as("jean.rolland")
    }

    /// The connector of an agency ("caf-56").
    pub fn connector(&self, agency: &str) -> Client {
        self.speaks_as(&format!("connector.{agency}"))
    }
}

/// An hour after the first opening so many days ago, or after it: hubs here live by the calendar of the territory, and not
/// by the hour at which the tests happen to run.
pub fn morning(days_ago: i64) -> Timestamp {
    let calendar = Calendar::for_departement("56");
    let day = calendar.date_of(SystemClock.now() - SignedDuration::from_hours(24 * days_ago));
    let midnight = day.to_zoned(calendar.time_zone().clone()).expect("a day");
    calendar.next_open(midnight.timestamp()) + SignedDuration::from_hours(1)
}

impl MovedClock {
    /// So much behind the machine's.
    pub fn behind(time: SignedDuration) -> Self {
        let clock = Self::default();
        clock.pass(-time);
        clock
    }

    /// One that shows this time now.
    pub fn at(now: Timestamp) -> Self {
        Self::behind(SystemClock.now().duration_since(now))
    }

    /// Makes it show this time now.
    pub fn set(&self, now: Timestamp) {
        self.pass(now.duration_since(self.now()));
    }

    /// The options of a client that lives by this clock.
    pub fn options(&self, endpoint: String, member: &str) -> Options {
        let clock = self.clone();
        Options {
            endpoint,
            audience: people::AUDIENCE.to_owned(),
            subject: member.to_owned(),
            key: people::key(member),
            ca_file: None,
            deadline: Duration::from_secs(10),
            patience: Duration::from_secs(10),
            clock: Arc::new(move || clock.now().as_second()),
            ids: Arc::new(|| SystemIds.random()),
        }
    }

    /// Moves it, forward or back.
    fn pass(&self, time: SignedDuration) {
        *self.0.lock().expect("no thread panicked with it") += time;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let moved = *self.0.lock().expect("no thread panicked with it");
        SystemClock
            .now()
            .checked_add(moved)
            .expect("a test stays within the calendar")
    }
}

/// The configuration in a test's folder.
pub fn config(folder: &Path) -> Config {
    Config::load(&folder.join("hub.toml"), NoEnv).expect("a configuration")
}

async fn start(folder: &Path, clock: &MovedClock, invented: &[&str]) -> anyhow::Result<Running> {
    let shutdown = Shutdown::new(GRACE);
    let mut config = config(folder);
    config.invented_people = invented.iter().map(|id| (*id).to_owned()).collect();
    declic_hub::start_with(config, shutdown, Arc::new(clock.clone()), Arc::new(SystemIds)).await
}

/// The rate is out of the way: tests ask faster than people do.
const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
reflection = true
[rate]
calls_per_second = 100000
burst = 100000
[store]
path = "data/hub.sqlite"
[keyring]
path = "data/keyring.sqlite"
kek_dir = "secrets"
[ledger]
origin = "declic.example/tests"
key_file = "secrets/ledger.key"
[directory]
file = "directory.toml"
"#;
