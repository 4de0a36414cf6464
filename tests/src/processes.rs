//! The programs of the house as processes of their own, so that they can be killed as a machine kills them.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use declic_client::{Client, Options};
use declic_hub::Config;
use declic_ledger::{SignerKey, VerifierKey};
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use jiff::SignedDuration;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::cluster::Cluster;
use crate::people;

/// Between two looks at something that is awaited.
pub const LOOK: Duration = Duration::from_millis(10);

/// The time a program gets to start or to end before the test fails.
const AT_MOST: Duration = Duration::from_secs(30);

/// Time given to each attempt of a call.
const DEADLINE: Duration = Duration::from_secs(5);

/// A program of the house, started and killed as often as a test wants. Its output goes to one file.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, &'static str)>,
    log: PathBuf,
    child: Option<Child>,
}

impl Program {
    /// A program that stands beside the tests in the target folder, with its configuration file.
    pub fn new(name: &str, config: &Path, log: &Path) -> Self {
        let arguments = vec!["--config".to_owned(), config.display().to_string()];
        Self {
            path: built(name),
            arguments,
            environment: Vec::new(),
            log: log.to_owned(),
            child: None,
        }
    }

    /// Sets these variables of its environment at every start to come.
    pub fn set(&mut self, environment: &[(&'static str, &'static str)]) {
        self.environment.extend_from_slice(environment);
    }

    /// Starts it.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Same, with more variables for this time alone.
    pub fn start_with(&mut self, variables: &[(&str, &str)]) {
        assert!(self.child.is_none(), "it runs already");
        let log = || append(&self.log);
        let child = Command::new(&self.path)
            .args(&self.arguments)
            .envs(self.environment.iter().copied())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
    }

    /// SIGKILL, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.check_alive();
        self.signal(Signal::SIGKILL);
        let mut child = self.child.take().expect("it runs");
        child.wait().expect("a process that was killed ends");
    }

    /// SIGTERM: it ends by itself, and well; how long that took.
    pub async fn stop(&mut self) -> Duration {
        self.check_alive();
        self.signal(Signal::SIGTERM);
        let begun = Instant::now();
        let status = self.ended().await;
        assert!(status.success(), "{status}: {}", self.last_words());
        begun.elapsed()
    }

    /// SIGSTOP: it stands still, with all it holds.
    pub fn pause(&mut self) {
        self.check_alive();
        self.signal(Signal::SIGSTOP);
    }

    /// SIGCONT: it goes on, and knows nothing of the time between.
    pub fn resume(&mut self) {
        self.check_alive();
        self.signal(Signal::SIGCONT);
    }

    /// Waits for its end, whoever brings it about.
    pub async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        let mut child = self.child.take().expect("it runs");
        loop {
            if let Some(status) = child.try_wait().expect("a process can be asked") {
                return status;
            }
            if begun.elapsed() > AT_MOST {
                child.kill().expect("a process can be killed");
                child.wait().expect("a process that was killed ends");
                panic!("it does not end: {}", self.last_words());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Time of a processor it has used since it was started.
    pub fn processor_time(&self) -> Duration {
        /// Linux counts in hundredths of a second, on every machine it runs on: proc(5), sysconf(3).
        const TICK: Duration = Duration::from_millis(10);
        let id = self.id();
        let line = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("a process that runs");
        let (_, after_name) = line.rsplit_once(')').expect("its name stands in parentheses");
        let ticks = after_name.split_whitespace().skip(11).take(2);
        let ticks = ticks.map(|field| field.parse::<u32>().expect("a number of ticks"));
        TICK * ticks.sum::<u32>()
    }

    /// Fails when it ended by itself.
    pub fn check_alive(&mut self) {
        let child = self.child.as_mut().expect("it was started");
        let status = child.try_wait().expect("a process can be asked");
        assert!(status.is_none(), "it ended by itself: {}", self.last_words());
    }

    /// Its number among the processes of this machine.
    pub fn id(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Everything it ever wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        let id = i32::try_from(child.id()).expect("an id of a process");
        kill(Pid::from_raw(id), signal).expect("a process of ours takes signals");
    }

    fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _gone = child.kill();
            let _ended = child.wait();
        }
    }
}

/// A hub in a process of its own, always on the same port and the same files or databases.
#[derive(Debug)]
pub struct Hub {
    folder: Arc<TempDir>,
    /// Its file of configuration, inside the folder.
    config: PathBuf,
    port: u16,
    program: Program,
}

impl Hub {
    /// Prepares its folder, with the directory of [`people`]; starts nothing.
    pub fn prepare() -> Self {
        Self::prepare_with("")
    }

    /// Same, with more sections in its configuration.
    pub fn prepare_with(sections: &str) -> Self {
        Self::over(FILES, sections)
    }

    /// Same, over two new databases of a server.
    pub fn prepare_on(cluster: &Cluster) -> Self {
        Self::prepare_at(&cluster.database(), &cluster.database(), "")
    }

    /// Same, over databases at these addresses, with more sections in its configuration.
    pub fn prepare_at(store: &str, keyring: &str, sections: &str) -> Self {
        let places =
            format!("[store]\nurl = \"{store}\"\n[keyring]\nurl = \"{keyring}\"\nkek_dir = \"secrets\"\n");
        Self::over(&places, sections)
    }

    fn over(places: &str, sections: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        people::write_keys(folder.path());
        std::fs::write(folder.path().join("directory.toml"), people::directory()).expect("a file");
        Self::of(Arc::new(folder), "hub", &(CONFIG.to_owned() + places + sections))
    }

    /// Another hub over the same places, with the same secrets and the same directory, on a port of its own.
    pub fn beside(&self) -> Self {
        let text = std::fs::read_to_string(&self.config).expect("its configuration");
        let text = text.replace(&listen(self.port), &listen(0));
        Self::of(Arc::clone(&self.folder), "hub-2", &text)
    }

    fn of(folder: Arc<TempDir>, name: &str, text: &str) -> Self {
        let port = free_port();
        let config = folder.path().join(format!("{name}.toml"));
        std::fs::write(&config, text.replace(&listen(0), &listen(port))).expect("a file");
        let program = Program::new("declic-hub", &config, &folder.path().join(format!("{name}.log")));
        Self {
            folder,
            config,
            port,
            program,
        }
    }

    /// From its next start on another program is the hub: one that does the same with its clock so much behind.
    pub fn moved(&mut self, program: &str, behind: SignedDuration) {
        let (config, behind) = (self.config.display().to_string(), behind.as_secs().to_string());
        self.program.path = PathBuf::from(program);
        self.program.arguments = vec!["--config".to_owned(), config, "--behind".to_owned(), behind];
    }

    /// Its configuration, as it reads it.
    pub fn config(&self) -> Config {
        Config::load(&self.config, NoEnv).expect("a configuration")
    }

    /// Starts it and waits until its health check says SERVING; how long that took.
    pub async fn start(&mut self) -> Duration {
        let begun = Instant::now();
        self.program.start();
        while !self.serves().await {
            self.program.check_alive();
            assert!(
                begun.elapsed() < AT_MOST,
                "it does not serve: {}",
                self.program.last_words()
            );
            tokio::time::sleep(LOOK).await;
        }
        self.program.check_alive();
        begun.elapsed()
    }

    /// The process itself.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Time of a processor it has used since it was started.
    pub fn processor_time(&self) -> Duration {
        self.program.processor_time()
    }

    /// Its folder: `hub.toml`, `directory.toml`, `data/` when it has files, `secrets/`, `keys/`, `hub.log`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How people reach it.
    pub fn address(&self) -> Address {
        Address { port: self.port }
    }

    /// The key that verifies its checkpoints.
    pub fn ledger_key(&self) -> VerifierKey {
        let text =
            std::fs::read_to_string(self.folder().join("secrets/ledger.key")).expect("the ledger's key");
        SignerKey::parse(text.trim()).expect("a signing key").verifier()
    }

    async fn serves(&self) -> bool {
        let Ok(channel) = self.endpoint().connect().await else {
            return false;
        };
        let mut health = HealthClient::<Channel>::new(channel);
        let answer = health
            .check(HealthCheckRequest {
                service: String::new(),
            })
            .await;
        answer.is_ok_and(|answer| answer.get_ref().status() == ServingStatus::Serving)
    }

    fn endpoint(&self) -> Endpoint {
        let address = self.address().endpoint();
        Channel::from_shared(address)
            .expect("an address")
            .connect_timeout(DEADLINE)
            .timeout(DEADLINE)
    }
}

/// Where a hub listens, whether it runs or not.
#[derive(Debug, Clone, Copy)]
pub struct Address {
    port: u16,
}

impl Address {
    /// `http://127.0.0.1:port`.
    pub fn endpoint(self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client that makes each call once: every attempt and its outcome are the test's to see.
    pub fn once(self, member: &str) -> Client {
        self.client(member, Duration::ZERO)
    }

    /// A client that tries again, as programs have it.
    pub fn patient(self, member: &str) -> Client {
        self.client(member, AT_MOST)
    }

    fn client(self, member: &str, patience: Duration) -> Client {
        let options = Options {
            endpoint: self.endpoint(),
            audience: people::AUDIENCE.to_owned(),
            subject: member.to_owned(),
            key: people::key(member),
            ca_file: None,
            deadline: DEADLINE,
            patience,
            clock: Arc::new(|| SystemClock.now().as_second()),
            ids: Arc::new(|| SystemIds.random()),
        };
        Client::connect_lazy(options).expect("options that work")
    }
}

/// The connector of an agency in a process of its own, always on the same folders.
#[derive(Debug)]
pub struct Connector {
    folder: PathBuf,
    program: Program,
}

impl Connector {
    /// Prepares its folder inside the hub's; starts nothing.
    pub fn prepare(hub: &Hub, agency: &str) -> Self {
        Self::prepare_with(hub, agency, "")
    }

    /// Same, with more sections in its configuration.
    pub fn prepare_with(hub: &Hub, agency: &str, sections: &str) -> Self {
        let folder = hub.folder().join(agency);
        std::fs::create_dir(&folder).expect("a folder");
        let subject = format!("connector.{agency}");
        let key_file = people::key_file(hub.folder(), &subject);
        let config = folder.join("connector.toml");
        let part = |name: &str| folder.join(name).display().to_string();
        let text = format!(
            "hub = \"{}\"\nsubject = \"{subject}\"\nkey_file = \"{}\"\nstate_dir = \"{}\"\n[handover]\n\
             kind = \"directory\"\noutbox_dir = \"{}\"\ninbox_dir = \"{}\"\npoll_interval = \"20ms\"\n{sections}",
            hub.address().endpoint(),
            key_file.display(),
            part("state"),
            part("outbox"),
            part("inbox"),
        );
        std::fs::write(&config, text).expect("a file");
        let program = Program::new("declic-connector", &config, &folder.join("connector.log"));
        Self { folder, program }
    }

    /// The process itself.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Its folder: `outbox/`, `inbox/`, `state/`, `connector.log`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A program of the house: tests stand in `deps`, programs one folder above.
///
/// # Panics
/// When it was not built.
pub fn built(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test is a program");
    let target = tests.parent().and_then(Path::parent).expect("a folder of cargo");
    let program = target.join(name);
    assert!(
        program.exists(),
        "{} is missing: run `cargo build -p declic-hub -p declic-connector -p declic-cli`, or the tests of the whole workspace",
        program.display()
    );
    program
}

/// A port that nobody listens to, below those the system gives to clients: one that tries to reach a hub that is down
/// must not get its port. Never the same twice in one process.
fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 1_000 * 10).expect("a small number");
    let next = || first + TAKEN.fetch_add(1, Ordering::Relaxed);
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    std::iter::repeat_with(next)
        .take(1_000)
        .find(free)
        .expect("a free port")
}

fn append(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("a log file")
}

/// A line of configuration, which no other key of it is like.
fn listen(port: u16) -> String {
    format!("listen = \"127.0.0.1:{port}\"\n")
}

/// The rate is out of the way: tests ask faster than people do.
const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
[rate]
calls_per_second = 100000
burst = 100000
[ledger]
origin = "declic.example/faults"
key_file = "secrets/ledger.key"
[directory]
file = "directory.toml"
"#;

/// The places of a hub alone.
const FILES: &str = r#"
[store]
path = "data/hub.sqlite"
[keyring]
path = "data/keyring.sqlite"
kek_dir = "secrets"
"#;
