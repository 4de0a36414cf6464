//! An identity provider that is certified for OpenID Connect, from npm.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::provider::{CLIENT, SECRET};

/// A provider that runs as long as this does. Whoever types a name there is that person. It ends when nobody listens to it.
pub struct Certified {
    /// Its name, which is its address.
    pub issuer: String,
    _node: Child,
    _words: Lines<BufReader<ChildStdout>>,
}

impl Certified {
    /// Starts one that signs so, and sends browsers back there; waits until it says its issuer.
    ///
    /// # Panics
    /// When it is not installed or does not start.
    pub async fn start(algorithm: &str, back: &str) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the verb `test` tells where it installed the provider"
        )]
        let library = std::env::var_os("DECLIC_OIDC_PROVIDER").expect(
            "DECLIC_OIDC_PROVIDER is not set: run `cargo xtask setup`, then `cargo xtask test`, which sets it",
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/provider.mjs");
        let mut node = Command::new("node");
        node.arg(script).env("DECLIC_OIDC_PROVIDER", library);
        node.env("ALGORITHM", algorithm).env("CLIENT", CLIENT);
        node.env("SECRET", SECRET).env("RETURN", back);
        node.stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut node = node.spawn().expect("node runs: run `cargo xtask setup`");
        let mut words = BufReader::new(node.stdout.take().expect("its words")).lines();
        loop {
            let said = words.next_line().await.expect("it speaks");
            let said = said.expect("it says its issuer");
            if said.starts_with("http://127.0.0.1:") {
                return Self {
                    issuer: said,
                    _node: node,
                    _words: words,
                };
            }
        }
    }
}
