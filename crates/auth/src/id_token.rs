//! Id tokens of an identity provider: who signed in there (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).
//!
//! Narrower than the standard where it leaves a choice to the token: the algorithm is fixed by configuration, the header is
//! exactly `alg`, `kid` and perhaps `typ`, a key is found by its id alone, and the audience is ours and nobody else's.

use std::collections::HashMap;
use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::keys::check_point;
use crate::profile::{self, LEEWAY_S, Refused};

/// Keys of a provider that are taken at most: it has two or three.
pub const MAX_PROVIDER_KEYS: usize = 32;

/// Longest time between the two ends of an id token, in seconds.
const MAX_LIFETIME_S: i64 = 24 * 3_600;

/// An id token is fetched right after it was signed: one older than this, in seconds, is not of this sign-in.
const MAX_AGE_S: i64 = 10 * 60;

/// Longest `sub`, in bytes (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT_BYTES: usize = 255;

/// Longest `kid`, in bytes.
const MAX_KEY_ID_BYTES: usize = 200;

/// Sizes of an RSA modulus in bytes: 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

/// What a provider signs id tokens with. Nothing with a shared secret, and no `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum IdTokenAlgorithm {
    /// ECDSA over P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// The signing keys of a provider, by their ids.
#[derive(Clone)]
pub struct ProviderKeys {
    algorithm: IdTokenAlgorithm,
    keys: HashMap<String, DecodingKey>,
}

/// Reads the id tokens of one provider that are made for one client.
#[derive(Debug, Clone)]
pub struct IdTokenVerifier {
    issuer: String,
    client: String,
}

/// The set of a provider's keys cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysRefused {
    /// Not an object with a list of keys.
    #[error("it is no set of keys")]
    Form,
    /// More than [`MAX_PROVIDER_KEYS`].
    #[error("it has more than {MAX_PROVIDER_KEYS} keys")]
    TooMany,
    /// None of them signs what it should.
    #[error("none of its keys signs with the configured algorithm")]
    NoneFits,
}

impl IdTokenAlgorithm {
    /// Its name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

impl ProviderKeys {
    /// Reads a set of keys (RFC 7517). A key of another kind, use or size is left out, and so is one whose id comes again.
    ///
    /// # Errors
    /// [`KeysRefused`].
    pub fn read(json: &[u8], algorithm: IdTokenAlgorithm) -> Result<Self, KeysRefused> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).map_err(|_| KeysRefused::Form)?;
        if set.keys.len() > MAX_PROVIDER_KEYS {
            return Err(KeysRefused::TooMany);
        }
        let mut keys = HashMap::new();
        for key in set.keys {
            let Ok(key) = serde_json::from_value::<Jwk>(key) else {
                continue;
            };
            if let Some(decoding) = key.decoding(algorithm) {
                keys.entry(key.kid).or_insert(decoding);
            }
        }
        match keys.is_empty() {
            true => Err(KeysRefused::NoneFits),
            false => Ok(Self { algorithm, keys }),
        }
    }
}

impl fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderKeys")
            .field("algorithm", &self.algorithm)
            .field("keys", &self.keys.len())
            .finish()
    }
}

impl IdTokenVerifier {
    /// A verifier of tokens of this issuer for this client, compared byte for byte.
    pub fn new(issuer: impl Into<String>, client: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            client: client.into(),
        }
    }

    /// The subject of a token of the sign-in with this nonce, as of `now_s`, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Refused`], the first check that failed; size, form, header, key, signature, claims, in that order.
    pub fn subject(
        &self,
        token: &str,
        nonce: &str,
        now_s: i64,
        keys: &ProviderKeys,
    ) -> Result<String, Refused> {
        let parts = profile::split(token)?;
        let header: Header = profile::parse_object(&parts.header).ok_or(Refused::Header)?;
        let is_in_profile = header.alg == keys.algorithm.name() && header.typ.is_none_or(|typ| typ == "JWT");
        if !is_in_profile {
            return Err(Refused::Header);
        }
        let key = keys.keys.get(&header.kid).ok_or(Refused::UnknownKey)?;
        let signed = jsonwebtoken::crypto::verify(
            parts.signature,
            parts.signed.as_bytes(),
            key,
            keys.algorithm.algorithm(),
        );
        if !signed.unwrap_or(false) {
            return Err(Refused::Signature);
        }
        let claims: Claims = profile::parse_object(&parts.payload).ok_or(Refused::Claims)?;
        self.check(&claims, nonce, now_s)?;
        Ok(claims.sub)
    }

    fn check(&self, claims: &Claims, nonce: &str, now_s: i64) -> Result<(), Refused> {
        let is_subject = (1..=MAX_SUBJECT_BYTES).contains(&claims.sub.len())
            && claims.sub.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_subject {
            return Err(Refused::Claims);
        }
        if claims.iss != self.issuer {
            return Err(Refused::Issuer);
        }
        let is_ours = match &claims.aud {
            Audience::One(one) => *one == self.client,
            Audience::Several(several) => several.len() == 1 && several[0] == self.client,
        };
        if !is_ours || claims.azp.as_ref().is_some_and(|azp| *azp != self.client) {
            return Err(Refused::Audience);
        }
        if claims.nonce != nonce {
            return Err(Refused::Nonce);
        }
        let times = [Some(claims.exp), Some(claims.iat), claims.nbf];
        if times
            .into_iter()
            .flatten()
            .any(|time| !(0..=profile::LATEST_S).contains(&time))
        {
            return Err(Refused::Claims);
        }
        if now_s > claims.exp.saturating_add(LEEWAY_S) {
            return Err(Refused::Expired);
        }
        let latest_start = now_s.saturating_add(LEEWAY_S);
        if claims.iat > latest_start || claims.nbf.is_some_and(|nbf| nbf > latest_start) {
            return Err(Refused::NotYetValid);
        }
        let is_fresh = now_s.saturating_sub(claims.iat) <= MAX_AGE_S + LEEWAY_S;
        if !(1..=MAX_LIFETIME_S).contains(&(claims.exp - claims.iat)) || !is_fresh {
            return Err(Refused::Lifetime);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    nonce: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// A key as a provider publishes it: RFC 7517, RFC 7518 section 6, RFC 8037.
#[derive(Deserialize)]
struct Jwk {
    kid: String,
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Jwk {
    /// The key, when it signs with this algorithm and is large enough.
    fn decoding(&self, algorithm: IdTokenAlgorithm) -> Option<DecodingKey> {
        let is_signing = self.purpose.as_ref().is_none_or(|purpose| purpose == "sig");
        let is_for_it = self.alg.as_ref().is_none_or(|alg| alg == algorithm.name());
        if !is_signing || !is_for_it || !(1..=MAX_KEY_ID_BYTES).contains(&self.kid.len()) {
            return None;
        }
        let bytes = |text: &Option<String>| profile::decode(text.as_deref()?).ok();
        match (algorithm, self.kty.as_str(), self.crv.as_deref()) {
            (IdTokenAlgorithm::Rs256, "RSA", None) => {
                let (modulus, exponent) = (bytes(&self.n)?, bytes(&self.e)?);
                let is_sound = modulus.first().is_some_and(|first| *first != 0)
                    && MODULUS_BYTES.contains(&modulus.len())
                    && (1..=4).contains(&exponent.len());
                is_sound.then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
            }
            (IdTokenAlgorithm::Es256, "EC", Some("P-256")) => {
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                let is_sound = x.len() == 32 && y.len() == 32;
                is_sound.then(|| DecodingKey::from_ec_der(&[&[4], x.as_slice(), &y].concat()))
            }
            (IdTokenAlgorithm::EdDsa, "OKP", Some("Ed25519")) => {
                let point: [u8; 32] = bytes(&self.x)?.try_into().ok()?;
                check_point(&point).ok()?;
                Some(DecodingKey::from_ed_der(&point))
            }
            _ => None,
        }
    }
}
