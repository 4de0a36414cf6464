//! From a configuration to pages that are served, and the headers that bound what a page may do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use declic_client::{Anonymous, Client, DEFAULT_DEADLINE};
use declic_runtime::config::Validate as _;
use declic_runtime::{Clock, Ids, Shutdown, SystemClock, SystemIds};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::Config;
use crate::connections;
use crate::failure::Failure;
use crate::pages::{
    account, act, assets, board, case, cases, inbox, intake, late, new, news, orientation, sheet, sign_in,
    team,
};
use crate::visit::Stranger;

/// What all pages share.
pub struct Console {
    /// Speaks to the hub as nobody, to sign people in.
    pub client: Client,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers.
    pub ids: Arc<dyn Ids>,
    /// What it was told.
    pub config: Config,
    /// Ends what would go on for as long as a page is open.
    pub stopping: CancellationToken,
    /// Seats of pages that listen.
    pub listening: Arc<Semaphore>,
}

/// A console that serves.
#[must_use = "a console that is dropped goes on serving until its process ends"]
#[derive(Debug)]
pub struct Running {
    /// Where it listens, with the port that was taken.
    pub address: SocketAddr,
    shutdown: Shutdown,
    serving: JoinHandle<std::io::Result<()>>,
}

/// How long a page waits for a hub that is away before it says so: nobody looks at an empty page for longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a page may load and where its forms may go: this site alone, no exceptions.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

impl Console {
    /// Name of the cookie of a sign-in. Over TLS no other host or path can set it.
    pub fn cookie(&self) -> &'static str {
        if self.config.is_secure() {
            "__Host-declic"
        } else {
            "declic"
        }
    }

    /// The cookie that keeps a secret, or none when it is empty.
    pub fn set_cookie(&self, secret: &str) -> String {
        let secure = if self.config.is_secure() { "; Secure" } else { "" };
        let gone = if secret.is_empty() { "; Max-Age=0" } else { "" };
        format!(
            "{}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}{gone}",
            self.cookie()
        )
    }
}

impl Console {
    /// Where the identity provider sends browsers back: one of the addresses that the hub is configured with.
    pub fn return_address(&self) -> String {
        format!(
            "{}/connexion/retour",
            self.config.public_url.trim_end_matches('/')
        )
    }

    /// Names of the cookies of an attempt to sign in, and of the page to go on to.
    pub fn attempt_cookies(&self) -> [&'static str; 2] {
        match self.config.is_secure() {
            true => SECURE_ATTEMPT,
            false => ATTEMPT,
        }
    }

    /// The cookies of an attempt to sign in, for ten minutes: what the hub sealed, and the page to go on to. None when empty.
    pub fn set_attempt(&self, attempt: &str, next: &str) -> [String; 2] {
        let names = self.attempt_cookies();
        let secure = if self.config.is_secure() { "; Secure" } else { "" };
        let age = if attempt.is_empty() { 0 } else { 600 };
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        [(names[0], attempt), (names[1], &next)].map(|(name, value)| {
            format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
        })
    }
}

/// Cookies of an attempt to sign in, and of the page to go on to.
const ATTEMPT: [&str; 2] = ["declic-essai", "declic-suite"];

/// Same over TLS: no other host or path can set them, and so lead somebody into a sign-in that is not theirs.
const SECURE_ATTEMPT: [&str; 2] = ["__Host-declic-essai", "__Host-declic-suite"];

/// Starts a console on the machine's clock.
///
/// # Errors
/// What a person has to mend first: a value, the authority's file, the address. The hub may be away.
pub async fn start(config: Config, shutdown: Shutdown) -> anyhow::Result<Running> {
    start_with(config, shutdown, Arc::new(SystemClock), Arc::new(SystemIds)).await
}

/// Same, with another clock and other ids.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    config: Config,
    shutdown: Shutdown,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> anyhow::Result<Running> {
    config.validate().map_err(|invalid| {
        anyhow::anyhow!("key `{}`: {}: {}", invalid.key, invalid.problem, invalid.remedy)
    })?;
    let drawn = Arc::clone(&ids);
    let client = Client::anonymous(Anonymous {
        endpoint: config.hub.clone(),
        ca_file: config.ca_file.clone(),
        deadline: DEFAULT_DEADLINE,
        patience: PATIENCE,
        ids: Arc::new(move || drawn.random()),
    })?;
    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("the pages cannot be served at {}: set listen", config.listen))?;
    let address = listener.local_addr()?;
    let router = router(Arc::new(Console {
        client,
        clock,
        ids,
        config,
        stopping: shutdown.soft(),
        listening: Arc::new(Semaphore::new(news::AT_ONCE)),
    }));
    let stopping = shutdown.soft();
    let serving =
        tokio::spawn(async move { connections::serve(listener, router, stopping.cancelled_owned()).await });
    tracing::info!(%address, "the pages are served");
    Ok(Running {
        address,
        shutdown,
        serving,
    })
}

impl Running {
    /// Asks it to stop and waits until what was asked is answered.
    ///
    /// # Errors
    /// What ended it before, if anything did.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.stop();
        self.ended().await
    }

    /// Waits until it has stopped. A page that takes longer than the hard stop is cut.
    ///
    /// # Errors
    /// What ended it.
    pub async fn ended(mut self) -> anyhow::Result<()> {
        tokio::select! {
            ended = &mut self.serving => Ok(ended.context("the console ended in a panic: see the log")??),
            () = self.shutdown.stopped() => {
                self.serving.abort();
                Ok(())
            }
        }
    }
}

fn router(console: Arc<Console>) -> Router {
    let is_secure = console.config.is_secure();
    Router::new()
        .route("/", get(account::home))
        .route("/connexion", get(sign_in::choose))
        .route("/connexion/fournisseur", get(sign_in::at_provider))
        .route("/connexion/retour", get(sign_in::returned))
        .route("/connexion/invente", post(sign_in::as_invented))
        .route("/connexion/fin", post(sign_in::end))
        .route("/langue", get(account::language))
        .route("/dossiers", get(cases::list))
        .route("/dossiers/nouveau", get(new::blank).post(new::send))
        .route("/dossiers/nouveau/destinataire", get(new::destination))
        .route("/dossiers/nouveau/papier", get(intake::show))
        .route("/communes", get(new::communes))
        .route("/dossiers/{reference}", get(case::show))
        .route("/dossiers/{reference}/fiche", get(sheet::show))
        .route(
            "/dossiers/{reference}/demandes/{ticket}/{deed}",
            // Who comes back to the address of a form, by hand or by the other language, is led to its case.
            get(account::of_deed).post(act::on_ticket),
        )
        .route(
            "/dossiers/{reference}/actions/{deed}",
            get(account::of_deed).post(act::on_case),
        )
        .route("/organisme/dossiers", get(inbox::list))
        .route("/nouvelles", get(news::listen))
        .route("/equipe", get(team::show).post(team::absent))
        .route("/pilotage", get(board::show))
        .route("/pilotage/donnees.csv", get(board::csv))
        .route("/pilotage/retards", get(late::list))
        .route("/orientation", get(orientation::ask))
        .route("/compte", get(account::show))
        .route("/aide", get(account::help))
        .route("/accessibilite", get(account::accessibility))
        .route("/statique/{file}", get(assets::file))
        .fallback(account::absent)
        .method_not_allowed_fallback(account::absent)
        // A form that another site sends is refused before its cookie is looked at.
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(&console), in_words))
        .with_state(console)
        .layer(middleware::from_fn(move |request, next| {
            bounded(is_secure, request, next)
        }))
        .layer(CompressionLayer::new())
}

/// What a layer or an extractor refused without words, or a fault, has a page like everything else.
async fn in_words(stranger: Stranger, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_told = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let failure = match status {
        StatusCode::FORBIDDEN => Failure::Foreign,
        _ if status.is_server_error() => Failure::Broken,
        _ => Failure::Absent,
    };
    failure.into_page(stranger.page)
}

async fn bounded(is_secure: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // What says nothing else is for its reader alone, on a computer that others share.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if is_secure {
        let a_year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, a_year);
    }
    response
}
