//! Where the hub is, who we are, and how long we wait.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use declic_auth::{KeyError, SigningKey};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use uuid::Uuid;

/// Time given to each attempt of a call, unless the options say otherwise.
pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);

/// Time after which a call is not tried again, unless the options say otherwise.
pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(30);

const PING_EVERY: Duration = Duration::from_secs(20);
const PING_ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The present, in seconds since 1970-01-01T00:00:00Z.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A fresh random identifier at each call.
pub type Ids = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// What a client needs to know.
#[derive(Clone)]
pub struct Options {
    /// `http://host:port` or `https://host:port`. Plain http is for the loopback and for a network that encrypts.
    pub endpoint: String,
    /// Audience of the hub's tokens, "declic-hub" unless its operator chose another.
    pub audience: String,
    /// Under which name the hub's directory knows our key, without "members/" ("connector.caf-56").
    pub subject: String,
    /// Our private key.
    pub key: SigningKey,
    /// PEM file of the authority that signed the hub's certificate; required with https, refused with http.
    pub ca_file: Option<PathBuf>,
    /// Time given to each attempt of a call, sent to the hub as `grpc-timeout`.
    pub deadline: Duration,
    /// Time, from the first attempt, after which a call is not tried again.
    pub patience: Duration,
    /// The present.
    pub clock: Clock,
    /// Fresh identifiers, for tokens and for the jitter of retries.
    pub ids: Ids,
}

/// What a client needs to know that has no key: it asks what needs no token, and speaks for others with tokens of theirs.
#[derive(Clone)]
pub struct Anonymous {
    /// As [`Options::endpoint`].
    pub endpoint: String,
    /// As [`Options::ca_file`].
    pub ca_file: Option<PathBuf>,
    /// As [`Options::deadline`].
    pub deadline: Duration,
    /// As [`Options::patience`].
    pub patience: Duration,
    /// Fresh identifiers, for the jitter of retries.
    pub ids: Ids,
}

/// The options cannot work, or nobody answers.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Not `http://host:port` nor `https://host:port`.
    #[error("`{0}` is no address of a hub: write http://host:port or https://host:port")]
    Endpoint(String),
    /// https without an authority.
    #[error("https needs ca_file, the PEM file of the authority that signed the hub's certificate")]
    NoAuthority,
    /// An authority without https.
    #[error("ca_file is given but the address is plain http: write https://, or take ca_file out")]
    UselessAuthority,
    /// The authority's file cannot be read.
    #[error("cannot read the authority's certificate {path}: {source}")]
    AuthorityFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The authority's file holds no certificate, or the host's name cannot be checked.
    #[error("cannot set up TLS with the authority's certificate {path}: {reason}")]
    Tls {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The key cannot sign.
    #[error("our key cannot sign: {0}")]
    Key(#[from] KeyError),
    /// A token that no hub gives: it cannot be sent.
    #[error("the token holds what no token holds")]
    Token,
    /// A deadline of zero: no call could succeed.
    #[error("the deadline is zero: give each call some time, 10 seconds for instance")]
    Deadline,
    /// Nobody answers.
    #[error("cannot reach the hub at {endpoint}: {reason}")]
    Unreachable {
        /// The address.
        endpoint: String,
        /// What the network said.
        reason: String,
    },
}

impl SetupError {
    pub(crate) fn unreachable(endpoint: &str, error: &tonic::transport::Error) -> Self {
        Self::Unreachable {
            endpoint: endpoint.to_owned(),
            reason: innermost(error),
        }
    }
}

impl Options {
    pub(crate) fn endpoint(&self) -> Result<Endpoint, SetupError> {
        endpoint(&self.endpoint, self.ca_file.as_ref(), self.deadline)
    }
}

impl Anonymous {
    pub(crate) fn endpoint(&self) -> Result<Endpoint, SetupError> {
        endpoint(&self.endpoint, self.ca_file.as_ref(), self.deadline)
    }
}

impl std::fmt::Debug for Anonymous {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anonymous")
            .field("endpoint", &self.endpoint)
            .field("ca_file", &self.ca_file)
            .field("deadline", &self.deadline)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("endpoint", &self.endpoint)
            .field("audience", &self.audience)
            .field("subject", &self.subject)
            .field("ca_file", &self.ca_file)
            .field("deadline", &self.deadline)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

fn endpoint(address: &str, ca_file: Option<&PathBuf>, deadline: Duration) -> Result<Endpoint, SetupError> {
    let bad = || SetupError::Endpoint(address.to_owned());
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|_| bad())?;
    let encrypted = match endpoint.uri().scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(bad()),
    };
    if endpoint.uri().authority().is_none() || !matches!(endpoint.uri().path(), "" | "/") {
        return Err(bad());
    }
    if deadline.is_zero() {
        return Err(SetupError::Deadline);
    }
    let endpoint = endpoint
        .connect_timeout(deadline)
        .tcp_nodelay(true)
        // A connection that lost its other end silently must not hold calls for ever.
        .http2_keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_ANSWER_WITHIN)
        .keep_alive_while_idle(true);
    match (ca_file, encrypted) {
        (None, false) => Ok(endpoint),
        (None, true) => Err(SetupError::NoAuthority),
        (Some(_), false) => Err(SetupError::UselessAuthority),
        (Some(path), true) => with_authority(endpoint, path),
    }
}

fn with_authority(endpoint: Endpoint, path: &PathBuf) -> Result<Endpoint, SetupError> {
    let pem = fs::read(path).map_err(|source| SetupError::AuthorityFile {
        path: path.clone(),
        source,
    })?;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
    endpoint.tls_config(tls).map_err(|error| SetupError::Tls {
        path: path.clone(),
        reason: innermost(&error),
    })
}

/// The last sentence of a chain of errors: "connection refused" rather than "transport error".
pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_work_is_refused_before_any_call() {
        let rows = [
            ("hub.example.fr:443", None, "no address of a hub"),
            ("ftp://hub.example.fr", None, "no address of a hub"),
            ("http://127.0.0.1:50051/declic", None, "no address of a hub"),
            ("https://hub.example.fr:443", None, "https needs ca_file"),
            ("http://127.0.0.1:50051", Some("ca.pem"), "plain http"),
            (
                "https://hub.example.fr:443",
                Some("/nowhere/ca.pem"),
                "cannot read",
            ),
        ];
        for (endpoint, ca_file, sentence) in rows {
            let mut options = crate::sending::tests::options(endpoint);
            options.ca_file = ca_file.map(PathBuf::from);
            let refused = options.endpoint().expect_err("an address that cannot work");
            assert!(refused.to_string().contains(sentence), "{endpoint}: {refused}");
        }
    }

    #[test]
    fn neither_key_nor_token_is_printed() {
        let options = crate::sending::tests::options("http://127.0.0.1:1");
        let printed = format!("{options:?}");
        assert!(!printed.to_lowercase().contains("key"), "{printed}");
    }
}
