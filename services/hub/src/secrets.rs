//! The hub's own secrets: one master secret from which every key of its own is derived, the months' key-encryption keys,
//! and the ledger's signing key. All are files, made at the first start, readable by their owner only.
//!
//! A secret that is missing beside a database that exists is never made anew: what it sealed could not be opened, and
//! what it signed would be disowned.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use declic_auth::SigningKey;
use declic_ledger::{SignerKey, labels};
use declic_runtime::SecretFile;
use declic_vault::entropy::{self, Entropy, draw};
use declic_vault::keyring::{KekError, KekSet};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::keks;

/// Name of the master secret in the folder of secrets.
pub const MASTER_FILE: &str = "hub.secret";

/// Keys of the hub's own, derived from its master secret. Shows nothing when printed.
pub struct Secrets {
    master: Zeroizing<[u8; 32]>,
    idempotency: Zeroizing<[u8; 32]>,
    page: Zeroizing<[u8; 32]>,
    resume: Zeroizing<[u8; 32]>,
    mailbox: Zeroizing<[u8; 32]>,
    sign_in_token: Zeroizing<[u8; 32]>,
    sign_in_attempt: Zeroizing<[u8; 32]>,
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
            sign_in_token: key(labels::SIGN_IN_TOKEN),
            sign_in_attempt: key(labels::SIGN_IN_ATTEMPT),
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

    /// The key that signs the tokens of people who signed in: the same in all hubs of one database.
    pub fn sign_in_key(&self) -> SigningKey {
        SigningKey::generate(*self.sign_in_token)
    }

    /// The key that seals sign-ins under way.
    pub fn sign_in_attempt_key(&self) -> &[u8; 32] {
        &self.sign_in_attempt
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

/// Reads the files of secrets. What is missing is made when there is no data yet.
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
        Ok(make_key(path, self.entropy)?.0)
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
            let text = Zeroizing::new(format!("{}\n", signer.to_secret_text()));
            if write(path, &text, self.entropy)? == Written::Made {
                return Ok(signer);
            }
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

    /// The months' keys; when there is none at all, the first one. The others are made when their month comes: see
    /// [`crate::keks`].
    fn keks(&mut self, folder: &Path, now: Timestamp) -> Result<KekSet, Error> {
        let wrong = |source| Error::Kek {
            path: folder.to_owned(),
            source,
        };
        let month = keks::month_of(now);
        let mut keys = keks::read(folder)?;
        if keys.is_empty() {
            let path = keks::file(folder, &month);
            self.may_make("every key-encryption key, such as", &path)?;
            keys.push((month.clone(), *make_key(&path, self.entropy)?.0));
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

/// Makes a key, or reads the one that another hub of this folder has made meanwhile.
pub(crate) fn make_key(
    path: &Path,
    entropy: &mut dyn Entropy,
) -> Result<(Zeroizing<[u8; 32]>, Written), Error> {
    let key = Zeroizing::new(draw::<32>(entropy)?);
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(*key)));
    match write(path, &text, entropy)? {
        Written::Made => Ok((key, Written::Made)),
        Written::WasThere => Ok((read_key(path)?, Written::WasThere)),
    }
}

/// Takes away a key that nothing was wrapped under.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    std::fs::remove_file(path).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

pub(crate) fn read_key(path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
    let form = || Error::Form {
        path: path.to_owned(),
        what: "32 bytes in base64",
    };
    let text = SecretFile::new(path).read()?;
    let bytes = Zeroizing::new(STANDARD.decode(text.expose().trim()).map_err(|_| form())?);
    let key = bytes.as_slice().try_into().map_err(|_| form())?;
    Ok(Zeroizing::new(key))
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

/// Whose file it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// This hub's.
    Made,
    /// Another's, untouched.
    WasThere,
}

/// Writes a new file that is there whole or not at all, and never in the place of another: a crash at the first start
/// leaves nothing half made, and of two hubs that start at once in one folder the second reads what the first wrote.
fn write(path: &Path, text: &str, entropy: &mut dyn Entropy) -> Result<Written, Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}.new", u64::from_be_bytes(draw(entropy)?)));
    let unfinished = path.with_file_name(name);
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(&unfinished);
    let mut file = opened.map_err(failed)?;
    let linked = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&unfinished, path));
    std::fs::remove_file(&unfinished).map_err(failed)?;
    let written = match linked {
        Ok(()) => Written::Made,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Written::WasThere,
        Err(error) => return Err(failed(error)),
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)?;
    Ok(written)
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
mod tests;
