//! Accepting: caps, the TLS handshake and the HTTP/2 preface, each within its time, before hyper sees a byte.
//!
//! hyper and tonic have no timeout here: a connection that says nothing stays open for ever. So a connection reaches them
//! only once it has sent the 24 bytes every HTTP/2 client begins with and the head of its first frame.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;
use rustls::ServerConfig;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;

use super::connection::{Connection, Io, Pending};
use super::files;
use super::limits::Limits;
use super::slots::{Slot, Slots};
use crate::Shutdown;

/// What every HTTP/2 client says first (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The preface, then the 9 bytes of the head of the SETTINGS frame that must follow it.
const FIRST_BYTES: usize = PREFACE.len() + 9;

/// Type of a SETTINGS frame, fourth byte of a frame's head (RFC 9113, 6.5).
const SETTINGS: u8 = 0x4;

/// After an accept that failed for want of files or memory: accepting again at once would only burn the processor.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Connections ready and not yet taken by the server.
const READY: usize = 64;

pub(super) fn connections(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    limits: &Limits,
    shutdown: &Shutdown,
) -> ReceiverStream<io::Result<Connection>> {
    let (ready, receiver) = mpsc::channel(READY);
    let acceptor = Acceptor {
        tls: tls.map(TlsAcceptor::from),
        slots: Slots::new(
            files::connections_that_fit(limits.max_connections),
            limits.max_connections_per_address,
        ),
        limits: limits.clone(),
        shutdown: shutdown.clone(),
        refused: opentelemetry::global::meter("declic-runtime")
            .u64_counter("server.connections.refused")
            .with_description("Connections closed before a request was read, by reason")
            .build(),
    };
    tokio::spawn(accept_loop(listener, Arc::new(acceptor), ready));
    ReceiverStream::new(receiver)
}

struct Acceptor {
    tls: Option<TlsAcceptor>,
    slots: Slots,
    limits: Limits,
    shutdown: Shutdown,
    refused: Counter<u64>,
}

async fn accept_loop(
    listener: TcpListener,
    acceptor: Arc<Acceptor>,
    ready: mpsc::Sender<io::Result<Connection>>,
) {
    loop {
        let accepted = tokio::select! {
            () = ready.closed() => return,
            () = acceptor.shutdown.stopping() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((tcp, address)) => match acceptor.slots.take(address.ip()) {
                Ok(slot) => {
                    let (acceptor, ready) = (Arc::clone(&acceptor), ready.clone());
                    tokio::spawn(async move { acceptor.prepare(tcp, address, slot, ready).await });
                }
                Err(full) => acceptor.count_refused(full.reason()),
            },
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections for now");
                sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }
}

impl Acceptor {
    /// Takes a connection through its handshake and its preface, and hands it over; or closes it.
    async fn prepare(
        &self,
        tcp: TcpStream,
        address: SocketAddr,
        slot: Slot,
        ready: mpsc::Sender<io::Result<Connection>>,
    ) {
        match self.opening(tcp, slot).await {
            Err(reason) => self.count_refused(reason),
            Ok((opened, head)) => {
                let limits = &self.limits;
                let over = Instant::now() + limits.max_connection_age + limits.max_connection_age_grace;
                let hard = self.shutdown.hard();
                let cut = Box::pin(async move {
                    tokio::select! {
                        () = hard.cancelled_owned() => {}
                        () = sleep_until(over) => {}
                    }
                });
                // When nobody takes it any more, the server is stopping: dropping the connection closes it.
                let _ = ready.send(Ok(Connection::new(opened, head, address, cut))).await;
            }
        }
    }

    async fn opening(&self, tcp: TcpStream, slot: Slot) -> Result<(Pending, Bytes), &'static str> {
        if tcp.set_nodelay(true).is_err() {
            return Err("closed");
        }
        let io = match &self.tls {
            None => Io::Plain(tcp),
            Some(tls) => match timeout(self.limits.handshake_timeout, tls.accept(tcp)).await {
                Ok(Ok(stream)) => Io::Tls(Box::new(stream)),
                Ok(Err(_)) => return Err("tls_handshake"),
                Err(_) => return Err("tls_handshake_timeout"),
            },
        };
        let mut opened = Pending::new(slot, io);
        match timeout(self.limits.preface_timeout, read_preface(&mut opened.io)).await {
            Ok(Ok(head)) => Ok((opened, head)),
            Ok(Err(reason)) => Err(reason),
            Err(_) => Err("preface_timeout"),
        }
    }

    fn count_refused(&self, reason: &'static str) {
        tracing::debug!(reason, "connection closed before any request");
        self.refused.add(1, &[KeyValue::new("reason", reason)]);
    }
}

/// Reads the first bytes and no further than they are right.
async fn read_preface(io: &mut Io) -> Result<Bytes, &'static str> {
    let mut head = BytesMut::with_capacity(FIRST_BYTES);
    while head.len() < FIRST_BYTES {
        let mut missing = (&mut *io).take((FIRST_BYTES - head.len()) as u64);
        match missing.read_buf(&mut head).await {
            Ok(0) | Err(_) => return Err("closed"),
            Ok(_) => {}
        }
        let compared = head.len().min(PREFACE.len());
        if head[..compared] != PREFACE[..compared] {
            return Err("not_http2");
        }
    }
    if head[PREFACE.len() + 3] == SETTINGS {
        Ok(head.freeze())
    } else {
        Err("not_http2")
    }
}

fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
