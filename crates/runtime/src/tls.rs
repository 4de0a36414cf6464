//! TLS from PEM files: rustls over aws-lc-rs, TLS 1.2 and 1.3, no compression of certificates, no early data.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use serde::Deserialize;
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use crate::secret::{self, SecretFile};

/// The files of a TLS server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerTls {
    /// Certificate chain, leaf first.
    pub certificates: PathBuf,
    /// Private key of the leaf, PKCS#8 or SEC 1.
    pub key: SecretFile,
    /// Authorities of client certificates. When set, a client without a certificate of theirs is refused in the
    /// handshake.
    #[serde(default)]
    pub client_authorities: Option<PathBuf>,
}

/// The files of a TLS client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientTls {
    /// Authorities whose certificates we take from servers.
    pub authorities: PathBuf,
    /// The name the server's certificate must bear, when it is not the host of the address.
    #[serde(default)]
    pub server_name: Option<String>,
    /// Our own certificate chain, for servers that ask for one; goes with `key`.
    #[serde(default)]
    pub certificates: Option<PathBuf>,
    /// The private key of our own certificate.
    #[serde(default)]
    pub key: Option<SecretFile>,
}

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No certificate could be read from a file.
    #[error("{path} holds no PEM certificate that can be read ({source}): check the path and the file")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// The reader's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The key file could not be read.
    #[error(transparent)]
    Secret(#[from] secret::Error),
    /// The key file holds no key.
    #[error("{path} holds no PEM private key: check that it is the right file")]
    Key {
        /// The file.
        path: PathBuf,
    },
    /// The certificate and the key do not belong together, or rustls refuses one of them.
    #[error("the certificates of {path} cannot be served ({source}): check that the key is theirs")]
    Mismatch {
        /// The certificate file.
        path: PathBuf,
        /// What rustls says.
        source: rustls::Error,
    },
    /// The authorities cannot be used to verify clients.
    #[error("the authorities of {path} cannot verify clients ({source})")]
    Authorities {
        /// The authorities' file.
        path: PathBuf,
        /// What rustls says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Certificates without their key, or the key without its certificates.
    #[error("a client certificate takes both `certificates` and `key`: set both or none")]
    HalfIdentity,
}

/// Makes aws-lc-rs the cryptography of every TLS connection of this process. First line of every `main`; calling it again
/// changes nothing.
pub fn install_provider() {
    // The error only says that one is installed already, and the deny-list of the build leaves no other one to be.
    let _already = aws_lc_rs::default_provider().install_default();
}

/// The TLS side of a gRPC server, from its files. Read once at start: a new certificate takes a restart.
///
/// # Errors
/// [`Error`], naming the file.
pub fn server_config(files: &ServerTls) -> Result<Arc<ServerConfig>, Error> {
    let path = files.certificates.clone();
    let chain = certificates(&path)?;
    let key = private_key(&files.key)?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|source| Error::Mismatch {
            path: path.clone(),
            source,
        })?;
    let builder = match &files.client_authorities {
        None => builder.with_no_client_auth(),
        Some(authorities) => {
            let failed = |source| Error::Authorities {
                path: authorities.clone(),
                source,
            };
            let mut roots = RootCertStore::empty();
            for certificate in certificates(authorities)? {
                roots.add(certificate).map_err(|e| failed(e.into()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build();
            builder.with_client_cert_verifier(verifier.map_err(|e| failed(e.into()))?)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|source| Error::Mismatch { path, source })?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// The TLS side of a client of web servers: with the authorities of a file, else with those that browsers trust.
///
/// # Errors
/// [`Error`], naming the file.
pub fn web_config(authorities: Option<&Path>) -> Result<Arc<ClientConfig>, Error> {
    let mut roots = RootCertStore::empty();
    let path = authorities.unwrap_or(Path::new("the authorities that browsers trust"));
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            for certificate in certificates(path)? {
                let failed = |source: rustls::Error| Error::Certificates {
                    path: path.to_owned(),
                    source: source.into(),
                };
                roots.add(certificate).map_err(failed)?;
            }
        }
    }
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|source| Error::Mismatch {
        path: path.to_owned(),
        source,
    })?;
    Ok(Arc::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}

/// The TLS side of a tonic client, from its files.
///
/// # Errors
/// [`Error`], naming the file.
pub fn client_config(files: &ClientTls) -> Result<ClientTlsConfig, Error> {
    let mut config =
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem_text(&files.authorities)?));
    if let Some(name) = &files.server_name {
        config = config.domain_name(name.clone());
    }
    match (&files.certificates, &files.key) {
        (None, None) => Ok(config),
        (Some(certificates), Some(key)) => {
            private_key(key)?;
            let key = key.read()?;
            Ok(config.identity(Identity::from_pem(pem_text(certificates)?, key.expose())))
        }
        _ => Err(Error::HalfIdentity),
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let failed = |source| Error::Certificates {
        path: path.to_owned(),
        source,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .map_err(|e| failed(e.into()))?
        .collect();
    let chain = chain.map_err(|e| failed(e.into()))?;
    if chain.is_empty() {
        Err(failed("no certificate in it".into()))
    } else {
        Ok(chain)
    }
}

/// The text of a file that holds at least one certificate.
fn pem_text(path: &Path) -> Result<Vec<u8>, Error> {
    certificates(path)?;
    std::fs::read(path).map_err(|e| Error::Certificates {
        path: path.to_owned(),
        source: e.into(),
    })
}

fn private_key(file: &SecretFile) -> Result<PrivateKeyDer<'static>, Error> {
    let text = file.read()?;
    PrivateKeyDer::from_pem_slice(text.expose().as_bytes()).map_err(|_| Error::Key {
        path: file.path().to_owned(),
    })
}
