//! A network between hubs and their PostgreSQL that loses what the server answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Parameters of this many bytes are those of a commit or of leaves for the ledger: what is asked otherwise has few.
const WRITES: usize = 1_000;

/// A TCP proxy on a free port of the loopback, before the socket of a server.
#[derive(Debug)]
pub struct Sessions {
    port: u16,
    lose: Arc<Lose>,
}

#[derive(Debug, Default)]
struct Lose {
    asked: AtomicUsize,
    done: AtomicUsize,
}

impl Sessions {
    /// Starts one before this socket.
    pub async fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let lose = Arc::new(Lose::default());
        let accepting = Arc::clone(&lose);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (socket, lose) = (socket.clone(), Arc::clone(&accepting));
                tokio::spawn(async move {
                    if let Ok(server) = UnixStream::connect(socket).await {
                        carry(client, server, &lose).await;
                    }
                });
            }
        });
        Self { port, lose }
    }

    /// The address of a database through this network, from that on its socket.
    pub fn url(&self, direct: &str) -> String {
        let (path, _) = direct.split_once('?').expect("the address of a socket");
        path.replace("@localhost/", &format!("@127.0.0.1:{}/", self.port)) + "?sslmode=disable"
    }

    /// The next answer to a write is lost: the write has left, and when the server answers, the connection is cut.
    pub fn lose_next_answer(&self) {
        self.lose.asked.fetch_add(1, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.lose.done.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, mut server: UnixStream, lose: &Lose) {
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut asked = Asked::default();
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                asked.read(&up[..count]);
                if server.write_all(&up[..count]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if std::mem::take(&mut asked.writes) && take_one(&lose.asked) {
                    lose.done.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                if client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// What a client says, message by message: PostgreSQL's manual, chapter "Frontend/Backend Protocol".
#[derive(Debug, Default)]
struct Asked {
    /// Whether the first message, which has no letter, was read.
    begun: bool,
    header: Vec<u8>,
    /// Bytes of a message that are still to come.
    rest: usize,
    /// Whether something is written since the server answered last.
    writes: bool,
}

impl Asked {
    fn read(&mut self, mut bytes: &[u8]) {
        const BIND: u8 = b'B';
        while let Some(first) = bytes.first() {
            if self.rest > 0 {
                let skipped = self.rest.min(bytes.len());
                self.rest -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.header.push(*first);
            bytes = &bytes[1..];
            let letters = usize::from(self.begun);
            if self.header.len() < letters + 4 {
                continue;
            }
            let length = self.header[letters..]
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            self.writes |= self.begun && self.header[0] == BIND && length > WRITES;
            // The length counts itself.
            self.rest = length.saturating_sub(4);
            self.begun = true;
            self.header.clear();
        }
    }
}

fn take_one(count: &AtomicUsize) -> bool {
    count
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
        .is_ok()
}
