//! A network between a client and a hub that cuts when a test says so.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A TCP proxy on a free port of the loopback.
#[derive(Debug, Clone)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Answers to swallow before the connection that carried one is cut.
    swallow: AtomicUsize,
    swallowed: AtomicUsize,
    cut: AtomicBool,
    changed: Notify,
}

impl Proxy {
    /// Starts one before this address.
    pub async fn before(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let accepting = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&accepting);
                tokio::spawn(async move { carry(client, hub, &state).await });
            }
        });
        Self { address, state }
    }

    /// `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next answer is lost: once the hub has begun it, the connection is cut.
    pub fn lose_next_answer(&self) {
        self.state.swallow.fetch_add(1, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.state.swallowed.load(Ordering::SeqCst)
    }

    /// Cuts every connection, and those to come, until [`Proxy::mend`].
    pub fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
        self.state.changed.notify_waiters();
    }

    /// Lets connections pass again.
    pub fn mend(&self) {
        self.state.cut.store(false, Ordering::SeqCst);
    }
}

async fn carry(mut client: TcpStream, hub: SocketAddr, state: &State) {
    if state.cut.load(Ordering::SeqCst) {
        return;
    }
    let Ok(mut server) = TcpStream::connect(hub).await else {
        return;
    };
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            () = state.changed.notified() => return,
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                if server.write_all(&up[..count]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if holds_headers(&down[..count]) && take_one(&state.swallow) {
                    state.swallowed.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                if client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Whether a piece of HTTP/2 begins an answer: settings, pings and windows pass. Pieces begin with a frame here, since
/// the hub writes whole frames and the loopback keeps them.
fn holds_headers(mut bytes: &[u8]) -> bool {
    const HEADERS: u8 = 1;
    while let [a, b, c, kind, ..] = bytes {
        if *kind == HEADERS {
            return true;
        }
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        bytes = bytes.get(9 + length..).unwrap_or_default();
    }
    false
}

fn take_one(count: &AtomicUsize) -> bool {
    count
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
        .is_ok()
}
