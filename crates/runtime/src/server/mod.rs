//! A gRPC server that strangers can reach: one listener, one set of limits, one way to serve.

mod accept;
mod connection;
mod files;
mod limits;
mod slots;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tower::{Layer, Service};

use crate::Shutdown;
pub use connection::Peer;
pub use limits::Limits;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An address that is being listened to.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
}

/// Why an address cannot be listened to.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process, or this one, has it.
    #[error("address {address} is already in use: stop the other process or set [server] listen")]
    InUse {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The system forbids it, as it does for ports below 1024.
    #[error(
        "address {address} is not allowed for this user: take a port from 1024 up, or set [server] listen"
    )]
    NotAllowed {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The machine has no such address, or something rarer.
    #[error("address {address} cannot be listened to ({source}): check [server] listen")]
    Other {
        /// The address asked for.
        address: SocketAddr,
        /// The system's answer.
        source: io::Error,
    },
}

impl Listener {
    /// Listens to an address; port 0 takes any free one.
    ///
    /// # Errors
    /// [`BindError`], whose text says what to do.
    pub async fn bind(address: SocketAddr) -> Result<Self, BindError> {
        let explain = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse { address },
            io::ErrorKind::PermissionDenied => BindError::NotAllowed { address },
            _ => BindError::Other { address, source },
        };
        let tcp = TcpListener::bind(address).await.map_err(explain)?;
        let address = tcp.local_addr().map_err(explain)?;
        Ok(Self { tcp, address })
    }

    /// The address, with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

/// A tonic server with the HTTP/2 limits set. Layers go on it with `.layer(..)`, outermost first, then services.
///
/// Timeout, load shedding and the cap of requests in flight are *not* tonic's, which sit outside every layer and would be
/// invisible to metrics: they are [`crate::layers::DeadlineCover`] and [`crate::layers::Shed`].
pub fn builder(limits: &Limits) -> Server {
    Server::builder()
        .accept_http1(false)
        .max_concurrent_streams(limits.max_concurrent_streams)
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(1024 * 1024)
        .http2_max_header_list_size(limits.max_header_list_bytes)
        .http2_max_pending_accept_reset_streams(Some(limits.max_pending_accept_reset_streams))
        .http2_max_local_error_reset_streams(Some(limits.max_local_error_reset_streams))
        .http2_keepalive_interval(Some(limits.keepalive_interval))
        .http2_keepalive_timeout(Some(limits.keepalive_timeout))
        // The grace period is ours: with tonic's set, 0.14.9 skips the GOAWAY and cuts at once when it is over.
        .max_connection_age(limits.max_connection_age)
}

/// Serves until the soft stop has let every connection finish, or until the hard stop. With `tls`, TLS only.
///
/// # Errors
/// tonic's, when the stack cannot be built; never for what a single connection does.
pub async fn serve<L, B>(
    router: Router<L>,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    limits: &Limits,
    shutdown: &Shutdown,
) -> Result<(), tonic::transport::Error>
where
    L: Layer<Routes>,
    L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send,
    <L::Service as Service<Request<Body>>>::Error: Into<BoxError> + Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let incoming = accept::connections(listener.tcp, tls, limits, shutdown);
    let soft = shutdown.soft();
    tokio::select! {
        served = router.serve_with_incoming_shutdown(incoming, soft.cancelled_owned()) => served,
        () = shutdown.stopped() => Ok(()),
    }
}
