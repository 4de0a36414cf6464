//! The identity provider: OpenID Connect's code flow with PKCE (OpenID Connect Core 1.0, RFC 6749, RFC 7636, RFC 9207).
//!
//! The hub talks to the provider, the browser only carries what both seal. Who signed in is told by the id token alone,
//! checked by the profile of `declic_auth`; nothing else of the provider is asked or kept.

mod attempt;
mod described;
mod kept;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use declic_auth::{IdTokenVerifier, ProviderKeys, Refused};
use declic_proto::v1;
use declic_proto::v1::ErrorReason;
use declic_runtime::https::{Address, Answer, Https};
use declic_runtime::secret::SecretText;
use declic_runtime::tls;
use form_urlencoded::Serializer;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::config::SignIn;
use crate::secrets::Secrets;
use crate::status::Error;
use attempt::{Attempt, Sealer};
use described::Described;
use kept::Kept;

/// Questions to the provider at once. Each takes seconds at most; what comes beyond is told to come back.
const AT_ONCE: usize = 32;

/// Longest code or issuer that a browser may bring, in bytes.
const LONGEST_GIVEN: usize = 2_048;

/// How long what the provider says of itself is taken for granted, and how long for want of better.
const DESCRIBED_FOR: Duration = Duration::from_secs(3_600);
const KEYS_FOR: Duration = Duration::from_secs(600);
const AT_MOST_FOR: Duration = Duration::from_secs(24 * 3_600);

/// The provider of a hub.
pub struct Provider {
    config: SignIn,
    secret: SecretText,
    issuer: Address,
    https: Https,
    sealer: Sealer,
    verifier: IdTokenVerifier,
    described: Kept<Described>,
    keys: Kept<ProviderKeys>,
    at_once: Semaphore,
}

/// Who signed in, by the name that the provider gives: nothing else is known of this person yet.
pub struct Signed {
    /// The provider.
    pub issuer: String,
    /// The person.
    pub subject: String,
}

/// Why a sign-in is refused: for the log, which names nobody.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the attempt is not one of this hub")]
    Attempt,
    #[error("the attempt is too old, or of the future")]
    Stale,
    #[error("the state is that of another attempt")]
    State,
    #[error("the answer is of another issuer, or does not say of which")]
    Issuer,
    #[error("the code is not one")]
    Code,
    #[error("the provider does not take the code")]
    CodeNotTaken,
    #[error("the id token is refused: {0}")]
    IdToken(Refused),
}

impl Provider {
    /// The provider of a configuration; it is asked nothing yet.
    ///
    /// # Errors
    /// A file of it cannot be read.
    pub fn new(config: &SignIn, secrets: &Secrets) -> anyhow::Result<Self> {
        let secret = config.client_secret_file.read();
        let authorities = config.ca_file.as_deref();
        Ok(Self {
            secret: secret.context("[sign_in] client_secret_file")?,
            issuer: Address::parse(&config.issuer).context("[sign_in] issuer")?,
            https: Https::new(tls::web_config(authorities).context("[sign_in] ca_file")?),
            sealer: Sealer::new(secrets.sign_in_attempt_key()),
            verifier: IdTokenVerifier::new(&config.issuer, &config.client_id),
            described: Kept::new(DESCRIBED_FOR, AT_MOST_FOR),
            keys: Kept::new(KEYS_FOR, AT_MOST_FOR),
            at_once: Semaphore::new(AT_ONCE),
            config: config.clone(),
        })
    }

    /// Its name, as people know it.
    pub fn display_name(&self) -> &str {
        &self.config.display_name
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// The return address is not one of the configuration; the provider does not answer.
    pub async fn start(&self, redirect_uri: &str, now: Timestamp) -> Result<v1::StartSignInResponse, Error> {
        if !self
            .config
            .redirect_uris
            .iter()
            .any(|known| known == redirect_uri)
        {
            let problem =
                "is not one of [sign_in] redirect_uris of this hub: write it there, character for character";
            return Err(Error::field("redirect_uri", problem));
        }
        let described = self.described().await?;
        let attempt = Attempt::begin(redirect_uri, now).map_err(Error::internal)?;
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &self.config.scopes.join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256")
            .finish();
        Ok(v1::StartSignInResponse {
            authorization_uri: described.authorization_uri(&query),
            attempt: self.sealer.seal(&attempt).map_err(Error::internal)?,
        })
    }

    /// Ends the exchange, and says who signed in.
    ///
    /// # Errors
    /// It is refused; the provider does not answer.
    pub async fn finish(&self, asked: &v1::FinishSignInRequest, now: Timestamp) -> Result<Signed, Error> {
        let attempt = self.attempt(asked, now).map_err(refused)?;
        let described = self.described().await?;
        let missing = described.names_itself && asked.issuer.is_empty();
        if missing || (!asked.issuer.is_empty() && asked.issuer != self.config.issuer) {
            return Err(refused(Refusal::Issuer));
        }
        let token = self.exchange(&described, &attempt, &asked.code).await?;
        let now_s = now.as_second();
        let read = |keys: Arc<ProviderKeys>| self.verifier.subject(&token, &attempt.nonce, now_s, &keys);
        let keys = self
            .keys
            .get(Instant::now(), || self.fetch_keys(&described))
            .await;
        let subject = match read(keys.map_err(unavailable)?) {
            // The provider may have changed its keys; a token that names any key does not make us ask at each call.
            Err(Refused::UnknownKey) => {
                let keys = self
                    .keys
                    .get_newer(Instant::now(), || self.fetch_keys(&described))
                    .await;
                read(keys.map_err(unavailable)?)
            }
            told => told,
        };
        Ok(Signed {
            issuer: self.config.issuer.clone(),
            subject: subject.map_err(|why| refused(Refusal::IdToken(why)))?,
        })
    }

    /// The attempt that this answer is of.
    fn attempt(&self, asked: &v1::FinishSignInRequest, now: Timestamp) -> Result<Attempt, Refusal> {
        let attempt = self.sealer.open(&asked.attempt).ok_or(Refusal::Attempt)?;
        if !attempt.is_fresh(now) {
            return Err(Refusal::Stale);
        }
        if attempt.state != asked.state {
            return Err(Refusal::State);
        }
        if asked.issuer.len() > LONGEST_GIVEN {
            return Err(Refusal::Issuer);
        }
        match asked.code.len() {
            1..=LONGEST_GIVEN => Ok(attempt),
            _ => Err(Refusal::Code),
        }
    }

    async fn described(&self) -> Result<Arc<Described>, Error> {
        let described = self.described.get(Instant::now(), || async {
            let address = described::address(&self.issuer)?;
            let answer = self.asking(self.https.get(&address)).await?;
            Described::read(&answer, &self.config)
        });
        described.await.map_err(unavailable)
    }

    async fn fetch_keys(&self, described: &Described) -> anyhow::Result<ProviderKeys> {
        let answer = self.asking(self.https.get(&described.keys)).await?;
        anyhow::ensure!(
            answer.status == StatusCode::OK,
            "its keys: status {}",
            answer.status
        );
        Ok(ProviderKeys::read(&answer.body, self.config.algorithm)?)
    }

    /// Gives the code for the id token.
    async fn exchange(&self, described: &Described, attempt: &Attempt, code: &str) -> Result<String, Error> {
        let authorization = described.takes_basic.then(|| self.basic()).transpose();
        let authorization = authorization.map_err(unavailable)?;
        let form = self.form(attempt, code, authorization.is_none());
        let asked = self.https.post_form(&described.token, authorization, form);
        let answer = self.asking(asked).await.map_err(unavailable)?;
        told(&answer)
    }

    fn form(&self, attempt: &Attempt, code: &str, with_secret: bool) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("code_verifier", &attempt.verifier);
        if with_secret {
            form.append_pair("client_id", &self.config.client_id)
                .append_pair("client_secret", self.secret.expose().trim());
        }
        form.finish()
    }

    /// RFC 6749, section 2.3.1: both parts are encoded as in a form before they are joined.
    fn basic(&self) -> anyhow::Result<HeaderValue> {
        let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!(
            "{}:{}",
            part(&self.config.client_id),
            part(self.secret.expose().trim())
        );
        let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))?;
        value.set_sensitive(true);
        Ok(value)
    }

    async fn asking(
        &self,
        question: impl Future<Output = Result<Answer, declic_runtime::https::Error>>,
    ) -> anyhow::Result<Answer> {
        let _permit = self
            .at_once
            .try_acquire()
            .context("too many sign-ins wait for it")?;
        Ok(question.await?)
    }
}

/// The id token of the provider's answer.
fn told(answer: &Answer) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Tokens {
        id_token: String,
    }
    #[derive(Deserialize)]
    struct Failure {
        error: String,
    }
    if answer.status == StatusCode::OK {
        let tokens: Tokens = serde_json::from_slice(&answer.body)
            .map_err(|_| unavailable(anyhow::anyhow!("its answer to a code holds no id token")))?;
        return Ok(tokens.id_token);
    }
    let failure = serde_json::from_slice::<Failure>(&answer.body).ok();
    let error = failure.map_or_else(String::new, |failure| failure.error);
    if answer.status == StatusCode::BAD_REQUEST && error == "invalid_grant" {
        return Err(refused(Refusal::CodeNotTaken));
    }
    // Its own word for it, as far as the protocol knows words: `invalid_client` is for our operator to mend.
    let known = [
        "invalid_client",
        "invalid_request",
        "unauthorized_client",
        "invalid_scope",
    ];
    let error = known
        .into_iter()
        .find(|known| *known == error)
        .unwrap_or("no word of the protocol");
    let status = answer.status;
    Err(unavailable(anyhow::anyhow!(
        "it answers a code with status {status}, {error}"
    )))
}

const REFUSED: &str = "this sign-in is refused: begin another one";

fn refused(why: Refusal) -> Error {
    tracing::warn!(%why, "a sign-in was refused");
    refusal()
}

/// What everybody hears whose sign-in is refused, whatever the reason.
pub fn refusal() -> Error {
    Error::Unauthenticated(ErrorReason::SignInRefused, REFUSED)
}

fn unavailable(why: anyhow::Error) -> Error {
    let why = why.context("the identity provider");
    Error::Later(ErrorReason::ProviderUnavailable, Some(why))
}
