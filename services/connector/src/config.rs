//! The connector's configuration: one TOML file, documented key by key in `deploy/connector.example.toml`.

use std::path::PathBuf;
use std::time::Duration;

use declic_runtime::SecretFile;
use declic_runtime::config::{Invalid, Validate};
use declic_runtime::telemetry;
use serde::Deserialize;

/// Shortest time between two looks at the inbox.
pub const SHORTEST_POLL: Duration = Duration::from_millis(20);

/// Longest time between two looks at the inbox.
pub const LONGEST_POLL: Duration = Duration::from_secs(3_600);

/// Everything a connector needs to know.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of the hub, `https://host:port`, or `http://host:port` on the loopback.
    pub hub: String,
    /// Audience of the hub's tokens. Default "declic-hub".
    #[serde(default = "default_audience")]
    pub audience: String,
    /// Under which name the hub's directory knows this connector, without "members/" ("connector.caf-56").
    pub subject: String,
    /// PKCS#8 PEM file of the connector's Ed25519 key.
    pub key_file: SecretFile,
    /// PEM file of the authority that signed the hub's certificate; required with https.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Folder of what the connector must not forget; one per connector, on a local disk.
    pub state_dir: PathBuf,
    /// How tickets reach the agency's software, and answers come back.
    pub handover: Handover,
    /// Logs, traces and metrics.
    #[serde(default)]
    pub telemetry: telemetry::Config,
}

/// Section `[handover]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// By which way.
    pub kind: Kind,
    /// Where the connector writes one JSON file for each ticket.
    pub outbox_dir: PathBuf,
    /// Where the agency's software puts its answers.
    pub inbox_dir: PathBuf,
    /// Time between two looks at the inbox, 20 ms to 1 h. Default 1 s.
    #[serde(
        default = "default_poll_interval",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub poll_interval: Duration,
}

/// Ways of handing over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// JSON files in two folders.
    Directory,
}

impl Config {
    /// A connector that hands over to folders, everything else as by default.
    pub fn directory(
        hub: impl Into<String>,
        subject: impl Into<String>,
        key_file: impl Into<PathBuf>,
        state_dir: impl Into<PathBuf>,
        outbox_dir: impl Into<PathBuf>,
        inbox_dir: impl Into<PathBuf>,
    ) -> Self {
        Self {
            hub: hub.into(),
            audience: default_audience(),
            subject: subject.into(),
            key_file: SecretFile::new(key_file),
            ca_file: None,
            state_dir: state_dir.into(),
            handover: Handover {
                kind: Kind::Directory,
                outbox_dir: outbox_dir.into(),
                inbox_dir: inbox_dir.into(),
                poll_interval: default_poll_interval(),
            },
            telemetry: telemetry::Config::default(),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), Invalid> {
        let https = self.hub.starts_with("https://");
        if !https && !self.hub.starts_with("http://") {
            let remedy = "write \"https://host:port\", or \"http://host:port\" on the loopback";
            return Err(Invalid::new("hub", "is no address", remedy));
        }
        if https && self.ca_file.is_none() {
            let remedy = "name the PEM file of the authority that signed the hub's certificate";
            return Err(Invalid::new("ca_file", "is missing for an https hub", remedy));
        }
        if !https && self.ca_file.is_some() {
            let remedy = "write https:// in `hub`, or take ca_file out";
            return Err(Invalid::new("ca_file", "is useless for an http hub", remedy));
        }
        if self.subject.is_empty() || self.subject.contains('/') {
            let remedy = "write the name of the directory without \"members/\", as in \"connector.caf-56\"";
            return Err(Invalid::new("subject", "is no member's name", remedy));
        }
        if self.audience.is_empty() {
            let remedy = "write the hub's audience, or leave the key out for \"declic-hub\"";
            return Err(Invalid::new("audience", "is empty", remedy));
        }
        self.handover.validate().map_err(|e| e.within("handover"))?;
        self.telemetry.validate().map_err(|e| e.within("telemetry"))
    }
}

impl Validate for Handover {
    fn validate(&self) -> Result<(), Invalid> {
        if self.outbox_dir == self.inbox_dir {
            let remedy = "give the tickets and the answers a folder each";
            return Err(Invalid::new("inbox_dir", "is the outbox_dir too", remedy));
        }
        if !(SHORTEST_POLL..=LONGEST_POLL).contains(&self.poll_interval) {
            let remedy = "write \"1s\", or anything from \"20ms\" to \"1h\"";
            return Err(Invalid::new("poll_interval", "is out of range", remedy));
        }
        Ok(())
    }
}

fn default_audience() -> String {
    "declic-hub".to_owned()
}

const fn default_poll_interval() -> Duration {
    Duration::from_secs(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use declic_runtime::config::{NoEnv, load};

    use super::*;

    fn example() -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/connector.example.toml");
        std::fs::read_to_string(path).expect("the example is in the repository")
    }

    fn read(text: &str) -> Result<Config, String> {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("connector.toml");
        std::fs::write(&path, text).expect("writable");
        load(Some(&path), NoEnv).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_file_loads() {
        let config = read(&example()).expect("the example is valid");
        assert_eq!(config.subject, "connector.caf-56");
        assert_eq!(config.handover.kind, Kind::Directory);
        assert_eq!(config.handover.poll_interval, Duration::from_secs(1));
    }

    #[test]
    fn the_example_shows_every_key() {
        let text = example();
        let keys = [
            "hub",
            "audience",
            "subject",
            "key_file",
            "ca_file",
            "state_dir",
            "kind",
            "outbox_dir",
            "inbox_dir",
            "poll_interval",
            "log_filter",
            "log_format",
            "otlp_endpoint",
            "otlp_authorities",
            "trace_ratio",
            "metrics_interval",
        ];
        for key in keys {
            let shown = text.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line.starts_with(&format!("{key} ="))
            });
            assert!(shown, "{key}");
        }
    }

    #[test]
    fn a_wrong_key_or_value_is_named_with_what_to_do() {
        let swap = |from: &str, to: &str| example().replace(from, to);
        let rows = [
            (swap("subject =", "subjekt ="), "subjekt"),
            (swap("https://", "ftp://"), "`hub`"),
            (swap("https://", "http://"), "`ca_file`"),
            (
                swap("\"connector.caf-56\"", "\"members/connector.caf-56\""),
                "`subject`",
            ),
            (swap("\"directory\"", "\"pigeon\""), "pigeon"),
            (swap("\"1s\"", "\"1ms\""), "`handover.poll_interval`"),
        ];
        for (text, named) in rows {
            let refused = read(&text).expect_err(named);
            assert!(refused.contains(named), "{refused}");
        }
    }
}
