//! Where the hub is and who we are: flags first, then the environment, then the configuration file of the user.
//!
//! No file of the current folder is read: a folder one walks into must not choose to whom our key speaks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use declic_client::{Client, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Options, SetupError, SigningKey};
use declic_runtime::config::Source;
use declic_runtime::{Clock as _, Ids as _, SecretFile, SystemClock, SystemIds, secret};
use declic_words::{Arg, Lang, text};
use serde::Deserialize;

use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::ledger_files;

/// Audience of a hub whose operator chose no other.
pub const DEFAULT_AUDIENCE: &str = "declic-hub";

const MAX_FILE_BYTES: u64 = 64 * 1024;

/// What is known of the connection; each may still be missing, and is asked for when a command needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    pub hub: Option<String>,
    /// Whether `--hub` was written on the command line: `routing explain` then asks the hub.
    pub hub_asked: bool,
    pub subject: Option<String>,
    pub key: Option<PathBuf>,
    pub audience: Option<String>,
    pub ca: Option<PathBuf>,
    /// The ledger's public key: a file, or the text itself.
    pub log_key: Option<String>,
    pub time_zone: Option<String>,
}

/// The configuration file, `~/.config/declic/cli.toml`. Paths in it are relative to its folder.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hub: Option<String>,
    subject: Option<String>,
    key: Option<PathBuf>,
    audience: Option<String>,
    ca: Option<PathBuf>,
    log_key: Option<String>,
    time_zone: Option<String>,
}

/// One variable of the environment; empty counts as absent.
pub fn variable(env: &impl Source, name: &str) -> Option<String> {
    let mut variables = env.variables().into_iter();
    variables
        .find(|(known, value)| known == name && !value.is_empty())
        .map(|(_, value)| value)
}

impl Settings {
    /// Flags over environment over file.
    pub fn resolve(global: &Global, env: &impl Source, lang: Lang) -> Result<Self, Failure> {
        let file = match configuration_file(global, env) {
            Some((path, required)) => read_file(&path, required, lang)?,
            None => File::default(),
        };
        let given = |name: &str| variable(env, name);
        let typed_hub = global.hub.clone().filter(|hub| !hub.is_empty());
        Ok(Self {
            hub_asked: global.hub.is_some(),
            hub: typed_hub.or_else(|| given("DECLIC_HUB")).or(file.hub),
            subject: global
                .subject
                .clone()
                .or_else(|| given("DECLIC_SUBJECT"))
                .or(file.subject),
            key: global
                .key
                .clone()
                .or_else(|| given("DECLIC_KEY").map(PathBuf::from))
                .or(file.key),
            audience: global
                .audience
                .clone()
                .or_else(|| given("DECLIC_AUDIENCE"))
                .or(file.audience),
            ca: global
                .ca
                .clone()
                .or_else(|| given("DECLIC_CA").map(PathBuf::from))
                .or(file.ca),
            log_key: global
                .log_key
                .clone()
                .or_else(|| given("DECLIC_LOG_KEY"))
                .or(file.log_key),
            time_zone: global
                .time_zone
                .clone()
                .or_else(|| given("DECLIC_TIME_ZONE"))
                .or(file.time_zone),
        })
    }

    /// A client of the hub. Connects at its first call.
    pub fn client(&self, lang: Lang) -> Result<Client, Failure> {
        let missing = self.missing(lang);
        let (Some(hub), Some(subject), Some(key)) = (&self.hub, &self.subject, &self.key) else {
            let failure = Failure::usage(text(lang, "cli-connection-missing", &[]));
            return Err(missing.into_iter().fold(failure, Failure::detail));
        };
        let key = private_key(key, lang)?;
        let options = Options {
            endpoint: hub.clone(),
            audience: self
                .audience
                .clone()
                .unwrap_or_else(|| DEFAULT_AUDIENCE.to_owned()),
            subject: subject.strip_prefix("members/").unwrap_or(subject).to_owned(),
            key,
            ca_file: self.ca.clone(),
            deadline: DEFAULT_DEADLINE,
            patience: DEFAULT_PATIENCE,
            clock: Arc::new(|| SystemClock.now().as_second()),
            ids: Arc::new(|| SystemIds.random()),
        };
        Client::connect_lazy(options).map_err(|error| {
            let exit = if matches!(error, SetupError::Unreachable { .. }) {
                Exit::Unreachable
            } else {
                Exit::Usage
            };
            Failure::new(exit, error.to_string())
        })
    }

    fn missing(&self, lang: Lang) -> Vec<String> {
        let rows = [
            (self.hub.is_none(), "cli-missing-hub"),
            (self.subject.is_none(), "cli-missing-subject"),
            (self.key.is_none(), "cli-missing-key"),
        ];
        rows.iter()
            .filter(|(missing, _)| *missing)
            .map(|(_, key)| text(lang, key, &[]))
            .collect()
    }
}

/// Reads a private key, which nobody but its owner and its group may read.
pub fn private_key(path: &Path, lang: Lang) -> Result<SigningKey, Failure> {
    let place = path.display().to_string();
    let said = |key: &str| Failure::usage(text(lang, key, &[("path", Arg::Text(&place))]));
    let secret = SecretFile::new(path).read().map_err(|error| match error {
        secret::Error::Read { source, .. } => Failure::of_io(lang, &place, &source),
        secret::Error::Exposed { .. } => said("cli-key-exposed"),
        secret::Error::NotText { .. } => said("cli-key-unreadable"),
    })?;
    SigningKey::from_pkcs8_pem(secret.expose()).map_err(|_| said("cli-key-unreadable"))
}

/// The file to read, and whether it was asked for by name.
fn configuration_file(global: &Global, env: &impl Source) -> Option<(PathBuf, bool)> {
    if let Some(path) = global
        .config
        .clone()
        .or_else(|| variable(env, "DECLIC_CONFIG").map(PathBuf::from))
    {
        return Some((path, true));
    }
    let folder = match variable(env, "XDG_CONFIG_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(&variable(env, "HOME")?).join(".config"),
    };
    Some((folder.join("declic/cli.toml"), false))
}

fn read_file(path: &Path, required: bool, lang: Lang) -> Result<File, Failure> {
    let place = path.display().to_string();
    if !required && !path.try_exists().unwrap_or(true) {
        return Ok(File::default());
    }
    let content = ledger_files::read_text(path, MAX_FILE_BYTES, lang)?;
    let mut file: File = toml::from_str(&content).map_err(|error| {
        let sentence = text(lang, "cli-configuration", &[("place", Arg::Text(&place))]);
        Failure::usage(sentence).detail(error.to_string().trim_end().to_owned())
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    file.key = file.key.map(|key| folder.join(key));
    file.ca = file.ca.map(|ca| folder.join(ca));
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("cli.toml");
        let written = "hub = \"http://file:1\"\nsubject = \"file\"\nkey = \"me.pem\"\naudience = \"file\"\n";
        std::fs::write(&path, written).expect("a file");
        let env = [
            ("DECLIC_CONFIG", path.to_str().expect("a readable path")),
            ("DECLIC_HUB", "http://env:1"),
            ("DECLIC_SUBJECT", "env"),
        ];
        let global = Global {
            subject: Some("flag".to_owned()),
            ..Global::default()
        };
        let settings = Settings::resolve(&global, &env, Lang::Fr).expect("settings");
        assert_eq!(settings.subject.as_deref(), Some("flag"));
        assert_eq!(settings.hub.as_deref(), Some("http://env:1"));
        assert_eq!(settings.audience.as_deref(), Some("file"));
        assert_eq!(settings.key, Some(folder.path().join("me.pem")));
        assert!(!settings.hub_asked);
    }

    #[test]
    fn an_empty_hub_flag_asks_the_hub_of_the_environment() {
        let global = Global {
            hub: Some(String::new()),
            ..Global::default()
        };
        let settings =
            Settings::resolve(&global, &[("DECLIC_HUB", "http://env:1")], Lang::Fr).expect("settings");
        assert_eq!(
            (settings.hub.as_deref(), settings.hub_asked),
            (Some("http://env:1"), true)
        );
    }

    #[test]
    fn what_is_missing_is_said_with_what_to_set() {
        let failure = Settings::default().client(Lang::Fr).expect_err("nothing is set");
        assert_eq!(failure.exit, Exit::Usage);
        let told = failure.to_text(Lang::Fr);
        for name in ["DECLIC_HUB", "DECLIC_SUBJECT", "DECLIC_KEY"] {
            assert!(told.contains(name), "{told}");
        }
    }

    #[test]
    fn an_unknown_key_of_the_file_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("cli.toml");
        std::fs::write(&path, "hubb = \"http://file:1\"\n").expect("a file");
        let global = Global {
            config: Some(path),
            ..Global::default()
        };
        let failure = Settings::resolve(&global, &[("HOME", "/nowhere")], Lang::Fr).expect_err("a typo");
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.details[0].shown().contains("hubb"), "{failure:?}");
    }
}
