//! The pages over a hub, and a browser that people use them with.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use declic_console::Config;
use declic_runtime::{Shutdown, SystemIds};
use jiff::SignedDuration;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::TestHub;
use crate::proxy::Proxy;

/// Time for pages to be finished once the console is asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Days that a script can let pass: longer than any delay of an agency.
pub const WEEKS: i64 = 20;

/// Hours that a script can let pass: longer than any sign-in.
const HOURS: i64 = 9;

/// A console over a hub, with a network between the two that a test cuts.
pub struct Pages {
    console: declic_console::Running,
    /// Between the console and the hub.
    pub network: Proxy,
}

/// One run of a script of `browser/`.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// File, without its ending.
    pub module: &'static str,
    /// Function of the file.
    pub function: &'static str,
    /// Whether pages may run scripts of their own.
    pub with_scripts: bool,
}

impl Pages {
    /// Serves the pages of this hub, by its clock, on a free port.
    pub async fn over(hub: &TestHub) -> Self {
        Self::at(hub, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Same, on a port that is free.
    pub async fn at(hub: &TestHub, listen: SocketAddr) -> Self {
        let network = Proxy::before(hub.running().address).await;
        let config = Config {
            hub: network.endpoint(),
            ca_file: None,
            listen,
            public_url: format!("http://{listen}"),
            telemetry: Default::default(),
        };
        let shutdown = Shutdown::new(GRACE);
        let (clock, ids) = (Arc::new(hub.clock()), Arc::new(SystemIds));
        let console = declic_console::start_with(config, shutdown, clock, ids).await;
        Self {
            console: console.expect("a console that starts"),
            network,
        }
    }

    /// `http://127.0.0.1:port`.
    pub fn address(&self) -> String {
        format!("http://{}", self.console.address)
    }

    /// Stops them.
    pub async fn stop(self) {
        self.console.stop().await.expect("a clean end");
    }

    /// Runs a script in a browser of its own, tells it what stands in the hub, and does to the hub what it asks for. Gives
    /// what it said.
    ///
    /// # Panics
    /// When what the script promises does not hold.
    pub async fn run(&self, hub: &TestHub, script: Script, known: &Value) -> Vec<String> {
        let act = async |asked: &str| match asked {
            "weeks" => hub.pass(SignedDuration::from_hours(24 * WEEKS)),
            "hours" => hub.pass(SignedDuration::from_hours(HOURS)),
            "cut" => self.network.cut(),
            "mend" => self.network.mend(),
            other => panic!("`{other}` is nothing that a script can ask for"),
        };
        self.browse(script, known, act).await
    }

    async fn browse(&self, script: Script, known: &Value, mut act: impl AsyncFnMut(&str)) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
        let mut node = Command::new("node");
        node.arg(folder.join("run.mjs"))
            .args([
                script.module,
                script.function,
                &self.address(),
                &known.to_string(),
            ])
            .env("DECLIC_BROWSER", installed())
            .env("SCRIPTS", if script.with_scripts { "yes" } else { "no" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut node = node.spawn().expect("node runs: run `cargo xtask setup`");
        let mut input = node.stdin.take().expect("its input");
        let mut output = BufReader::new(node.stdout.take().expect("its words")).lines();
        let mut complaints = node.stderr.take().expect("its complaints");
        let complaints = tokio::spawn(async move {
            let mut text = String::new();
            complaints.read_to_string(&mut text).await.map(|_| text)
        });
        let mut said = Vec::new();
        while let Some(line) = output.next_line().await.expect("it speaks") {
            match line.strip_prefix('?') {
                Some(wanted) => {
                    act(wanted).await;
                    input.write_all(b"done\n").await.expect("it listens");
                }
                None => said.push(line),
            }
        }
        let status = node.wait().await.expect("it ends");
        let complaints = complaints.await.expect("no panic").expect("a text");
        assert!(status.success(), "{}\n{complaints}", said.join("\n"));
        said
    }
}

/// Where the driver of the browser is installed.
fn installed() -> std::ffi::OsString {
    #[expect(
        clippy::disallowed_methods,
        reason = "the verb `test` tells where it installed the driver"
    )]
    let folder = std::env::var_os("DECLIC_BROWSER");
    folder
        .expect("DECLIC_BROWSER is not set: run `cargo xtask setup`, then `cargo xtask test`, which sets it")
}
