//! What the provider says of itself (OpenID Connect Discovery 1.0).

use anyhow::Context as _;
use declic_runtime::https::{Address, Answer};
use http::StatusCode;
use serde::Deserialize;

use crate::config::SignIn;

/// Where it is asked what.
#[derive(Debug)]
pub struct Described {
    /// Where codes are given for tokens.
    pub token: Address,
    /// Where its keys are.
    pub keys: Address,
    /// Whether its answers say whose they are (RFC 9207).
    pub names_itself: bool,
    /// Whether it takes our secret in the header, as a provider does that does not say otherwise.
    pub takes_basic: bool,
    authorization: String,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
}

/// Where an issuer describes itself.
pub fn address(issuer: &Address) -> anyhow::Result<Address> {
    let text = issuer.to_string();
    let text = format!("{}/.well-known/openid-configuration", text.trim_end_matches('/'));
    Ok(Address::parse(&text)?)
}

impl Described {
    /// Reads its description, which has to fit what the hub is configured with.
    ///
    /// # Errors
    /// What does not fit.
    pub fn read(answer: &Answer, config: &SignIn) -> anyhow::Result<Self> {
        anyhow::ensure!(
            answer.status == StatusCode::OK,
            "its description: status {}",
            answer.status
        );
        let said: Metadata = serde_json::from_slice(&answer.body).context("its description")?;
        anyhow::ensure!(
            said.issuer == config.issuer,
            "it says that it is another issuer: [sign_in] issuer is compared character for character"
        );
        let signs = said.id_token_signing_alg_values_supported;
        anyhow::ensure!(
            signs.is_none_or(|signs| signs.iter().any(|name| name == config.algorithm.name())),
            "it does not sign with [sign_in] algorithm"
        );
        let proves = said.code_challenge_methods_supported;
        anyhow::ensure!(
            proves.is_none_or(|methods| methods.iter().any(|method| method == "S256")),
            "it does not know PKCE with S256"
        );
        let ways = said.token_endpoint_auth_methods_supported;
        let takes = |way: &str| {
            ways.as_ref()
                .is_some_and(|ways| ways.iter().any(|known| known == way))
        };
        let takes_basic = ways.is_none() || takes("client_secret_basic");
        anyhow::ensure!(
            takes_basic || takes("client_secret_post"),
            "it takes no secret of a client, neither in the header nor in the form"
        );
        let (place, _) = said
            .authorization_endpoint
            .split_once('?')
            .unwrap_or((&said.authorization_endpoint, ""));
        Address::parse(place).context("its authorization_endpoint")?;
        Ok(Self {
            token: Address::parse(&said.token_endpoint).context("its token_endpoint")?,
            keys: Address::parse(&said.jwks_uri).context("its jwks_uri")?,
            names_itself: said.authorization_response_iss_parameter_supported,
            takes_basic,
            authorization: said.authorization_endpoint,
        })
    }

    /// Where to send the browser, with this query.
    pub fn authorization_uri(&self, query: &str) -> String {
        let joint = if self.authorization.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{joint}{query}", self.authorization)
    }
}
