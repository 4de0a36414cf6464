//! The bearer token: none, one that was given, or one signed by ourselves, kept while it is good and renewed a minute before
//! it is not.

use std::sync::{Mutex, PoisonError};

use declic_auth::{TOKEN_LIFETIME_S, TokenSigner};
use tonic::metadata::{Ascii, MetadataValue};

use crate::options::{Clock, Ids, Options, SetupError};

const RENEW_BEFORE_S: i64 = 60;

/// What a client shows of itself.
pub(crate) enum Credentials {
    /// Nothing.
    Nobody,
    /// A token that somebody else signed, and renews.
    Given(MetadataValue<Ascii>),
    /// Tokens of our own.
    Own(Box<Own>),
}

pub(crate) struct Own {
    signer: TokenSigner,
    clock: Clock,
    ids: Ids,
    current: Mutex<Option<Current>>,
}

struct Current {
    bearer: MetadataValue<Ascii>,
    signed_s: i64,
}

impl Credentials {
    pub(crate) fn own(options: &Options) -> Result<Self, SetupError> {
        Ok(Self::Own(Box::new(Own::new(options)?)))
    }

    pub(crate) fn given(token: &str) -> Result<Self, SetupError> {
        let is_one = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let bearer = is_one.then(|| sensitive(token));
        Ok(Self::Given(bearer.ok_or(SetupError::Token)?))
    }

    /// Whom we speak as, when that is for us to say.
    pub(crate) fn subject(&self) -> &str {
        match self {
            Self::Nobody | Self::Given(_) => "",
            Self::Own(own) => own.signer.subject(),
        }
    }

    /// The value of `authorization`, when there is one.
    pub(crate) fn bearer(&self) -> Option<MetadataValue<Ascii>> {
        match self {
            Self::Nobody => None,
            Self::Given(bearer) => Some(bearer.clone()),
            Self::Own(own) => Some(own.bearer()),
        }
    }

    /// Forgets the token: the hub refused it.
    pub(crate) fn forget(&self) {
        if let Self::Own(own) = self {
            own.forget();
        }
    }
}

impl Own {
    fn new(options: &Options) -> Result<Self, SetupError> {
        Ok(Self {
            signer: TokenSigner::new(&options.key, &options.subject, &options.audience)?,
            clock: options.clock.clone(),
            ids: options.ids.clone(),
            current: Mutex::new(None),
        })
    }

    fn bearer(&self) -> MetadataValue<Ascii> {
        let now_s = (self.clock)();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = current.as_ref().filter(|kept| kept.is_fresh(now_s)) {
            return kept.bearer.clone();
        }
        let token = self.signer.token(now_s, (self.ids)());
        let bearer = sensitive(&token);
        *current = Some(Current {
            bearer: bearer.clone(),
            signed_s: now_s,
        });
        bearer
    }

    fn forget(&self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Never printed.
fn sensitive(token: &str) -> MetadataValue<Ascii> {
    let mut bearer = MetadataValue::try_from(format!("Bearer {token}")).expect("a token is visible ASCII");
    bearer.set_sensitive(true);
    bearer
}

impl Current {
    /// A clock that was set back makes the token one of the future, which a hub refuses.
    fn is_fresh(&self, now_s: i64) -> bool {
        (self.signed_s..self.signed_s + TOKEN_LIFETIME_S - RENEW_BEFORE_S).contains(&now_s)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn a_token_is_kept_until_a_minute_before_its_end_and_renewed_when_the_clock_goes_back() {
        let now_s = Arc::new(AtomicI64::new(1_800_000_000));
        let mut options = crate::sending::tests::options("http://127.0.0.1:1");
        let clock = Arc::clone(&now_s);
        options.clock = Arc::new(move || clock.load(Ordering::Relaxed));
        let credentials = Own::new(&options).expect("a key that signs");

        let first = credentials.bearer();
        now_s.fetch_add(TOKEN_LIFETIME_S - RENEW_BEFORE_S - 1, Ordering::Relaxed);
        assert_eq!(credentials.bearer(), first);
        now_s.fetch_add(1, Ordering::Relaxed);
        let second = credentials.bearer();
        assert_ne!(second, first);
        now_s.fetch_sub(10, Ordering::Relaxed);
        assert_ne!(credentials.bearer(), second);
    }

    #[test]
    fn a_refused_token_is_not_sent_again() {
        let options = crate::sending::tests::options("http://127.0.0.1:1");
        let credentials = Own::new(&options).expect("a key that signs");
        let first = credentials.bearer();
        credentials.forget();
        assert_ne!(credentials.bearer(), first);
        assert!(first.is_sensitive());
    }

    #[test]
    fn a_given_token_is_sent_as_it_is_and_one_that_no_hub_gives_is_not() {
        let given = Credentials::given("eyJh.eyJz.c2ln").expect("it can be sent");
        let bearer = given.bearer().expect("a token");
        assert_eq!(bearer.to_str().expect("text"), "Bearer eyJh.eyJz.c2ln");
        assert!(bearer.is_sensitive());
        given.forget();
        assert_eq!(given.bearer(), Some(bearer), "it is not ours to renew");
        for token in ["", "a b", "a\nb", "é", "a\0"] {
            assert!(
                matches!(Credentials::given(token), Err(SetupError::Token)),
                "{token:?}"
            );
        }
        assert_eq!(Credentials::Nobody.bearer(), None);
    }
}
