//! Who is speaking: between the bytes of a bearer token and the claims they hold.
//!
//! Every client of Déclic, person or machine, holds an Ed25519 key known to the hub's directory and signs its own
//! short tokens with it; for people who signed in, an [`Issuer`] signs. This crate holds both ends of that: [`TokenSigner`] makes a token, [`Verifier`] reads one
//! under a profile that is much narrower than what RFC 7519 permits, [`Checked`] does so once for each token,
//! [`IdTokenVerifier`] reads those with which an identity provider says who signed in there, [`KeySet`] says whose key is whose, and [`AuthLayer`] takes the token out of a request before anything else reads it.
//!
//! Sources: RFC 7515 (JWS), RFC 7519 (JWT), RFC 7638 (key thumbprints), RFC 8037 (Ed25519 in JOSE), RFC 8725 (best
//! current practice), RFC 9068 (`at+jwt`).
//!
//! Never here: roles and permissions, a clock, a random source, a file, the network, a `tonic::Status`.

mod checked;
mod id_token;
mod keys;
mod layer;
mod profile;
mod sign;

pub use checked::{Checked, MOST_REMEMBERED};
pub use id_token::{IdTokenAlgorithm, IdTokenVerifier, KeysRefused, MAX_PROVIDER_KEYS, ProviderKeys};
pub use keys::{
    KeyError, KeySet, MAX_KEYS, MAX_PRINCIPAL_BYTES, SigningKey, key_id, public_from_base64, public_to_base64,
};
pub use layer::{AuthLayer, AuthService, Authenticate, Presented};
pub use profile::{
    Claims, LEEWAY_S, MAX_LIFETIME_S, MAX_TOKEN_BYTES, Refused, TOKEN_TYPE, Verified, Verifier,
};
pub use sign::{Issuer, TOKEN_LIFETIME_S, TokenSigner};
