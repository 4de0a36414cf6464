//! A network between a hub and its database that goes silent when a test says so: what was sent is lost, and neither end
//! hears that the other is gone.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::cluster;

/// The end of the server's greeting: `ReadyForQuery`, in no transaction.
const READY: &[u8] = b"Z\0\0\0\x05I";

/// A TCP proxy on a free port of the loopback, before the cluster's socket.
pub struct Proxy {
    address: SocketAddr,
    silenced: watch::Sender<()>,
    silences_newcomers: Arc<AtomicBool>,
}

impl Proxy {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let silenced = watch::Sender::new(());
        let silences_newcomers = Arc::new(AtomicBool::new(false));
        let (sender, newcomers) = (silenced.clone(), Arc::clone(&silences_newcomers));
        tokio::spawn(async move {
            while let Ok((hub, _)) = listener.accept().await {
                tokio::spawn(carry(hub, sender.subscribe(), newcomers.load(Ordering::SeqCst)));
            }
        });
        Self {
            address,
            silenced,
            silences_newcomers,
        }
    }

    /// The address of a database, through this.
    pub fn url(&self, database: &str) -> String {
        let path = database
            .split('?')
            .next()
            .expect("a path stands before parameters");
        let name = path.rsplit('/').next().expect("a path ends with a name");
        format!("postgres://declic@{}/{name}", self.address)
    }

    /// Connections that are open now carry nothing any more, and stay open. Those to come do.
    pub fn silence(&self) {
        self.silenced.send_replace(());
    }

    /// Whether connections to come fall silent once the server has greeted.
    pub fn silence_newcomers(&self, silent: bool) {
        self.silences_newcomers.store(silent, Ordering::SeqCst);
    }
}

async fn carry(mut hub: TcpStream, mut silenced: watch::Receiver<()>, falls_silent: bool) {
    let socket = cluster::home().join(".s.PGSQL.5432");
    let mut server = UnixStream::connect(socket).await.expect("the cluster listens");
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            _ = silenced.changed() => break,
            read = hub.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                if server.write_all(&up[..count]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if hub.write_all(&down[..count]).await.is_err() {
                    return;
                }
                if falls_silent && down[..count].ends_with(READY) {
                    break;
                }
            }
        }
    }
    // Both ends stay open as long as the test runs.
    pending::<()>().await;
}
