//! The connections of browsers: so many at once, and none that keeps its seat without asking for anything.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// Most connections at once; whoever comes later waits to be let in. A browser holds one or two, a reverse proxy some dozens.
const AT_ONCE: usize = 1_024;

/// How long a browser may take to say what it asks for, also between two requests of one connection.
const ASKING: Duration = Duration::from_secs(15);

/// How long it may take to send a form: 256 KiB at 56 kbit/s need 37 seconds.
pub const SENDING: Duration = Duration::from_secs(60);

/// How long it may take nothing of what it is sent.
const TAKING: Duration = Duration::from_secs(30);

/// Serves these pages until it is time to stop, then what was asked already.
///
/// # Errors
/// The listener is broken.
pub async fn serve(
    listener: TcpListener,
    pages: Router,
    stopping: impl Future<Output = ()>,
) -> io::Result<()> {
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    let served = GracefulShutdown::new();
    let mut stopping = pin!(stopping);
    loop {
        let next = async {
            let seat = Arc::clone(&seats).acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            next = next => next,
            () = &mut stopping => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            // The browser left before it was let in, or too many files are open: the next one may fare better.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let pages = pages
            .clone()
            .map_request(|request: Request<Incoming>| request.map(Body::new));
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(TAKING));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(ASKING)
            .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(pages));
        let connection = served.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(seat);
        });
    }
    served.shutdown().await;
    Ok(())
}
