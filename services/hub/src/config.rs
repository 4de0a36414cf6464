//! What the hub reads at start: one TOML file, each key of it documented in `deploy/hub.example.toml`.
//!
//! Relative paths are taken from the folder of the file, never from the folder the process was started in.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use declic_auth::IdTokenAlgorithm;
use declic_runtime::config::{self, Invalid, Override, Source, Validate};
use declic_runtime::https::Address;
use declic_runtime::server::Limits;
use declic_runtime::tls::ServerTls;
use declic_runtime::{SecretFile, telemetry};
use serde::Deserialize;

/// The whole configuration of a hub.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, and to whom.
    #[serde(default)]
    pub server: Server,
    /// TLS files; without them the hub speaks plain text and must stand behind something that does not.
    #[serde(default)]
    pub tls: Option<ServerTls>,
    /// How much strangers may take.
    #[serde(default)]
    pub limits: Limits,
    /// How much one caller may take.
    #[serde(default)]
    pub rate: Rate,
    /// The database.
    pub store: Database,
    /// The keys of cases.
    pub keyring: Keyring,
    /// The shared audit log.
    pub ledger: Ledger,
    /// Who exists.
    pub directory: DirectoryFile,
    /// Through whom people sign in; without it they do not.
    #[serde(default)]
    pub sign_in: Option<SignIn>,
    /// Logs, traces, metrics.
    #[serde(default)]
    pub telemetry: telemetry::Config,
    /// Members of a demonstration, by their ids, as whom anybody may sign in: in the order in which they are shown. No key of
    /// the file, so that no hub opens its door by mistake.
    #[serde(skip)]
    pub invented_people: Vec<String>,
}

/// Section `[server]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port; port 0 takes any free one. Default `127.0.0.1:7443`.
    pub listen: SocketAddr,
    /// What tokens must say in `aud`. Default `declic-hub`.
    pub audience: String,
    /// Whether enrolled callers may ask for the contract by gRPC reflection. Default no: SECURITY.md 5.
    pub reflection: bool,
}

/// Section `[rate]`: calls of one member, whatever its connections, and those of whoever signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    /// Calls a second in the long run, 1 to 1,000,000. Default 100.
    pub calls_per_second: u32,
    /// Calls at once after a rest, 1 to 1,000,000. Default 400.
    pub burst: u32,
    /// Calls a second of each method that needs no token, of everybody together, 1 to 1,000,000. Default 1,000.
    pub without_token_per_second: u32,
    /// Such calls at once after a rest, 1 to 1,000,000. Default 2,000.
    pub without_token_burst: u32,
}

/// Section `[store]`: a file, or a database that several hubs share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// SQLite file, made at the first start. Empty when there is an address.
    pub path: PathBuf,
    /// Address of a PostgreSQL database, `postgres://user@host/database`, without its password.
    pub url: Option<String>,
}

/// Section `[keyring]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    /// SQLite file of the wrapped case keys, apart from the database so that its backups can be short-lived. Empty when
    /// there is an address.
    #[serde(default)]
    pub path: PathBuf,
    /// Address of another PostgreSQL database, for the same keys. Beside `[store] url` and without a path: the same server,
    /// the database's name with `_keys` behind it.
    #[serde(default)]
    pub url: Option<String>,
    /// Folder of the hub's own secrets: `hub.secret` and the months' key-encryption keys (`2026-11.kek`).
    pub kek_dir: PathBuf,
}

/// Section `[ledger]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Name of the log and of its key, for ever: `declic.example/hub`.
    pub origin: String,
    /// File of the signing key, made at the first start.
    pub key_file: SecretFile,
    /// From one reading of the whole ledger to the next, 1 s to 1 day; the first one is at start. Default 1 h.
    #[serde(
        default = "hourly",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub recompute_every: Duration,
}

fn hourly() -> Duration {
    Duration::from_secs(3_600)
}

/// Section `[directory]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryFile {
    /// TOML file of agencies, organisations and members.
    pub file: PathBuf,
}

/// Section `[sign_in]`: an identity provider that speaks OpenID Connect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Its address, character for character as it says it itself.
    pub issuer: String,
    /// Its name, as people know it.
    pub display_name: String,
    /// What it calls this service.
    pub client_id: String,
    /// File of the secret that it gave to this service.
    pub client_secret_file: SecretFile,
    /// Where it may send browsers back, as they are registered with it.
    pub redirect_uris: Vec<String>,
    /// What it is asked for. Default `openid`, which is enough: nothing else is read.
    #[serde(default = "openid")]
    pub scopes: Vec<String>,
    /// What it signs id tokens with, as registered with it: ES256, RS256 or EdDSA. Default ES256.
    #[serde(default = "es256")]
    pub algorithm: IdTokenAlgorithm,
    /// PEM file of the authorities of its certificate. Default those that browsers trust.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

fn openid() -> Vec<String> {
    vec!["openid".to_owned()]
}

fn es256() -> IdTokenAlgorithm {
    IdTokenAlgorithm::Es256
}

impl Config {
    /// Reads the file and the overrides, validates, and makes relative paths start from the file's folder.
    ///
    /// # Errors
    /// The first thing found wrong, with its place and what to do.
    pub fn load(file: &Path, env: impl Source) -> Result<Self, config::Error> {
        Self::load_with(file, env, Vec::new())
    }

    /// As [`Config::load`], with what was given to the program itself in the place of the same keys of the file.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(file: &Path, env: impl Source, given: Vec<Override>) -> Result<Self, config::Error> {
        let config: Self = config::load_with(Some(file), env, given)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        Ok(config.starting_from(folder))
    }

    fn starting_from(mut self, folder: &Path) -> Self {
        if self.keyring.path.as_os_str().is_empty() && self.keyring.url.is_none() {
            self.keyring.url = self.store.url.as_deref().and_then(keyring_beside);
        }
        let paths = [
            &mut self.store.path,
            &mut self.keyring.path,
            &mut self.keyring.kek_dir,
            &mut self.directory.file,
        ];
        for path in paths.into_iter().filter(|path| !path.as_os_str().is_empty()) {
            *path = folder.join(&path);
        }
        self.ledger.key_file = SecretFile::new(folder.join(self.ledger.key_file.path()));
        if let Some(tls) = &mut self.tls {
            tls.certificates = folder.join(&tls.certificates);
            tls.key = SecretFile::new(folder.join(tls.key.path()));
            tls.client_authorities = tls.client_authorities.as_ref().map(|path| folder.join(path));
        }
        if let Some(sign_in) = &mut self.sign_in {
            sign_in.client_secret_file = SecretFile::new(folder.join(sign_in.client_secret_file.path()));
            sign_in.ca_file = sign_in.ca_file.as_ref().map(|path| folder.join(path));
        }
        let authorities = &mut self.telemetry.otlp_authorities;
        *authorities = authorities.as_ref().map(|path| folder.join(path));
        self
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), Invalid> {
        self.server.validate().map_err(|e| e.within("server"))?;
        self.limits.validate().map_err(|e| e.within("limits"))?;
        self.rate.validate().map_err(|e| e.within("rate"))?;
        self.ledger.validate().map_err(|e| e.within("ledger"))?;
        if let Some(sign_in) = &self.sign_in {
            sign_in.validate().map_err(|e| e.within("sign_in"))?;
        }
        self.telemetry.validate().map_err(|e| e.within("telemetry"))?;
        place(&self.store.path, self.store.url.as_deref()).map_err(|e| e.within("store"))?;
        let invalid = |key, problem, remedy| Err(Invalid::new(key, problem, remedy));
        let (store, keyring) = (self.store.url.as_deref(), self.keyring.url.as_deref());
        if let Some(store) = store
            && keyring.is_none()
            && self.keyring.path.as_os_str().is_empty()
        {
            return match keyring_beside(store) {
                Some(_) => Ok(()),
                None => invalid(
                    "store.url",
                    "names no database",
                    "write postgres://user@host/database",
                ),
            };
        }
        place(&self.keyring.path, keyring).map_err(|e| e.within("keyring"))?;
        let (key, is_one) = match (store, keyring) {
            (None, None) => ("keyring.path", self.store.path == self.keyring.path),
            (Some(store), Some(keyring)) => ("keyring.url", store == keyring),
            (Some(_), None) => {
                return invalid(
                    "keyring.path",
                    "is a file of this hub alone",
                    "give the keyring an address too: every hub of the database needs the same keys",
                );
            }
            (None, Some(_)) => {
                return invalid(
                    "keyring.url",
                    "stands beside the file of [store] path",
                    "give both an address, or both a path",
                );
            }
        };
        if is_one {
            return invalid(
                key,
                "is the database itself",
                "keep the keys apart from it: their backups are short-lived",
            );
        }
        Ok(())
    }
}

/// The keyring of a database when none is named: on the same server, under its name with `_keys` behind it. None when the
/// address names no database.
fn keyring_beside(store: &str) -> Option<String> {
    let (address, settings) = store
        .split_once('?')
        .map_or((store, None), |(address, settings)| (address, Some(settings)));
    let (_, rest) = address.split_once("://")?;
    let (_, database) = rest.split_once('/')?;
    if database.is_empty() || settings.is_some_and(|settings| settings.contains("dbname=")) {
        return None;
    }
    let settings = settings.map_or_else(String::new, |settings| format!("?{settings}"));
    Some(format!("{address}_keys{settings}"))
}

/// A file or an address, one of the two; a password is a secret and stays in a file.
fn place(path: &Path, url: Option<&str>) -> Result<(), Invalid> {
    match (path.as_os_str().is_empty(), url) {
        (true, None) => Err(Invalid::new(
            "path",
            "is missing",
            "write the path of a SQLite file, or the address of a PostgreSQL database as `url`",
        )),
        (false, Some(_)) => Err(Invalid::new(
            "url",
            "stands beside a path",
            "write one of the two",
        )),
        (false, None) => Ok(()),
        (true, Some(url)) => {
            let rest = url
                .strip_prefix("postgres://")
                .or_else(|| url.strip_prefix("postgresql://"));
            let Some(rest) = rest else {
                return Err(Invalid::new(
                    "url",
                    "is not the address of a PostgreSQL database",
                    "write postgres://user@host/database",
                ));
            };
            let user = rest
                .split(['/', '?'])
                .next()
                .and_then(|host| host.rsplit_once('@'));
            if user.is_some_and(|(user, _)| user.contains(':')) || rest.contains("password=") {
                return Err(Invalid::new(
                    "url",
                    "holds a password",
                    "write the password into a file that the variable PGPASSFILE names",
                ));
            }
            Ok(())
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7443)),
            audience: "declic-hub".to_owned(),
            reflection: false,
        }
    }
}

impl Validate for Server {
    fn validate(&self) -> Result<(), Invalid> {
        if self.audience.trim().is_empty() {
            return Err(Invalid::new("audience", "is empty", "write \"declic-hub\""));
        }
        Ok(())
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            calls_per_second: 100,
            burst: 400,
            without_token_per_second: 1_000,
            without_token_burst: 2_000,
        }
    }
}

impl Validate for Rate {
    fn validate(&self) -> Result<(), Invalid> {
        let keys = [
            ("calls_per_second", self.calls_per_second),
            ("burst", self.burst),
            ("without_token_per_second", self.without_token_per_second),
            ("without_token_burst", self.without_token_burst),
        ];
        for (key, value) in keys {
            if !(1..=1_000_000).contains(&value) {
                return Err(Invalid::new(key, format!("is {value}"), "write 1 to 1000000"));
            }
        }
        Ok(())
    }
}

impl Validate for SignIn {
    fn validate(&self) -> Result<(), Invalid> {
        let invalid = |key, problem: &str, remedy| Err(Invalid::new(key, problem, remedy));
        if Address::parse(&self.issuer).is_err() {
            return invalid(
                "issuer",
                "is no address of https",
                "write https://auth.example.fr, as the provider says it itself",
            );
        }
        let is_text = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
        if !is_text(&self.display_name) {
            return invalid("display_name", "is empty", "write the name that people know");
        }
        if !is_text(&self.client_id) {
            return invalid(
                "client_id",
                "is empty",
                "write what the provider calls this service",
            );
        }
        if self.redirect_uris.is_empty() || self.redirect_uris.iter().any(|uri| Address::parse(uri).is_err())
        {
            return invalid(
                "redirect_uris",
                "is empty, or holds what is no address of https",
                "write those that are registered with the provider",
            );
        }
        let is_scope =
            |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.scopes.iter().all(is_scope) || !self.scopes.iter().any(|scope| scope == "openid") {
            return invalid(
                "scopes",
                "does not have `openid`, or holds what is no scope",
                "write [\"openid\"]",
            );
        }
        Ok(())
    }
}

impl Validate for Ledger {
    fn validate(&self) -> Result<(), Invalid> {
        let is_name = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        if self.origin.is_empty() || !self.origin.chars().all(is_name) {
            return Err(Invalid::new(
                "origin",
                "is not the name of a log",
                "write a name without spaces or plus signs, as in \"declic.example/hub\"",
            ));
        }
        let shortest_and_longest = Duration::from_secs(1)..=Duration::from_secs(24 * 3_600);
        if !shortest_and_longest.contains(&self.recompute_every) {
            return Err(Invalid::new(
                "recompute_every",
                format!("is {:?}", self.recompute_every),
                "write \"1s\" to \"24h\"",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
