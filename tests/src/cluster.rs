//! A PostgreSQL server of a test's own, which may be stopped, killed, stalled and starved.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection as _, PgConnection};

use crate::postgres;

/// As a server is run: what it says is written is on the disk.
/// Whole statements are shown to whoever looks at its sessions, and deadlocks are found before anybody gives up waiting.
const DURABLE: &str = "-c fsync=on -c full_page_writes=on -c synchronous_commit=on \
     -c track_activity_query_size=65536 -c deadlock_timeout=200ms";

/// The time a server gets to do what it is told.
const AT_MOST: Duration = Duration::from_secs(60);

/// A server with databases for hubs.
pub struct Cluster {
    server: postgres::Cluster,
    databases: std::cell::Cell<u32>,
}

/// Processes that stand still until this is dropped.
#[derive(Debug)]
#[must_use = "they go on when this is dropped"]
pub struct Stalled(Vec<Pid>);

/// How a server is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// Its first process is killed; the others end by themselves, as they find out.
    Killed,
    /// `pg_ctl stop -m immediate`: every process ends where it stands, and the next start recovers.
    Immediate,
    /// `pg_ctl stop -m fast`: sessions are ended, and what they had begun is rolled back.
    Fast,
}

impl Cluster {
    /// Starts one that writes through to the disk.
    ///
    /// # Panics
    /// When the server's programs are missing or it does not start.
    pub fn start() -> Self {
        Self::with(None, None)
    }

    /// Same, with its data and its log of writes in these folders.
    ///
    /// # Panics
    /// As [`Cluster::start`].
    pub fn start_on(data: &Path, wal: &Path) -> Self {
        Self::with(Some(data), Some(wal))
    }

    fn with(data: Option<&Path>, wal: Option<&Path>) -> Self {
        let server = postgres::Cluster::start_with(DURABLE, data, wal);
        Self {
            server: server.unwrap_or_else(|why| panic!("{why}")),
            databases: std::cell::Cell::new(0),
        }
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        let number = self.databases.get() + 1;
        self.databases.set(number);
        let name = format!("declic_{number}");
        let create = format!("CREATE DATABASE {name}");
        done(self.server.psql("postgres").args(["-c", &create]));
        postgres::url(self.server.home(), &name)
    }

    /// The file by which its sessions are reached.
    pub fn socket(&self) -> PathBuf {
        self.server.home().join(".s.PGSQL.5432")
    }

    /// Takes it away.
    pub fn take_away(&self, how: Away) {
        match how {
            Away::Killed => {
                kill(self.first_process(), Signal::SIGKILL).expect("a process of ours takes signals");
                // Its other processes hold its memory until they have found out.
                let begun = Instant::now();
                while !self.processes().is_empty() {
                    assert!(begun.elapsed() < AT_MOST, "the server's processes do not end");
                    std::thread::sleep(crate::processes::LOOK);
                }
                // Where nobody buries the dead its number looks taken, and the next start would be refused.
                let lock = self.socket().with_extension("5432.lock");
                for file in [self.server.data().join("postmaster.pid"), lock] {
                    let _gone = std::fs::remove_file(file);
                }
            }
            Away::Immediate => self.control(&["stop", "-m", "immediate"]),
            Away::Fast => self.control(&["stop", "-m", "fast"]),
        }
    }

    /// Starts it again and waits until it takes sessions.
    ///
    /// # Panics
    /// When it does not start.
    pub fn bring_back(&self) {
        self.control(&["start"]);
    }

    /// Whether its first process runs.
    pub fn is_up(&self) -> bool {
        let file = self.server.data().join("postmaster.pid");
        file.exists()
            && state_and_parent(self.first_process().as_raw()).is_some_and(|(state, _)| state != 'Z')
    }

    /// Stops every process of it where it stands.
    pub fn stall(&self) -> Stalled {
        let mut stalled = Stalled(vec![self.first_process()]);
        // The first process first: it starts no others any more.
        stalled.0.extend(self.sessions());
        for process in &stalled.0 {
            // One may have ended since.
            let _gone = kill(*process, Signal::SIGSTOP);
        }
        stalled
    }

    /// A session of the server's owner on a database.
    pub async fn connect(&self, url: &str) -> PgConnection {
        PgConnection::connect(url).await.expect("a session")
    }

    fn control(&self, arguments: &[&str]) {
        let command = self.server.control(arguments);
        let status = command.unwrap_or_else(|why| panic!("{why}")).status();
        let log = std::fs::read_to_string(self.server.home().join("log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(20).collect();
        assert!(
            status.is_ok_and(|status| status.success()),
            "pg_ctl {arguments:?}, last line first: {last:#?}"
        );
    }

    fn first_process(&self) -> Pid {
        let file = self.server.data().join("postmaster.pid");
        let text = std::fs::read_to_string(file).expect("a server that runs says so");
        let id = text.lines().next().and_then(|line| line.parse().ok());
        Pid::from_raw(id.expect("the id of a process"))
    }

    /// The processes that serve sessions and those that write for them.
    fn sessions(&self) -> Vec<Pid> {
        children(self.first_process())
    }

    /// Every process that works in its folder of data, the first one or left over from it.
    fn processes(&self) -> Vec<Pid> {
        let data = self.server.data();
        let ids = std::fs::read_dir("/proc").expect("a system with /proc");
        let ids = ids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let works_there =
            |id: &i32| std::fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|folder| folder == data);
        ids.filter(works_there).map(Pid::from_raw).collect()
    }
}

impl Drop for Stalled {
    fn drop(&mut self) {
        for process in &self.0 {
            let _gone = kill(*process, Signal::SIGCONT);
        }
    }
}

/// The processes that this one started and that run.
fn children(parent: Pid) -> Vec<Pid> {
    let ids = std::fs::read_dir("/proc").expect("a system with /proc");
    let ids = ids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let of_parent = |id: &i32| state_and_parent(*id).is_some_and(|(_, of)| of == parent.as_raw());
    ids.filter(of_parent).map(Pid::from_raw).collect()
}

/// The letter of what a process does (`Z`: it is dead and not buried), and who started it: proc(5).
fn state_and_parent(id: i32) -> Option<(char, i32)> {
    let line = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, after_name) = line.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

fn done(command: &mut Command) {
    let status = command.status().expect("a program that starts");
    assert!(status.success(), "{command:?}: {status}");
}
