//! An identity provider of a test's own, which says whatever it is told to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use declic_proto::v1;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::TestHub;
use crate::people::fresh;

/// What it calls the hub.
pub const CLIENT: &str = "declic";

/// What the hub shows of itself.
pub const SECRET: &str = "un secret: +&=%20?";

/// Where it sends browsers back.
pub const RETURN: &str = "http://127.0.0.1:8080/connexion/retour";

/// Where it describes itself.
pub const DESCRIPTION: &str = "/.well-known/openid-configuration";
/// Where its keys are.
pub const KEYS: &str = "/jwks";
/// Where codes are given for tokens.
pub const TOKEN: &str = "/token";

/// A provider on a free port of the loopback, as long as the test runs.
pub struct Provider {
    address: SocketAddr,
    says: Arc<Mutex<Says>>,
}

/// What it answers at one place.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status and a document.
    Document(u16, String),
    /// Another address.
    Redirect(String),
    /// A hundred megabytes.
    Endless,
    /// Nothing, for ever.
    Silence,
}

/// What the browser brings back.
#[derive(Debug, Clone)]
pub struct Back {
    /// The code.
    pub code: String,
    /// The state, as it was given.
    pub state: String,
}

#[derive(Default)]
struct Says {
    answers: HashMap<String, Answer>,
    asked: HashMap<String, u32>,
    rounds: HashMap<String, Round>,
}

/// Somebody who is signing in.
struct Round {
    challenge: String,
    id_token: String,
}

impl Provider {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let says = Arc::new(Mutex::new(Says::default()));
        let provider = Self {
            address,
            says: Arc::clone(&says),
        };
        provider.answers(
            DESCRIPTION,
            Answer::Document(200, provider.description().to_string()),
        );
        let keys = json!({ "keys": [jwk("k1")] });
        provider.answers(KEYS, Answer::Document(200, keys.to_string()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let says = Arc::clone(&says);
                // Whoever asks may hang up in the middle.
                tokio::spawn(async move { answer(stream, &says).await.ok() });
            }
        });
        provider
    }

    /// Its name.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it says of itself.
    pub fn description(&self) -> Value {
        let issuer = self.issuer();
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}{TOKEN}"),
            "jwks_uri": format!("{issuer}{KEYS}"),
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        })
    }

    /// From now on this is what it answers there.
    pub fn answers(&self, path: &str, answer: Answer) {
        self.says().answers.insert(path.to_owned(), answer);
    }

    /// How often it was asked there.
    pub fn asked(&self, path: &str) -> u32 {
        self.says().asked.get(path).copied().unwrap_or(0)
    }

    /// Somebody comes with this address and signs in; `id_token` makes the token, from the claims of an honest one.
    pub fn authorize(&self, uri: &str, id_token: impl FnOnce(Value) -> String) -> Back {
        let (place, query) = uri.split_once('?').expect("a query");
        assert_eq!(place, format!("{}/authorize", self.issuer()));
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let fixed = [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", RETURN),
            ("scope", "openid"),
            ("code_challenge_method", "S256"),
        ];
        for (name, expected) in fixed {
            assert_eq!(asked[name], expected);
        }
        assert!(asked["state"].len() >= 32 && asked["nonce"].len() >= 32);
        assert_ne!(asked["state"], asked["nonce"]);
        let now = declic_runtime::Clock::now(&declic_runtime::SystemClock).as_second();
        let claims = json!({
            "iss": self.issuer(), "sub": "claire-1a2b", "aud": CLIENT, "nonce": asked["nonce"],
            "iat": now, "exp": now + 3_600,
        });
        let round = Round {
            challenge: asked["code_challenge"].clone(),
            id_token: id_token(claims),
        };
        let mut says = self.says();
        let code = format!("code-{}", says.rounds.len());
        says.rounds.insert(code.clone(), round);
        Back {
            code,
            state: asked["state"].clone(),
        }
    }

    fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().expect("no thread panicked with it")
    }
}

/// An honest token of these claims.
pub fn signed(claims: &Value) -> String {
    signed_as(&json!({ "alg": "EdDSA", "typ": "JWT", "kid": "k1" }), claims)
}

/// A token of any header, signed with the provider's key.
pub fn signed_as(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Its key, under this name.
pub fn jwk(kid: &str) -> Value {
    let public = URL_SAFE_NO_PAD.encode(key().verifying_key().to_bytes());
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "alg": "EdDSA", "x": public })
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

/// A hub whose people sign in at this provider, which signs so and sends browsers back there; and the folder of its secret.
pub async fn hub_with(issuer: &str, algorithm: &str, back: &str) -> (TestHub, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let secret = folder.path().join("sign-in.secret");
    write_secret(&secret);
    let section = format!(
        "[sign_in]\nissuer = \"{issuer}\"\ndisplay_name = \"Connexion professionnelle\"\nclient_id = \"{CLIENT}\"\n\
         client_secret_file = \"{}\"\nredirect_uris = [\"{back}\"]\nalgorithm = \"{algorithm}\"\n",
        secret.display()
    );
    let hub = TestHub::start_with(|config| format!("{config}{section}")).await;
    (hub, folder)
}

fn write_secret(path: &Path) {
    std::fs::write(path, format!("{SECRET}\n")).expect("a file");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("a file's rights");
}

/// Enrols a member under these names of a provider, in the place of those before.
pub async fn enrol(
    hub: &TestHub,
    id: &str,
    issuer: &str,
    subjects: &[&str],
) -> Result<v1::PutMemberResponse, declic_client::Error> {
    let administrator = hub.administrator();
    let name = format!("members/{id}");
    let read = administrator.get_member(v1::GetMemberRequest { name }).await;
    let mut member = read.expect("an administrator reads it").member.expect("a member");
    let subjects = subjects.iter();
    member.identities = subjects
        .map(|subject| v1::MemberIdentity {
            issuer: issuer.to_owned(),
            subject: (*subject).to_owned(),
        })
        .collect();
    let request = v1::PutMemberRequest {
        request_id: fresh(),
        member: Some(member),
        reason: "identité confirmée".to_owned(),
    };
    administrator.put_member(request).await
}

async fn answer(mut stream: TcpStream, says: &Mutex<Says>) -> std::io::Result<()> {
    let (head, body) = read(&mut stream).await?;
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let told = {
        let mut says = says.lock().expect("no thread panicked with it");
        *says.asked.entry(path.clone()).or_default() += 1;
        match says.answers.get(&path).cloned() {
            Some(told) => told,
            None if path == TOKEN => exchange(&mut says, &head, &body),
            None => Answer::Document(404, String::new()),
        }
    };
    let (status, length, location, document) = match &told {
        Answer::Document(status, text) => (*status, text.len(), String::new(), text.as_str()),
        Answer::Redirect(to) => (302, 0, format!("location: {to}\r\n"), ""),
        Answer::Endless => (200, 100 * 1024 * 1024, String::new(), ""),
        Answer::Silence => return std::future::pending().await,
    };
    let head = format!(
        "HTTP/1.1 {status} said\r\ncontent-type: application/json\r\n{location}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(document.as_bytes()).await?;
    if matches!(told, Answer::Endless) {
        let some = vec![b' '; 64 * 1024];
        for _ in 0..length / some.len() {
            stream.write_all(&some).await?;
        }
    }
    stream.shutdown().await
}

/// The head and the body of a request.
async fn read(stream: &mut TcpStream) -> std::io::Result<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            });
            let length = length.map_or(0, |length| length.trim().parse().expect("a length"));
            if body.len() >= length {
                return Ok((head.to_owned(), body.to_owned()));
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// What a code is worth: once, to the client that has the verifier and the secret.
fn exchange(says: &mut Says, head: &str, body: &str) -> Answer {
    let form: HashMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", part(CLIENT), part(SECRET)));
    if !head
        .to_ascii_lowercase()
        .contains(&format!("authorization: basic {basic}").to_ascii_lowercase())
    {
        return Answer::Document(401, json!({ "error": "invalid_client" }).to_string());
    }
    let verifier = form.get("code_verifier").map_or("", String::as_str);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let is_right = form
        .get("grant_type")
        .is_some_and(|grant| grant == "authorization_code")
        && form.get("redirect_uri").is_some_and(|uri| uri == RETURN);
    let round = form.get("code").and_then(|code| says.rounds.remove(code));
    match round.filter(|round| is_right && round.challenge == challenge) {
        Some(round) => {
            let tokens = json!({ "access_token": "x", "token_type": "Bearer", "id_token": round.id_token });
            Answer::Document(200, tokens.to_string())
        }
        None => Answer::Document(400, json!({ "error": "invalid_grant" }).to_string()),
    }
}
