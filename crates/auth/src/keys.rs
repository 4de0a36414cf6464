//! Keys: whose public key is whose, and the private key a client signs with.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes, spki::der::pem::LineEnding,
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Most keys a [`KeySet`] holds: a hundred times the agencies and organisations of a large territory.
pub const MAX_KEYS: usize = 100_000;

/// Longest principal id, in bytes.
pub const MAX_PRINCIPAL_BYTES: usize = 200;

/// Why a key was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes in base64url without padding.
    #[error("a public key is 43 characters of base64url, without padding")]
    PublicEncoding,
    /// The bytes are no point of the curve, or not its canonical encoding.
    #[error("the public key is not a canonical point of Ed25519")]
    NotAPoint,
    /// A small-order point: one signature would be valid for many messages.
    #[error("the public key is a weak point of Ed25519")]
    Weak,
    /// The same key is already known, under this principal or another.
    #[error("the public key is already known")]
    Duplicate,
    /// [`MAX_KEYS`] reached.
    #[error("the key set is full")]
    Full,
    /// Empty, too long, or holding a control character.
    #[error("a principal is 1 to 200 bytes without control characters")]
    Principal,
    /// Not a PKCS#8 PEM private key of Ed25519.
    #[error("a private key is a PKCS#8 PEM file of Ed25519 (openssl genpkey -algorithm ed25519)")]
    PrivateEncoding,
}

/// Public keys by key id, each with the principal it speaks for; an issuer's key speaks for every principal. Bounded, and
/// built by the hub from its directory.
#[derive(Clone, Default)]
pub struct KeySet {
    keys: HashMap<String, PublicKey>,
}

#[derive(Clone)]
pub(crate) struct PublicKey {
    pub(crate) speaks: Speaks,
    pub(crate) decoding: DecodingKey,
}

/// For whom a key speaks.
#[derive(Clone)]
pub(crate) enum Speaks {
    /// For this principal, its owner.
    Principal(String),
    /// For any principal but itself: its owner is an issuer of this name.
    Issuer(String),
}

impl Speaks {
    /// Whether what `iss` and `sub` say is right for the owner of this key.
    pub(crate) fn agrees(&self, iss: &str, sub: &str) -> bool {
        match self {
            Self::Principal(principal) => iss == principal && sub == principal,
            Self::Issuer(issuer) => iss == issuer && sub != issuer && is_well_formed(sub),
        }
    }
}

impl KeySet {
    /// An empty set: nobody can speak.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the public key of a principal (32 bytes) and returns its key id. A principal may hold several keys,
    /// which is how one is replaced; a key belongs to one principal only.
    ///
    /// # Errors
    /// [`KeyError`]: a weak or malformed key, a key already known, a set that is full, an impossible principal.
    pub fn insert(&mut self, principal: &str, public: [u8; 32]) -> Result<String, KeyError> {
        self.insert_for(Speaks::Principal(principal.to_owned()), public)
    }

    /// Takes the public key of an issuer: its tokens name it in `iss`, and in `sub` whomever it speaks for. It must have a
    /// name that no principal has.
    ///
    /// # Errors
    /// As [`KeySet::insert`].
    pub fn insert_issuer(&mut self, issuer: &str, public: [u8; 32]) -> Result<String, KeyError> {
        self.insert_for(Speaks::Issuer(issuer.to_owned()), public)
    }

    fn insert_for(&mut self, speaks: Speaks, public: [u8; 32]) -> Result<String, KeyError> {
        let (Speaks::Principal(name) | Speaks::Issuer(name)) = &speaks;
        if !is_well_formed(name) {
            return Err(KeyError::Principal);
        }
        check_point(&public)?;
        if self.keys.len() >= MAX_KEYS {
            return Err(KeyError::Full);
        }
        let kid = key_id(&public);
        if self.keys.contains_key(&kid) {
            return Err(KeyError::Duplicate);
        }
        let key = PublicKey {
            speaks,
            decoding: DecodingKey::from_ed_der(&public),
        };
        self.keys.insert(kid.clone(), key);
        Ok(kid)
    }

    /// Same as [`KeySet::insert`], from the 43 characters of [`SigningKey::public_base64`].
    ///
    /// # Errors
    /// As [`KeySet::insert`], and [`KeyError::PublicEncoding`].
    pub fn insert_base64(&mut self, principal: &str, public: &str) -> Result<String, KeyError> {
        self.insert(principal, public_from_base64(public)?)
    }

    /// Forgets a key: its tokens are refused from now on. Says whether it was there.
    pub fn remove(&mut self, kid: &str) -> bool {
        self.keys.remove(kid).is_some()
    }

    /// The principal a key speaks for; none for an issuer's.
    pub fn principal(&self, kid: &str) -> Option<&str> {
        match &self.keys.get(kid)?.speaks {
            Speaks::Principal(principal) => Some(principal),
            Speaks::Issuer(_) => None,
        }
    }

    /// How many keys are known.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key is known.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.get(kid)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet").field("keys", &self.keys.len()).finish()
    }
}

/// The private key of a client. Never printed; wiped from memory when dropped.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// A new key from 32 bytes of a cryptographic random source, which the caller draws and wipes.
    pub fn generate(entropy: [u8; 32]) -> Self {
        Self {
            key: ed25519_dalek::SigningKey::from_bytes(&entropy),
        }
    }

    /// Reads the text of a PKCS#8 PEM file, as `openssl genpkey -algorithm ed25519` and [`SigningKey::to_pkcs8_pem`]
    /// write it.
    ///
    /// # Errors
    /// [`KeyError::PrivateEncoding`]; the text is never repeated in it.
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, KeyError> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(text.trim())
            .map(|key| Self { key })
            .map_err(|_| KeyError::PrivateEncoding)
    }

    /// The text of a PKCS#8 (version 1) PEM file, which every OpenSSL reads.
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        self.pkcs8_v1()
            .to_pkcs8_pem(LineEnding::LF)
            .expect("32 bytes of secret always encode as PKCS#8")
    }

    /// The public key, 32 bytes.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The public key as 43 characters of base64url, the form of the directory file and of `x` in a JWK (RFC 8037).
    pub fn public_base64(&self) -> String {
        public_to_base64(&self.public())
    }

    /// The id under which the hub finds this key.
    pub fn key_id(&self) -> String {
        key_id(&self.public())
    }

    pub(crate) fn encoding(&self) -> EncodingKey {
        let der = self
            .pkcs8_v1()
            .to_pkcs8_der()
            .expect("32 bytes of secret always encode as PKCS#8");
        EncodingKey::from_ed_der(der.as_bytes())
    }

    fn pkcs8_v1(&self) -> KeypairBytes {
        KeypairBytes {
            secret_key: self.key.to_bytes(),
            public_key: None,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

/// The id of a public key: its JWK thumbprint with SHA-256, 43 characters of base64url (RFC 7638, RFC 8037 A.3).
pub fn key_id(public: &[u8; 32]) -> String {
    let jwk = format!(
        r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#,
        URL_SAFE_NO_PAD.encode(public)
    );
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes()))
}

/// Writes a public key as 43 characters of base64url.
pub fn public_to_base64(public: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(public)
}

/// Reads the 43 characters of [`SigningKey::public_base64`].
///
/// # Errors
/// [`KeyError::PublicEncoding`] on any other length, alphabet, padding or a non-canonical last character.
pub fn public_from_base64(text: &str) -> Result<[u8; 32], KeyError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| KeyError::PublicEncoding)?;
    bytes.try_into().map_err(|_| KeyError::PublicEncoding)
}

fn is_well_formed(principal: &str) -> bool {
    (1..=MAX_PRINCIPAL_BYTES).contains(&principal.len()) && !principal.contains(char::is_control)
}

pub(crate) fn check_point(public: &[u8; 32]) -> Result<(), KeyError> {
    // y is written in 255 bits but lives below 2^255 - 19: the 19 values above are second names of other points.
    let above_the_field =
        public[31] & 0x7f == 0x7f && public[1..31].iter().all(|b| *b == 0xff) && public[0] >= 0xed;
    if above_the_field {
        return Err(KeyError::NotAPoint);
    }
    let point = VerifyingKey::from_bytes(public).map_err(|_| KeyError::NotAPoint)?;
    if point.is_weak() {
        Err(KeyError::Weak)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_is_the_thumbprint_of_rfc_8037() {
        let public = public_from_base64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwaaPJHURo").map(|_| ());
        assert_eq!(
            public,
            Err(KeyError::PublicEncoding),
            "42 characters are not a key"
        );
        let public = public_from_base64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
            .expect("the key of RFC 8037 A.2");
        assert_eq!(key_id(&public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_private_key_survives_its_file_and_never_prints_itself() {
        let key = SigningKey::generate([7; 32]);
        let pem = key.to_pkcs8_pem();
        let again = SigningKey::from_pkcs8_pem(&pem).expect("what we wrote is what we read");
        assert_eq!(again.public(), key.public());
        assert_eq!(pem.len(), 119, "version 1, as OpenSSL writes it");
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey {{ key_id: {:?}, .. }}", key.key_id())
        );
    }

    #[test]
    fn a_private_key_file_of_another_kind_is_refused_without_repeating_it() {
        let files = [
            "",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n",
            "-----BEGIN CERTIFICATE-----",
        ];
        for text in files {
            let refused = SigningKey::from_pkcs8_pem(text).expect_err("not an Ed25519 key");
            assert_eq!(refused, KeyError::PrivateEncoding);
            assert!(!refused.to_string().contains("MC4CAQ"));
        }
    }

    #[test]
    fn weak_and_malformed_points_never_enter_the_key_set() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let order_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
        let mut second_name_of_zero = [0xff; 32];
        (second_name_of_zero[0], second_name_of_zero[31]) = (0xed, 0x7f);
        let mut off_the_curve = [0; 32];
        off_the_curve[0] = 2;
        let rows = [
            ("identity", identity, KeyError::Weak),
            ("order 4", [0; 32], KeyError::Weak),
            ("order 8", from_hex(order_8), KeyError::Weak),
            ("y = p", second_name_of_zero, KeyError::NotAPoint),
            ("no point", off_the_curve, KeyError::NotAPoint),
        ];
        let mut keys = KeySet::new();
        for (name, public, expected) in rows {
            assert_eq!(keys.insert("connector.caf-56", public), Err(expected), "{name}");
        }
        assert!(keys.is_empty());
    }

    #[test]
    fn a_key_belongs_to_one_principal_and_a_principal_may_hold_two() {
        let (first, second) = (SigningKey::generate([1; 32]), SigningKey::generate([2; 32]));
        let mut keys = KeySet::new();
        let kid = keys.insert("camille.martin", first.public()).expect("a new key");
        keys.insert_base64("camille.martin", &second.public_base64())
            .expect("her second key");
        assert_eq!(
            keys.insert("paul.durand", first.public()),
            Err(KeyError::Duplicate)
        );
        assert_eq!(keys.principal(&kid), Some("camille.martin"));
        assert!(keys.remove(&kid) && !keys.remove(&kid));
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn a_principal_is_short_and_printable() {
        let public = SigningKey::generate([1; 32]).public();
        for principal in ["", "a\nb", "a\0", &"x".repeat(MAX_PRINCIPAL_BYTES + 1)] {
            assert_eq!(
                KeySet::new().insert(principal, public),
                Err(KeyError::Principal),
                "{principal:?}"
            );
        }
    }

    fn from_hex(text: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).expect("hexadecimal is ASCII");
            *byte = u8::from_str_radix(pair, 16).expect("two hexadecimal digits");
        }
        bytes
    }
}
