//! Sign-ins of people: a secret that only the browser keeps, of which the database has a digest, and the short tokens with
//! which a program speaks as the person.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{Issuer, KeyError};
use declic_domain::directory::Member;
use declic_domain::name::MemberId;
use declic_domain::sign_in::{SignIn, may_sign_in};
use declic_proto::v1::ErrorReason;
use declic_store::SignInDigest;
use declic_vault::Os;
use declic_vault::entropy::draw;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::caller::SIGN_IN_ISSUER;
use crate::hub::Hub;
use crate::status::Error;

/// Life of the token of one page. It is good for nothing but the calls of that page, and outlives a sign-in that is ended
/// meanwhile by so long at most.
pub const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// Characters of a secret: 32 bytes in base64url.
const SECRET_LENGTH: usize = 43;

const ENDED: &str = "this sign-in has ended, or never was: sign in again";

/// Opens, continues and ends sign-ins.
pub struct SignIns {
    hub: Arc<Hub>,
    issuer: Issuer,
}

/// A sign-in that goes on.
pub struct Continued {
    /// Whose it is, as the directory has it now.
    pub member: Member,
    /// Speaks for this person.
    pub token: String,
    /// Until when.
    pub token_ends_at: Timestamp,
    /// How long the sign-in lasts.
    pub sign_in: SignIn,
}

impl SignIns {
    /// Over a hub, whose tokens say this audience.
    ///
    /// # Errors
    /// The key cannot sign, which none of ours does.
    pub fn new(hub: Arc<Hub>, audience: &str) -> Result<Self, KeyError> {
        let issuer = Issuer::new(&hub.secrets.sign_in_key(), SIGN_IN_ISSUER, audience)?;
        Ok(Self { hub, issuer })
    }

    /// Opens a sign-in of a member, and gives its secret; none when this member may not sign in.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(&self, member: &MemberId) -> Result<Option<String>, Error> {
        let directory = self.hub.directory();
        let known = directory.members.get(member);
        let Some(member) = known.filter(|member| may_sign_in(member)) else {
            return Ok(None);
        };
        let secret = Zeroizing::new(draw::<32>(&mut Os).map_err(Error::internal)?);
        let sign_in = SignIn::begin(member.id.clone(), self.hub.now());
        self.hub.store.begin_sign_in(digest(&*secret), &sign_in).await?;
        Ok(Some(URL_SAFE_NO_PAD.encode(*secret)))
    }

    /// Says whose sign-in it is, and gives a token.
    ///
    /// # Errors
    /// Unauthenticated when it has ended or never was, or when its member has left; the database's.
    pub async fn go_on(&self, secret: &str) -> Result<Continued, Error> {
        let ended = || Error::Unauthenticated(ErrorReason::SignInEnded, ENDED);
        let digest = read(secret).ok_or_else(ended)?;
        let (now, store) = (self.hub.now(), &self.hub.store);
        let sign_in = store.sign_in(digest, now).await?.ok_or_else(ended)?;
        let directory = self.hub.directory();
        let known = directory.members.get(&sign_in.member);
        let Some(member) = known.filter(|member| may_sign_in(member)) else {
            // Who comes back to the directory signs in again.
            store.end_sign_in(digest).await?;
            return Err(ended());
        };
        let sign_in = match sign_in.continued(now) {
            Some(continued) => self.write_down(digest, sign_in, continued).await,
            None => sign_in,
        };
        let token_ends_at = now.saturating_add(TOKEN_LIFETIME).unwrap_or(now);
        let lifetime_s = TOKEN_LIFETIME.as_secs();
        let jti = self.hub.ids.random();
        Ok(Continued {
            member: member.clone(),
            token: self
                .issuer
                .token(member.id.as_str(), now.as_second(), lifetime_s, jti),
            token_ends_at,
            sign_in,
        })
    }

    /// Ends a sign-in. One that never was is as good as ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(&self, secret: &str) -> Result<(), Error> {
        match read(secret) {
            Some(digest) => Ok(self.hub.store.end_sign_in(digest).await?),
            None => Ok(()),
        }
    }

    /// While nothing can be written people go on reading, until what was written down last is half an hour old.
    async fn write_down(&self, digest: SignInDigest, before: SignIn, continued: SignIn) -> SignIn {
        match self.hub.store.continue_sign_in(digest, &continued).await {
            Ok(()) => continued,
            Err(error) => {
                let cause = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(cause, "that a sign-in goes on could not be written down");
                before
            }
        }
    }
}

/// The digest of a secret that was shown; none when no secret looks like that.
fn read(secret: &str) -> Option<SignInDigest> {
    if secret.len() != SECRET_LENGTH {
        return None;
    }
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(secret).ok()?);
    Some(digest(&bytes))
}

fn digest(secret: &[u8]) -> SignInDigest {
    SignInDigest(Sha256::digest(secret).into())
}
