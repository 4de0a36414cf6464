//! The server's promise: strangers are cut in time, honest clients are served, and nothing is refused unseen.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use declic_runtime::server::{self, BindError, Limits, Listener, Peer};
use declic_runtime::{Shutdown, tls};
use http::{Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// The preface of HTTP/2 and an empty SETTINGS frame.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Long beyond any test: what ends a test is never this.
const GRACE: Duration = Duration::from_secs(600);

struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    served: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Running {
    async fn start(limits: Limits, files: Option<&tls::ServerTls>) -> Self {
        let listener = Listener::bind("127.0.0.1:0".parse().expect("an address"))
            .await
            .expect("a free port");
        let address = listener.local_addr();
        let shutdown = Shutdown::new(GRACE);
        let (_, health) = tonic_health::server::health_reporter();
        let router = server::builder(&limits)
            .layer(tower_see_peer())
            .add_service(health);
        let config = files.map(|files| tls::server_config(files).expect("good files"));
        let stop = shutdown.clone();
        let served =
            tokio::spawn(async move { server::serve(router, listener, config, &limits, &stop).await });
        Self {
            address,
            shutdown,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address)
            .await
            .expect("the listener accepts")
    }

    /// A raw connection that the server has answered with its own SETTINGS.
    async fn greeted(&self) -> TcpStream {
        let mut tcp = self.connect().await;
        tcp.write_all(HELLO).await.expect("an open connection");
        let mut head = [0; 9];
        tcp.read_exact(&mut head).await.expect("the server's SETTINGS");
        assert_eq!(head[3], 4, "a SETTINGS frame comes first");
        tcp
    }

    async fn health(&self) -> Response<()> {
        let channel = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        check(HealthClient::new(channel.connect().await.expect("an open port"))).await
    }
}

async fn check(mut client: HealthClient<tonic::transport::Channel>) -> Response<()> {
    let answer = client
        .check(HealthCheckRequest::default())
        .await
        .expect("a healthy server");
    let mut response = Response::new(());
    *response.headers_mut() = answer.metadata().clone().into_headers();
    response
}

/// Tells in a response header what the handlers see of the other end.
fn tower_see_peer() -> impl tower::Layer<tonic::service::Routes, Service: SeenService> + Clone {
    tower::util::MapRequestLayer::new(|request: Request<Body>| {
        let peer = request
            .extensions()
            .get::<Peer>()
            .expect("every request knows its peer");
        assert!(peer.address.ip().is_loopback());
        request
    })
}

/// What `server::serve` asks of a layered service.
trait SeenService:
    tower::Service<Request<Body>, Response = Response<Body>, Error = std::convert::Infallible, Future: Send>
    + Clone
    + Send
    + 'static
{
}

impl<S> SeenService for S where
    S: tower::Service<
            Request<Body>,
            Response = Response<Body>,
            Error = std::convert::Infallible,
            Future: Send,
        > + Clone
        + Send
        + 'static
{
}

/// Reads until the other end closes; how long that took, and what it said.
async fn until_closed(tcp: &mut TcpStream) -> (Duration, Vec<u8>) {
    let begun = Instant::now();
    let mut said = Vec::new();
    match tcp.read_to_end(&mut said).await {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "closed, not broken"),
    }
    (begun.elapsed(), said)
}

fn short() -> Limits {
    Limits {
        handshake_timeout: Duration::from_millis(400),
        preface_timeout: Duration::from_millis(400),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed_after_the_preface_timeout() {
    let running = Running::start(short(), None).await;
    let (took, said) = until_closed(&mut running.connect().await).await;
    assert!(
        took >= Duration::from_millis(390),
        "not before its time: {took:?}"
    );
    assert_eq!(said, b"", "closed without a word");
    running.health().await;
}

#[tokio::test]
async fn half_a_preface_or_another_protocol_is_closed_too() {
    let running = Running::start(short(), None).await;
    let rows: [(&str, &[u8]); 5] = [
        ("half the preface", &HELLO[..12]),
        ("the preface without a frame", &HELLO[..24]),
        ("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a TLS hello on a plain port", b"\x16\x03\x01\x02\x00\x01\x00"),
        (
            "another frame first",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x06\0\0\0\0\0",
        ),
    ];
    for (name, bytes) in rows {
        let mut tcp = running.connect().await;
        tcp.write_all(bytes).await.expect("an open connection");
        let (_, said) = until_closed(&mut tcp).await;
        assert_eq!(said, b"", "{name}");
    }
    running.health().await;
}

#[tokio::test]
async fn beyond_the_cap_of_one_address_a_connection_is_closed_at_once() {
    let limits = Limits {
        max_connections_per_address: 2,
        ..Limits::default()
    };
    let running = Running::start(limits, None).await;
    let (first, second) = (running.greeted().await, running.greeted().await);
    let (_, said) = until_closed(&mut running.connect().await).await;
    assert_eq!(said, b"");
    drop((first, second));
}

#[tokio::test]
async fn beyond_the_cap_of_the_server_a_connection_is_closed_at_once() {
    let running = Running::start(
        Limits {
            max_connections: 1,
            ..Limits::default()
        },
        None,
    )
    .await;
    let first = running.greeted().await;
    let (_, said) = until_closed(&mut running.connect().await).await;
    assert_eq!(said, b"");
    drop(first);
}

#[tokio::test]
async fn silent_connections_give_their_places_back() {
    let limits = Limits {
        max_connections: 1,
        ..short()
    };
    let running = Running::start(limits, None).await;
    until_closed(&mut running.connect().await).await;
    running.greeted().await;
}

#[tokio::test]
async fn an_old_connection_is_told_to_go_away_and_then_cut() {
    let limits = Limits {
        max_connection_age: Duration::from_millis(300),
        max_connection_age_grace: Duration::from_millis(300),
        ..Limits::default()
    };
    let running = Running::start(limits, None).await;
    // This client answers no ping, so the server cannot finish its graceful goodbye and has to cut.
    let mut tcp = running.greeted().await;
    let (took, said) = until_closed(&mut tcp).await;
    let go_away = said
        .windows(4)
        .any(|frame| frame[3] == 7 && frame[..3] == [0, 0, 8]);
    assert!(go_away, "a GOAWAY frame before the end: {said:?}");
    assert!(took >= Duration::from_millis(290), "grace was given: {took:?}");
}

#[tokio::test]
async fn a_hard_stop_cuts_what_a_soft_stop_waits_for() {
    let running = Running::start(Limits::default(), None).await;
    let mut tcp = running.greeted().await;
    running.shutdown.stop();
    running.shutdown.stop_now();
    until_closed(&mut tcp).await;
    running.served.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_soft_stop_ends_once_clients_have_gone() {
    let running = Running::start(Limits::default(), None).await;
    running.health().await;
    running.shutdown.stop();
    running.served.await.expect("no panic").expect("a clean end");
    let refused = TcpStream::connect(running.address)
        .await
        .expect_err("nobody listens any more");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_port_in_use_says_what_to_do() {
    let first = Listener::bind("127.0.0.1:0".parse().expect("an address"))
        .await
        .expect("a free port");
    let address = first.local_addr();
    let refused = Listener::bind(address).await.expect_err("the port is taken");
    assert!(matches!(refused, BindError::InUse { .. }));
    let expected =
        format!("address {address} is already in use: stop the other process or set [server] listen");
    assert_eq!(refused.to_string(), expected);
    let foreign = Listener::bind("192.0.2.1:7443".parse().expect("an address"))
        .await
        .expect_err("not of this machine");
    assert!(
        foreign
            .to_string()
            .starts_with("address 192.0.2.1:7443 cannot be listened to ("),
        "{foreign}"
    );
}

struct Certificates {
    folder: tempfile::TempDir,
    server: tls::ServerTls,
    client: tls::ClientTls,
}

/// An authority, a server certificate for `localhost` and a client certificate, in files.
fn certificates() -> Certificates {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("rights");
        path
    };
    let authority_key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_certificate = params.self_signed(&authority_key).expect("an authority");
    let authority = rcgen::Issuer::new(params, authority_key);
    let authorities = write("authority.pem", authority_certificate.pem());
    let leaf = |name: &str, names: Vec<String>| {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(names).expect("parameters");
        let certificate = params.signed_by(&key, &authority).expect("a certificate");
        (
            write(&format!("{name}.pem"), certificate.pem()),
            write(&format!("{name}.key"), key.serialize_pem()),
        )
    };
    let (server_pem, server_key) = leaf("server", vec!["localhost".to_owned()]);
    let (client_pem, client_key) = leaf("client", vec!["connector.test".to_owned()]);
    let secret = declic_runtime::SecretFile::new;
    let server = tls::ServerTls {
        certificates: server_pem,
        key: secret(server_key),
        client_authorities: None,
    };
    let client = tls::ClientTls {
        authorities,
        server_name: Some("localhost".to_owned()),
        certificates: Some(client_pem),
        key: Some(secret(client_key)),
    };
    Certificates {
        folder,
        server,
        client,
    }
}

async fn connect_tls(
    running: &Running,
    files: &tls::ClientTls,
) -> Result<tonic::transport::Channel, tonic::transport::Error> {
    let config = tls::client_config(files).expect("good files");
    let endpoint = Endpoint::from_shared(format!("https://{}", running.address)).expect("an address");
    endpoint
        .tls_config(config)
        .expect("a client configuration")
        .connect()
        .await
}

#[tokio::test]
async fn tls_serves_honest_clients_and_closes_silent_and_plain_ones() {
    tls::install_provider();
    let files = certificates();
    let running = Running::start(short(), Some(&files.server)).await;
    until_closed(&mut running.connect().await).await;
    let mut plain = running.connect().await;
    plain.write_all(HELLO).await.expect("an open connection");
    until_closed(&mut plain).await;
    let limits = Limits {
        handshake_timeout: Duration::from_secs(30),
        preface_timeout: Duration::from_secs(30),
        ..short()
    };
    let patient = Running::start(limits, Some(&files.server)).await;
    check(HealthClient::new(
        connect_tls(&patient, &files.client)
            .await
            .expect("an honest client"),
    ))
    .await;
}

#[tokio::test]
async fn mutual_tls_refuses_a_client_without_a_certificate() {
    tls::install_provider();
    let files = certificates();
    let server = tls::ServerTls {
        client_authorities: Some(files.client.authorities.clone()),
        ..files.server.clone()
    };
    let running = Running::start(Limits::default(), Some(&server)).await;
    check(HealthClient::new(
        connect_tls(&running, &files.client)
            .await
            .expect("a known client"),
    ))
    .await;
    let stranger = tls::ClientTls {
        certificates: None,
        key: None,
        ..files.client.clone()
    };
    let answer = match connect_tls(&running, &stranger).await {
        Err(_) => None,
        Ok(channel) => HealthClient::new(channel)
            .check(HealthCheckRequest::default())
            .await
            .ok(),
    };
    assert!(answer.is_none(), "no request of a stranger is answered");
}

#[test]
fn wrong_tls_files_are_named() {
    let files = certificates();
    let good = &files.server;
    let text = |server: &tls::ServerTls| {
        tls::server_config(server)
            .map(|_| ())
            .expect_err("wrong files")
            .to_string()
    };
    let absent = tls::ServerTls {
        certificates: "/nowhere/hub.pem".into(),
        ..good.clone()
    };
    assert!(text(&absent).starts_with("/nowhere/hub.pem holds no PEM certificate that can be read ("));
    let no_certificate = tls::ServerTls {
        certificates: good.key.path().to_owned(),
        ..good.clone()
    };
    assert!(
        text(&no_certificate)
            .contains("server.key holds no PEM certificate that can be read (no certificate in it)")
    );
    let no_key = declic_runtime::SecretFile::new(good.certificates.clone());
    assert!(
        text(&tls::ServerTls {
            key: no_key,
            ..good.clone()
        })
        .ends_with("holds no PEM private key: check that it is the right file")
    );
    let other_key = declic_runtime::SecretFile::new(files.folder.path().join("client.key"));
    assert!(
        text(&tls::ServerTls {
            key: other_key,
            ..good.clone()
        })
        .contains("cannot be served (")
    );
    let half = tls::ClientTls {
        key: None,
        ..files.client.clone()
    };
    let half = tls::client_config(&half)
        .map(|_| ())
        .expect_err("half an identity")
        .to_string();
    assert_eq!(
        half,
        "a client certificate takes both `certificates` and `key`: set both or none"
    );
}

#[test]
fn limits_are_those_of_the_security_design() {
    let limits = Limits::default();
    assert_eq!(
        (limits.max_concurrent_streams, limits.max_header_list_bytes),
        (64, 16 * 1024)
    );
    assert_eq!(
        (
            limits.max_pending_accept_reset_streams,
            limits.max_local_error_reset_streams
        ),
        (20, 64)
    );
    assert_eq!(
        (
            limits.max_decoding_message_bytes,
            limits.max_encoding_message_bytes
        ),
        (256 * 1024, 1024 * 1024)
    );
    assert_eq!(
        (
            limits.handshake_timeout.as_secs(),
            limits.preface_timeout.as_secs()
        ),
        (5, 5)
    );
    assert_eq!(
        (
            limits.keepalive_interval.as_secs(),
            limits.keepalive_timeout.as_secs()
        ),
        (30, 10)
    );
    assert_eq!(
        (
            limits.max_connection_age.as_secs(),
            limits.max_connection_age_grace.as_secs()
        ),
        (1800, 60)
    );
}
