//! A throwaway PostgreSQL cluster: made in a folder of its own, gone with the process that asked for it.
//!
//! The tests of the engine include this file too, so it stands on the standard library alone.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// Where Debian keeps the server's programs, which are on nobody's path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What is missing, and what to do.
const INSTALL: &str = "PostgreSQL's server programs are missing: apt-get install postgresql";

/// Makes a cluster, says so, waits until whoever asked is gone, and leaves nothing behind: the end of its input is the
/// end of that process, however it ended. Nothing here survives a power cut, nor has to.
const SUPERVISE: &str = r#"
bin=$1 home=$2 data=$3 settings=$4
shift 4
stop() { "$bin/pg_ctl" -D "$data" -m immediate stop >>"$home/log" 2>&1; }
"$bin/initdb" -D "$data" -A trust -U declic -E UTF8 --no-locale --no-sync "$@" >"$home/log" 2>&1 &&
"$bin/pg_ctl" -D "$data" -l "$home/log" -w -t 60 start -o "$settings" >>"$home/log" 2>&1 </dev/null || {
    tail -n 20 "$home/log"; rm -rf "$home"; exit 1
}
echo ready
read -r _
stop
rm -rf "$home"
"#;

/// For a server whose disk nobody trusts beyond the end of its test.
const QUICK: &str = "-c fsync=off -c full_page_writes=off";

/// A cluster that is running.
pub struct Cluster {
    home: PathBuf,
    data: PathBuf,
    settings: String,
    programs: PathBuf,
    supervisor: Child,
    /// Closing it ends the cluster.
    alive: Option<ChildStdin>,
}

impl Cluster {
    /// Starts one below the folder for temporary files. It listens on a socket in its own folder and nowhere else.
    ///
    /// # Errors
    /// In words: what is missing or did not start, and what to do.
    pub fn start() -> Result<Self, String> {
        Self::start_with(QUICK, None, None)
    }

    /// Same, with settings of its own (`-c name=value`), on other folders than its own for its data and for its log of
    /// writes: empty ones, which the server's user may write to, and which stay.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_with(settings: &str, data: Option<&Path>, wal: Option<&Path>) -> Result<Self, String> {
        let programs = programs()?;
        let home = make_home()?;
        let data = data.map_or_else(|| home.join("data"), Path::to_owned);
        let settings = format!(
            "-k {} -c listen_addresses= -c max_connections=300 -c shared_buffers=64MB {settings}",
            home.display()
        );
        let wal = wal.map(|wal| ["--waldir".into(), wal.into(), "--wal-segsize=1".into()]);
        // A session of its own: what ends a whole group of processes leaves it to clean up.
        let mut supervisor = as_postgres("setsid")?
            .args([OsString::from("sh"), "-c".into(), SUPERVISE.into(), "sh".into()])
            .args([&programs, &home, &data])
            .arg(&settings)
            .args(wal.iter().flatten().map(|argument: &OsString| argument))
            .current_dir(&home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("a shell does not start: {error}"))?;
        let alive = supervisor.stdin.take();
        let said = supervisor.stdout.take().map(BufReader::new);
        let mut lines: Vec<String> = Vec::new();
        for line in said
            .into_iter()
            .flat_map(|said| said.lines().map_while(Result::ok))
        {
            lines.push(line);
            if lines == ["ready"] {
                break;
            }
        }
        let cluster = Self {
            home,
            data,
            settings,
            programs,
            supervisor,
            alive,
        };
        match lines.last() {
            Some(last) if last == "ready" => Ok(cluster),
            _ => Err(format!("PostgreSQL does not start:\n{}", lines.join("\n"))),
        }
    }

    /// Where it listens: the folder of its socket.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where its data is, with the file that names its first process.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// `pg_ctl` on its server, which waits until it is done: `["start"]`, `["stop", "-m", "immediate"]`.
    ///
    /// # Errors
    /// In words: what does not run here.
    pub fn control(&self, arguments: &[&str]) -> Result<Command, String> {
        let mut command = as_postgres("env")?;
        command.arg(self.programs.join("pg_ctl")).args(arguments);
        command
            .arg("-D")
            .arg(&self.data)
            .args(["-w", "-t", "60", "-o"])
            .arg(&self.settings);
        // What is started keeps no pipe of whoever asked.
        command
            .arg("-l")
            .arg(self.home.join("log"))
            .current_dir(&self.home);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(command)
    }

    /// `psql` on one of its databases, stopping at the first error.
    pub fn psql(&self, database: &str) -> Command {
        let mut command = self.client("psql");
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database]);
        command
    }

    /// A client program of the server's own, told where the cluster is.
    pub fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-U", "declic", "-h"]).arg(&self.home);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.alive.take());
        // It ends by itself once its input has ended; a failure here leaves files below the temporary folder at worst.
        let _ended = self.supervisor.wait();
    }
}

/// The address of a database of the cluster that listens in this folder.
pub fn url(home: &Path, database: &str) -> String {
    format!("postgres://declic@localhost/{database}?host={}", home.display())
}

/// Whether the server's programs are there.
pub fn is_installed() -> bool {
    programs().is_ok()
}

/// The newest server's programs.
fn programs() -> Result<PathBuf, String> {
    let versions = std::fs::read_dir(DEBIAN).map_err(|_| INSTALL.to_owned())?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(Result::ok)
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, programs)| programs.join("initdb").exists() && programs.join("psql").exists())
        .collect();
    found.sort();
    found
        .pop()
        .map(|(_, programs)| programs)
        .ok_or_else(|| INSTALL.to_owned())
}

/// A folder of its own, where temporary files go.
fn make_home() -> Result<PathBuf, String> {
    let output = as_postgres("mktemp")?
        .args(["--directory", "--tmpdir", "declic-pg-XXXXXXXX"])
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("mktemp does not start: {error}"))?;
    let made = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || made.is_empty() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("no temporary folder: {}", why.trim()));
    }
    Ok(PathBuf::from(made))
}

/// The server refuses to run as root: there it runs as the user that its package made.
fn as_postgres(program: &str) -> Result<Command, String> {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .map_err(|error| format!("`id` does not start: {error}"))?;
    if id.stdout.trim_ascii() == b"0" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        return Ok(command);
    }
    Ok(Command::new(program))
}
