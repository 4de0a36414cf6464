//! Secrets: always a file, named in the configuration, never a value in it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

/// Longest secret read, in bytes.
pub const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// The path of a file that holds a secret. The path may be printed; what the file holds may not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretFile {
    path: PathBuf,
}

/// The text of a secret: wiped when dropped, never printed.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

/// Why a secret could not be read. Never repeats what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system's answer when opening or reading it.
    #[error("secret file {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Every user of the machine may read it.
    #[error(
        "secret file {path} may be read by every user of this machine: run chmod o-rwx on it (in Kubernetes, defaultMode: 0440)"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// Longer than [`MAX_SECRET_BYTES`], or not UTF-8.
    #[error("secret file {path} is not a text of at most 64 KiB: check that it is the right file")]
    NotText {
        /// The file.
        path: PathBuf,
    },
}

impl SecretFile {
    /// A secret kept in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it, once; the surrounding white space of the file is the caller's to keep or trim.
    ///
    /// # Errors
    /// [`Error`]: unreadable, readable by everybody, or no text.
    pub fn read(&self) -> Result<SecretText, Error> {
        let path = self.path.clone();
        let read = |source| Error::Read {
            path: self.path.clone(),
            source,
        };
        let metadata = std::fs::metadata(&self.path).map_err(read)?;
        if exposed(&metadata) {
            return Err(Error::Exposed { path });
        }
        if metadata.len() > MAX_SECRET_BYTES {
            return Err(Error::NotText { path });
        }
        let bytes = Zeroizing::new(std::fs::read(&self.path).map_err(read)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::NotText { path })?;
        Ok(SecretText(Zeroizing::new(text.to_owned())))
    }
}

impl SecretText {
    /// A secret that is already in memory, made a moment ago.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself. The name is long so that each use shows in review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

#[cfg(unix)]
fn exposed(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o007 != 0
}

#[cfg(not(unix))]
fn exposed(_: &std::fs::Metadata) -> bool {
    false
}
