//! Making tokens: what a client does every few minutes with its own key, and the hub for people who signed in.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use uuid::Uuid;

use crate::profile::{Claims, MAX_LIFETIME_S, TOKEN_TYPE};
use crate::{KeyError, SigningKey};

/// Life of the tokens we make, in seconds: a third of what a hub accepts.
pub const TOKEN_LIFETIME_S: i64 = 5 * 60;

/// Signs the tokens of one principal for one audience.
pub struct TokenSigner {
    header: Header,
    key: EncodingKey,
    subject: String,
    audience: String,
}

impl TokenSigner {
    /// A signer for `subject`, the principal under which the hub's directory knows this key, and for the hub's
    /// `audience`.
    ///
    /// # Errors
    /// [`KeyError::PrivateEncoding`] when the signature library refuses the key, which no key of [`SigningKey`] makes
    /// it do; asked here so that [`TokenSigner::token`] cannot fail.
    pub fn new(
        key: &SigningKey,
        subject: impl Into<String>,
        audience: impl Into<String>,
    ) -> Result<Self, KeyError> {
        let (header, key) = prepared(key)?;
        Ok(Self {
            header,
            key,
            subject: subject.into(),
            audience: audience.into(),
        })
    }

    /// A token valid from `now_s`, in seconds since 1970-01-01T00:00:00Z, for [`TOKEN_LIFETIME_S`]. `jti` is a fresh
    /// random UUID.
    pub fn token(&self, now_s: i64, jti: Uuid) -> String {
        let claims = Claims {
            iss: self.subject.clone(),
            sub: self.subject.clone(),
            aud: self.audience.clone(),
            jti: jti.as_hyphenated().to_string(),
            iat: now_s,
            nbf: now_s,
            exp: now_s.saturating_add(TOKEN_LIFETIME_S),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).expect("a key that signed once signs again")
    }

    /// The principal whose tokens these are.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner")
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// Signs tokens for whomever an issuer vouches for.
pub struct Issuer {
    header: Header,
    key: EncodingKey,
    name: String,
    audience: String,
}

impl Issuer {
    /// An issuer of this name, under which the hub's key set holds this key, for the hub's `audience`.
    ///
    /// # Errors
    /// As [`TokenSigner::new`].
    pub fn new(
        key: &SigningKey,
        name: impl Into<String>,
        audience: impl Into<String>,
    ) -> Result<Self, KeyError> {
        let (header, key) = prepared(key)?;
        Ok(Self {
            header,
            key,
            name: name.into(),
            audience: audience.into(),
        })
    }

    /// A token that speaks for `subject` from `now_s`, in seconds since 1970-01-01T00:00:00Z, for `lifetime_s` seconds, at
    /// most [`MAX_LIFETIME_S`]. `jti` is a fresh random UUID.
    pub fn token(&self, subject: &str, now_s: i64, lifetime_s: i64, jti: Uuid) -> String {
        let claims = Claims {
            iss: self.name.clone(),
            sub: subject.to_owned(),
            aud: self.audience.clone(),
            jti: jti.as_hyphenated().to_string(),
            iat: now_s,
            nbf: now_s,
            exp: now_s.saturating_add(lifetime_s.min(MAX_LIFETIME_S)),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).expect("a key that signed once signs again")
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer")
            .field("name", &self.name)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The header of this key's tokens, and the key as the signature library takes it.
fn prepared(key: &SigningKey) -> Result<(Header, EncodingKey), KeyError> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TOKEN_TYPE.to_owned());
    header.kid = Some(key.key_id());
    let key = key.encoding();
    jsonwebtoken::crypto::sign(b"", &key, Algorithm::EdDSA).map_err(|_| KeyError::PrivateEncoding)?;
    Ok((header, key))
}
