//! The strict profile: which tokens are tokens here, and nothing else.
//!
//! A token is `header.payload.signature`, at most 8 KiB. The header is exactly `alg` = `EdDSA`, `typ` = `at+jwt` and
//! `kid`; the key, hence the algorithm, comes from our table and never from the token. All seven claims are mandatory,
//! `iss` and `sub` are both the principal the key belongs to, unless it is the key of an issuer, and a token lives for 15
//! minutes at most. The signature is checked before a single claim is read. Time is an argument: `jsonwebtoken` would compare with the system's
//! clock, so only its signatures are used.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::KeySet;

/// Longest token looked at, in bytes; a longer one is refused before any of it is decoded.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Longest life of a token, `exp - iat`, in seconds.
pub const MAX_LIFETIME_S: i64 = 15 * 60;

/// How far two honest clocks may be apart, in seconds.
pub const LEEWAY_S: i64 = 30;

/// The only `typ` taken, compared byte for byte (RFC 9068).
pub const TOKEN_TYPE: &str = "at+jwt";

/// Claims later than this (year 9999) are nonsense, and their arithmetic would overflow.
pub(crate) const LATEST_S: i64 = 253_402_300_799;

/// Bytes of an Ed25519 signature.
const SIGNATURE_BYTES: usize = 64;

/// What a token says. Every claim is mandatory; claims of other names are ignored, but none may come twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who signed: equal to `sub`, or an issuer who vouches for `sub`.
    pub iss: String,
    /// The principal who speaks, for instance `camille.martin` or `connector.caf-56`.
    pub sub: String,
    /// The hub's audience string; one string, never an array.
    pub aud: String,
    /// A UUID in its lower-case hyphenated form, new for each token.
    pub jti: String,
    /// Signed at, in seconds since 1970-01-01T00:00:00Z.
    pub iat: i64,
    /// Not valid before, same unit.
    pub nbf: i64,
    /// Not valid after, same unit.
    pub exp: i64,
}

/// When a token was signed, and when it may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// A token that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says. `claims.sub` is the principal of the key set.
    pub claims: Claims,
    /// The key it was signed with.
    pub kid: String,
}

/// Why a token was refused: for our logs and tests. A caller is told no more than that there was no valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url.
    #[error("the token is not a compact signed token")]
    Malformed,
    /// A header that is not exactly `alg`, `typ` and `kid`, each with a value of the profile.
    #[error("the token's header is outside the profile")]
    Header,
    /// A `kid` that is not in the key set.
    #[error("the token is signed with a key that is not known")]
    UnknownKey,
    /// A signature that this key did not make over these bytes.
    #[error("the token's signature is not valid")]
    Signature,
    /// A claim missing, doubled, of the wrong type or out of range.
    #[error("the token's claims are outside the profile")]
    Claims,
    /// `iss` or `sub` is not what a token of this key may say.
    #[error("the token speaks for somebody else than the owner of its key")]
    Principal,
    /// `iss` is not the configured identity provider.
    #[error("the token is of another issuer")]
    Issuer,
    /// `nonce` is not that of this sign-in.
    #[error("the token is of another sign-in")]
    Nonce,
    /// `aud` is not this service.
    #[error("the token is for another service")]
    Audience,
    /// `exp` has passed by more than the leeway.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` lies ahead by more than the leeway.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `exp - iat` is longer than [`MAX_LIFETIME_S`], or not positive.
    #[error("the token lives for too long")]
    Lifetime,
}

/// Reads tokens made for one audience.
#[derive(Debug, Clone)]
pub struct Verifier {
    audience: String,
}

impl Verifier {
    /// A verifier of tokens whose `aud` is exactly this string, for instance `declic-hub`.
    pub fn new(audience: impl Into<String>) -> Self {
        Self {
            audience: audience.into(),
        }
    }

    /// Reads a token as of `now_s`, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Refused`], the first check that failed; size, form, header, key, signature, claims, in that order.
    pub fn verify(&self, token: &str, now_s: i64, keys: &KeySet) -> Result<Verified, Refused> {
        let parts = split(token)?;
        if parts.signature_bytes != SIGNATURE_BYTES {
            return Err(Refused::Malformed);
        }
        let kid = parse_header(&parts.header)?;
        let key = keys.get(&kid).ok_or(Refused::UnknownKey)?;
        let signed = jsonwebtoken::crypto::verify(
            parts.signature,
            parts.signed.as_bytes(),
            &key.decoding,
            Algorithm::EdDSA,
        );
        if !signed.unwrap_or(false) {
            return Err(Refused::Signature);
        }
        let claims = parse_claims(&parts.payload)?;
        if !key.speaks.agrees(&claims.iss, &claims.sub) {
            return Err(Refused::Principal);
        }
        if claims.aud != self.audience {
            return Err(Refused::Audience);
        }
        claims.times().check(now_s)?;
        Ok(Verified { claims, kid })
    }
}

pub(crate) struct Parts<'a> {
    /// JSON of the header.
    pub(crate) header: Vec<u8>,
    /// JSON of the claims.
    pub(crate) payload: Vec<u8>,
    /// The signature, still in base64url.
    pub(crate) signature: &'a str,
    /// Bytes of the signature.
    signature_bytes: usize,
    /// `header.payload` as sent, which is what was signed.
    pub(crate) signed: &'a str,
}

/// The parts of a token that is not too long and in its one canonical form.
pub(crate) fn split(token: &str) -> Result<Parts<'_>, Refused> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Refused::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
    Ok(Parts {
        header: decode(header)?,
        payload: decode(payload)?,
        signature,
        signature_bytes: decode(signature)?.len(),
        signed,
    })
}

/// Base64url in its one canonical form: no padding, no white space, no stray bits in the last character.
pub(crate) fn decode(part: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

fn parse_header(json: &[u8]) -> Result<String, Refused> {
    let header: Header = parse_object(json).ok_or(Refused::Header)?;
    let in_profile = header.alg == "EdDSA" && header.typ == TOKEN_TYPE;
    if in_profile {
        Ok(header.kid)
    } else {
        Err(Refused::Header)
    }
}

fn parse_claims(json: &[u8]) -> Result<Claims, Refused> {
    let claims: Claims = parse_object(json).ok_or(Refused::Claims)?;
    let canonical_jti =
        Uuid::try_parse(&claims.jti).is_ok_and(|id| id.as_hyphenated().to_string() == claims.jti);
    let in_range = [claims.iat, claims.nbf, claims.exp]
        .iter()
        .all(|t| (0..=LATEST_S).contains(t));
    if canonical_jti && in_range {
        Ok(claims)
    } else {
        Err(Refused::Claims)
    }
}

/// An object with its members by name, each once. serde alone would also take an array of the values in order.
pub(crate) fn parse_object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice::<DistinctMembers>(json).ok()?;
    serde_json::from_slice(json).ok()
}

impl Claims {
    pub(crate) fn times(&self) -> Times {
        Times {
            iat: self.iat,
            nbf: self.nbf,
            exp: self.exp,
        }
    }
}

impl Times {
    /// Whether a token of these times may be taken as of `now_s`.
    pub(crate) fn check(self, now_s: i64) -> Result<(), Refused> {
        if now_s > self.exp.saturating_add(LEEWAY_S) {
            return Err(Refused::Expired);
        }
        let latest_start = now_s.saturating_add(LEEWAY_S);
        if self.nbf > latest_start || self.iat > latest_start {
            return Err(Refused::NotYetValid);
        }
        let lifetime = self.exp - self.iat;
        if !(1..=MAX_LIFETIME_S).contains(&lifetime) || self.nbf > self.exp {
            return Err(Refused::Lifetime);
        }
        Ok(())
    }
}

/// A JSON object in which no name comes twice. Readers of JSON differ in which of two they believe (RFC 8725, 2.4), so
/// we believe neither, even for a claim we do not read. What stands in such a claim is read as a value and forgotten:
/// that refuses what is nested deeper than 127 times, which passing over it would not.
struct DistinctMembers;

impl<'de> Deserialize<'de> for DistinctMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = DistinctMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object without doubled members")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<DistinctMembers, M::Error> {
                let mut seen = HashSet::new();
                while let Some((name, _)) = map.next_entry::<String, Value>()? {
                    if !seen.insert(name) {
                        return Err(serde::de::Error::custom("doubled member"));
                    }
                }
                Ok(DistinctMembers)
            }
        }

        deserializer.deserialize_map(Members)
    }
}
