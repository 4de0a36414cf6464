//! The hub's own secrets: one master secret from which every key of its own is derived, the months' key-encryption keys,
//! and the ledger's signing key. All are files, made at the first start, readable by their owner only.
//!
//! A secret that is missing beside a database that exists is never made anew: what it sealed could not be opened, and
//! what it signed would be disowned.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use declic_ledger::{SignerKey, labels};
use declic_runtime::SecretFile;
use declic_vault::entropy::{self, Entropy, draw};
use declic_vault::keyring::{KekError, KekId, KekSet};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::Config;

/// Name of the master secret in the folder of secrets.
pub const MASTER_FILE: &str = "hub.secret";

/// Extension of the key-encryption keys in the same folder.
const KEK_EXTENSION: &str = "kek";

/// Keys of the hub's own, derived from its master secret. Shows nothing when printed.
pub struct Secrets {
    master: Zeroizing<[u8; 32]>,
    idempotency: Zeroizing<[u8; 32]>,
    page: Zeroizing<[u8; 32]>,
    resume: Zeroizing<[u8; 32]>,
    mailbox: Zeroizing<[u8; 32]>,
}

/// Everything that is read from files of secrets at start.
#[derive(Debug)]
pub struct Files {
    /// Keys of the hub's own.
    pub secrets: Secrets,
    /// Keys that wrap the keys of cases.
    pub keks: KekSet,
    /// The key that signs checkpoints.
    pub signer: SignerKey,
}

/// Why the secrets cannot be had. Never repeats what a file holds.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Data exist that were made with it.
    #[error(
        "{what} {path} is missing, and {data} exists: restore it from its backup; a new one could not open what is stored \
         (to begin again from nothing, move {data} away)"
    )]
    Missing {
        /// What it is.
        what: &'static str,
        /// Where it should be.
        path: PathBuf,
        /// The data it belongs to.
        data: PathBuf,
    },
    /// Unreadable, or readable by everybody.
    #[error(transparent)]
    Read(#[from] declic_runtime::secret::Error),
    /// It holds something else.
    #[error("{path} does not hold {what}: check that it is the right file, or restore it from its backup")]
    Form {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The ledger's key is another log's.
    #[error(
        "{path} is the key of the log {found}, and [ledger] origin says {origin}: set the origin back, or give the right key"
    )]
    Origin {
        /// The file.
        path: PathBuf,
        /// Whose key it is.
        found: String,
        /// What the configuration says.
        origin: String,
    },
    /// The folder or a file in it cannot be made.
    #[error("{path} cannot be written ({source}): check the rights of its folder")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The months' keys do not fit.
    #[error("{path}: {source}")]
    Kek {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        source: KekError,
    },
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] entropy::Unavailable),
}

impl Secrets {
    /// Derives every key from the master secret.
    pub fn from_master(master: [u8; 32]) -> Self {
        let key = |label: &str| Zeroizing::new(mac(&master, &[label.as_bytes(), &[0]]));
        Self {
            idempotency: key(labels::IDEMPOTENCY),
            page: key(labels::PAGE_TOKEN),
            resume: key(labels::RESUME_TOKEN),
            mailbox: key(labels::MAILBOX_KEY),
            master: Zeroizing::new(master),
        }
    }

    /// What a request asked for, kept beside its request id: keyed, so that nobody can guess its content from it.
    pub fn request_digest(&self, rpc: &str, bytes: &[u8]) -> [u8; 32] {
        mac_of_parts(&self.idempotency, &[rpc.as_bytes(), bytes])
    }

    /// MAC of a page token over its parts; each part is bound with its length.
    pub fn page_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac_of_parts(&self.page, parts)
    }

    /// MAC of a resume token over its parts; each part is bound with its length.
    pub fn resume_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac_of_parts(&self.resume, parts)
    }

    /// Key of the recipient tags of one party, by its resource name ("agencies/caf-56").
    pub fn mailbox_key(&self, party: &str) -> [u8; 32] {
        mac_of_parts(&self.mailbox, &[party.as_bytes()])
    }

    /// What `declic_vault::BlindKey::derive` takes, which derives under a label of its own.
    pub fn blind_master(&self) -> &[u8; 32] {
        &self.master
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Reads the files of secrets. What is missing is made when there is no data yet; the key-encryption key of a new month
/// is made whenever that month begins.
///
/// # Errors
/// [`Error`], whose text says what to restore.
pub fn open(config: &Config, now: Timestamp, entropy: &mut dyn Entropy) -> Result<Files, Error> {
    let files = [&config.store.path, &config.keyring.path];
    let data = files.into_iter().find(|path| path.exists());
    open_beside(data.map(PathBuf::as_path), config, now, entropy)
}

/// As [`open`], for data that is not in files: `data` names it in errors, none when there is none yet.
///
/// # Errors
/// As [`open`].
pub fn open_beside(
    data: Option<&Path>,
    config: &Config,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Files, Error> {
    let folder = &config.keyring.kek_dir;
    make_folder(folder)?;
    let mut place = Place { data, entropy };
    let master = place.key("the hub's master secret", &folder.join(MASTER_FILE))?;
    let signer = place.signer(&config.ledger.key_file, &config.ledger.origin)?;
    let keks = place.keks(folder, now)?;
    Ok(Files {
        secrets: Secrets::from_master(*master),
        keks,
        signer,
    })
}

/// Where secrets are read, and whether missing ones may be made.
struct Place<'a> {
    data: Option<&'a Path>,
    entropy: &'a mut dyn Entropy,
}

impl Place<'_> {
    fn key(&mut self, what: &'static str, path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
        if path.exists() {
            return read_key(path);
        }
        self.may_make(what, path)?;
        self.make_key(path)
    }

    fn make_key(&mut self, path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
        let key = Zeroizing::new(draw::<32>(self.entropy)?);
        write(path, &Zeroizing::new(format!("{}\n", STANDARD.encode(*key))))?;
        Ok(key)
    }

    fn signer(&mut self, file: &SecretFile, origin: &str) -> Result<SignerKey, Error> {
        let path = file.path();
        let form = || Error::Form {
            path: path.to_owned(),
            what: "the ledger's signing key (PRIVATE+KEY+…)",
        };
        if !path.exists() {
            self.may_make("the ledger's signing key", path)?;
            let seed = Zeroizing::new(draw::<32>(self.entropy)?);
            let signer = SignerKey::from_seed(origin, &seed).map_err(|_| form())?;
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            write(path, &Zeroizing::new(format!("{}\n", signer.to_secret_text())))?;
            return Ok(signer);
        }
        let signer = SignerKey::parse(file.read()?.expose().trim()).map_err(|_| form())?;
        if signer.name() == origin {
            return Ok(signer);
        }
        let (found, origin) = (signer.name().to_owned(), origin.to_owned());
        Err(Error::Origin {
            path: path.to_owned(),
            found,
            origin,
        })
    }

    fn keks(&mut self, folder: &Path, now: Timestamp) -> Result<KekSet, Error> {
        let wrong = |source| Error::Kek {
            path: folder.to_owned(),
            source,
        };
        let month = KekId::parse(&now.strftime("%Y-%m").to_string()).map_err(wrong)?;
        let this_month = folder.join(format!("{month}.{KEK_EXTENSION}"));
        let mut keys = Vec::new();
        for (id, path) in kek_files(folder)? {
            keys.push((id, *read_key(&path)?));
        }
        if keys.is_empty() {
            self.may_make("every key-encryption key, such as", &this_month)?;
        }
        if keys.iter().all(|(id, _)| *id != month) {
            keys.push((month.clone(), *self.make_key(&this_month)?));
        }
        KekSet::new(month, keys).map_err(wrong)
    }

    fn may_make(&self, what: &'static str, path: &Path) -> Result<(), Error> {
        match self.data {
            None => Ok(()),
            Some(data) => Err(Error::Missing {
                what,
                path: path.to_owned(),
                data: data.to_owned(),
            }),
        }
    }
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
    let form = || Error::Form {
        path: path.to_owned(),
        what: "32 bytes in base64",
    };
    let text = SecretFile::new(path).read()?;
    let bytes = Zeroizing::new(STANDARD.decode(text.expose().trim()).map_err(|_| form())?);
    let key = bytes.as_slice().try_into().map_err(|_| form())?;
    Ok(Zeroizing::new(key))
}

/// The months' key-encryption keys; a file of the extension whose name is no month is an error, not a surprise later.
fn kek_files(folder: &Path) -> Result<Vec<(KekId, PathBuf)>, Error> {
    let unreadable = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == KEK_EXTENSION)
        {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let id = KekId::parse(&stem).map_err(|source| Error::Kek {
                path: path.clone(),
                source,
            })?;
            found.push((id, path));
        }
    }
    Ok(found)
}

/// Makes a folder, and those above it, for their owner only; one that exists stays as it is.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|source| Error::Write {
        path: folder.to_owned(),
        source,
    })
}

/// Writes a new file that is there whole or not at all: a crash at the first start leaves nothing half made.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let unfinished = path.with_file_name(name);
    let mut options = std::fs::OpenOptions::new();
    let opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished);
    let mut file = opened.map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

fn mac_of_parts(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = parts
        .iter()
        .map(|part| (part.len() as u64).to_be_bytes())
        .collect();
    let framed: Vec<&[u8]> = lengths
        .iter()
        .zip(parts)
        .flat_map(|(length, part)| [&length[..], part])
        .collect();
    mac(key, &framed)
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::PermissionsExt as _;

    use declic_vault::Os;

    use super::*;

    fn config(folder: &Path) -> Config {
        let text = r#"
            [store]
            path = "hub.sqlite"
            [keyring]
            path = "keyring.sqlite"
            kek_dir = "secrets"
            [ledger]
            origin = "declic.example/hub"
            key_file = "secrets/ledger.key"
            [directory]
            file = "directory.toml"
        "#;
        let file = folder.join("hub.toml");
        std::fs::write(&file, text).expect("a file in a temporary folder");
        Config::load(&file, declic_runtime::config::NoEnv).expect("a configuration")
    }

    fn november() -> Timestamp {
        "2026-11-22T09:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn the_first_start_makes_secrets_for_their_owner_only_and_the_second_reads_them() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = config(folder.path());
        let first = open(&config, november(), &mut Os).expect("nothing exists yet");
        for name in [MASTER_FILE, "2026-11.kek", "ledger.key"] {
            let file = std::fs::metadata(config.keyring.kek_dir.join(name)).expect(name);
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
        std::fs::write(&config.store.path, "").expect("the database appears");
        let again = open(&config, november(), &mut Os).expect("everything is there");
        assert_eq!(
            first.secrets.request_digest("OpenCase", b"x"),
            again.secrets.request_digest("OpenCase", b"x")
        );
        assert_eq!(first.signer.verifier(), again.signer.verifier());
    }

    #[test]
    fn a_secret_missing_beside_its_data_is_not_made_anew() {
        for name in [MASTER_FILE, "2026-11.kek", "ledger.key"] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let config = config(folder.path());
            open(&config, november(), &mut Os).expect("nothing exists yet");
            std::fs::write(&config.store.path, "").expect("the database appears");
            std::fs::remove_file(config.keyring.kek_dir.join(name)).expect(name);
            let error = open(&config, november(), &mut Os)
                .expect_err("it must be restored")
                .to_string();
            assert!(
                error.contains("restore it from its backup") && error.contains(name),
                "{error}"
            );
        }
    }

    #[test]
    fn a_new_month_brings_its_key_and_keeps_the_old_ones() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = config(folder.path());
        open(&config, november(), &mut Os).expect("nothing exists yet");
        std::fs::write(&config.keyring.path, "").expect("the keyring appears");
        let december = "2026-12-01T00:00:00Z".parse().expect("an instant");
        let files = open(&config, december, &mut Os).expect("the old key is there");
        assert_eq!(files.keks.current().as_str(), "2026-12");
        assert!(config.keyring.kek_dir.join("2026-11.kek").exists());
    }

    #[test]
    fn a_key_of_another_log_or_a_spoilt_secret_is_refused_by_its_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(folder.path());
        open(&config, november(), &mut Os).expect("nothing exists yet");
        config.ledger.origin = "declic.example/other".to_owned();
        let error = open(&config, november(), &mut Os).expect_err("another log's key");
        assert!(matches!(error, Error::Origin { .. }), "{error}");
        let master = config.keyring.kek_dir.join(MASTER_FILE);
        std::fs::write(&master, "too short").expect("the file is ours");
        let error = open(&config, november(), &mut Os)
            .expect_err("a spoilt secret")
            .to_string();
        assert!(
            error.contains(MASTER_FILE) && !error.contains("too short"),
            "{error}"
        );
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own_and_parts_do_not_run_together() {
        let secrets = Secrets::from_master([7; 32]);
        let macs = [
            secrets.request_digest("a", b"bc"),
            secrets.request_digest("ab", b"c"),
            secrets.page_mac(&[b"a", b"bc"]),
            secrets.resume_mac(&[b"a", b"bc"]),
            secrets.resume_mac(&[b"abc"]),
            secrets.mailbox_key("abc"),
            *secrets.blind_master(),
        ];
        assert_eq!(BTreeSet::from(macs).len(), macs.len());
        assert_eq!(format!("{secrets:?}"), "Secrets { .. }");
    }
}
