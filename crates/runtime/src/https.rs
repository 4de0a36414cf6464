//! Short questions to a web server of somebody else: HTTP/1.1, one connection each. Nothing is believed of the answer: no
//! redirect is followed, nothing is read beyond a limit, and the whole of it has to come in time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Time for one question, from the connection to the last byte of the answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes of an answer that are read.
pub const LONGEST_ANSWER: usize = 256 * 1024;

/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 2_000;

/// An address that may be asked: `https`, or plain `http` on the machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    uri: Uri,
    host: String,
    port: u16,
    encrypted: bool,
}

/// No address that may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no address of https (plain http is for the machine itself), without user, query or fragment")]
pub struct BadAddress;

/// Asks web servers.
#[derive(Clone)]
pub struct Https {
    tls: TlsConnector,
}

/// What a server answered, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body, whole.
    pub body: Bytes,
}

/// Why there is no answer. Says nothing of what was asked or sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens, or the name is not known.
    #[error("cannot connect")]
    Connect(#[source] std::io::Error),
    /// The server is not who it should be, or does not speak TLS.
    #[error("no TLS connection")]
    Tls(#[source] std::io::Error),
    /// It does not speak HTTP.
    #[error("no HTTP answer")]
    Http(#[source] hyper::Error),
    /// The answer is longer than [`LONGEST_ANSWER`], or was cut.
    #[error("the answer is too long or was cut")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took longer than [`PATIENCE`].
    #[error("no answer in {} s", PATIENCE.as_secs())]
    TooSlow,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() > LONGEST_ADDRESS || !is_visible || text.contains('#') {
            return Err(BadAddress);
        }
        let uri: Uri = text.parse().map_err(|_| BadAddress)?;
        let authority = uri.authority().ok_or(BadAddress)?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_this_machine(&host) => false,
            _ => return Err(BadAddress),
        };
        if host.is_empty() || authority.as_str().contains('@') || uri.query().is_some() {
            return Err(BadAddress);
        }
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        Ok(Self {
            uri,
            host,
            port,
            encrypted,
        })
    }

    fn path(&self) -> &str {
        match self.uri.path() {
            "" => "/",
            path => path,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.uri.fmt(f)
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

impl Https {
    /// Asks servers whose certificates these settings take.
    pub fn new(tls: Arc<ClientConfig>) -> Self {
        Self {
            tls: TlsConnector::from(tls),
        }
    }

    /// Asks for a document in JSON.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn get(&self, address: &Address) -> Result<Answer, Error> {
        self.ask(address, Method::GET, None, Bytes::new()).await
    }

    /// Sends a form, which is encoded already, with the value of `authorization` when there is one.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn post_form(
        &self,
        address: &Address,
        authorization: Option<HeaderValue>,
        form: String,
    ) -> Result<Answer, Error> {
        self.ask(address, Method::POST, authorization, form.into()).await
    }

    async fn ask(
        &self,
        address: &Address,
        method: Method,
        authorization: Option<HeaderValue>,
        body: Bytes,
    ) -> Result<Answer, Error> {
        let request = request(address, method, authorization, body);
        timeout(PATIENCE, self.exchange(address, request))
            .await
            .unwrap_or(Err(Error::TooSlow))
    }

    async fn exchange(&self, address: &Address, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let stream = TcpStream::connect((address.host.as_str(), address.port));
        let stream = stream.await.map_err(Error::Connect)?;
        if !address.encrypted {
            return over(stream, request).await;
        }
        let name = ServerName::try_from(address.host.clone());
        let name = name.map_err(|error| Error::Tls(std::io::Error::other(error)))?;
        let stream = self.tls.connect(name, stream).await.map_err(Error::Tls)?;
        over(stream, request).await
    }
}

impl std::fmt::Debug for Https {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Https").finish_non_exhaustive()
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(Error::Http)?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(Error::Http)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(Error::Body)?.to_bytes();
        Ok(Answer { status, body })
    };
    // The connection moves its bytes as long as the exchange waits for them, and is dropped with it.
    tokio::pin!(exchange, connection);
    let mut is_open = true;
    loop {
        tokio::select! {
            answer = &mut exchange => return answer,
            _closed = &mut connection, if is_open => is_open = false,
        }
    }
}

fn request(
    address: &Address,
    method: Method,
    authorization: Option<HeaderValue>,
    body: Bytes,
) -> Request<Full<Bytes>> {
    let is_form = method == Method::POST;
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = address.path().parse().unwrap_or_default();
    let headers = request.headers_mut();
    let authority = address.uri.authority().map_or("", |authority| authority.as_str());
    if let Ok(host) = HeaderValue::from_str(authority) {
        headers.insert(HOST, host);
    }
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("declic"));
    if is_form {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
    }
    if let Some(mut authorization) = authorization {
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_the_machine_itself_may_be_asked() {
        for good in [
            "https://auth.example.fr",
            "https://auth.example.fr:8443/realms/declic",
            "http://127.0.0.1:3000/token",
            "http://[::1]:3000",
            "http://localhost/x",
        ] {
            Address::parse(good).unwrap_or_else(|error| panic!("{good} {error}"));
        }
        for bad in [
            "",
            "auth.example.fr",
            "/token",
            "http://auth.example.fr",
            "http://127.0.0.1.example.fr",
            "http://192.168.1.1",
            "ftp://auth.example.fr",
            "https://user@auth.example.fr",
            "https://auth.example.fr/?next=x",
            "https://auth.example.fr/#x",
            "https://",
            "file:///etc/passwd",
            "https://auth.example.fr/\u{e9}",
        ] {
            assert_eq!(Address::parse(bad), Err(BadAddress), "{bad}");
        }
        assert!(Address::parse(&format!("https://a/{}", "x".repeat(2_000))).is_err());
    }
}
