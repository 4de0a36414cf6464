//! The console's configuration: one TOML file, documented key by key in `deploy/console.example.toml`.

use std::net::SocketAddr;
use std::path::PathBuf;

use declic_runtime::config::{Invalid, Validate};
use declic_runtime::telemetry;
use http::Uri;
use serde::Deserialize;

/// Everything a console needs to know.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the hub is: `https://host:port`, or `http://host:port` on the loopback.
    pub hub: String,
    /// PEM file of the authority that signed the hub's certificate; required with https.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Where pages are served.
    pub listen: SocketAddr,
    /// The address people type, `https://declic.example.fr`. Plain http only on the loopback: cookies are then not marked
    /// as secure.
    pub public_url: String,
    /// Telemetry.
    #[serde(default)]
    pub telemetry: telemetry::Config,
}

impl Config {
    /// Whether people come over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), Invalid> {
        let url: Option<Uri> = self.public_url.parse().ok();
        let is_root = url
            .as_ref()
            .is_some_and(|url| matches!(url.path(), "" | "/") && url.host().is_some());
        if !is_root {
            return Err(Invalid::new(
                "public_url",
                format!("`{}` is no address of a site", self.public_url),
                "write https://host, without a path",
            ));
        }
        let host = url.as_ref().and_then(Uri::host).unwrap_or_default();
        let is_loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
        let is_local = self.public_url.starts_with("http://") && is_loopback;
        if !self.is_secure() && !is_local {
            return Err(Invalid::new(
                "public_url",
                "people's sign-ins would travel in clear",
                "write https://; a reverse proxy may end TLS in front of the console",
            ));
        }
        if self.hub.starts_with("https://") && self.ca_file.is_none() {
            return Err(Invalid::new(
                "ca_file",
                "https needs the authority that signed the hub's certificate",
                "give its PEM file",
            ));
        }
        self.telemetry
            .validate()
            .map_err(|invalid| invalid.within("telemetry"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use declic_runtime::config::{self, NoEnv};

    use super::*;

    fn example() -> Config {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/console.example.toml");
        config::load(Some(&path), NoEnv).expect("the example is valid")
    }

    #[test]
    fn the_example_is_valid_and_serves_people_over_tls() {
        assert!(example().is_secure());
    }

    #[test]
    fn sign_ins_do_not_travel_in_clear() {
        for url in [
            "http://declic.example.fr",
            "https://declic.example.fr/pages",
            "declic.example.fr",
            "ftp://127.0.0.1",
        ] {
            let config = Config {
                public_url: url.to_owned(),
                ..example()
            };
            assert_eq!(config.validate().expect_err(url).key, "public_url");
        }
        for url in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "https://declic.example.fr/",
        ] {
            let config = Config {
                public_url: url.to_owned(),
                ..example()
            };
            config.validate().expect(url);
        }
        let config = Config {
            ca_file: None,
            ..example()
        };
        assert_eq!(config.validate().expect_err("https needs it").key, "ca_file");
    }
}
