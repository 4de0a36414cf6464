//! The bearer token: signed by ourselves, kept while it is good, renewed a minute before it is not.

use std::sync::{Mutex, PoisonError};

use declic_auth::{TOKEN_LIFETIME_S, TokenSigner};
use tonic::metadata::{Ascii, MetadataValue};

use crate::options::{Clock, Ids, Options, SetupError};

const RENEW_BEFORE_S: i64 = 60;

pub(crate) struct Credentials {
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
    pub(crate) fn new(options: &Options) -> Result<Self, SetupError> {
        Ok(Self {
            signer: TokenSigner::new(&options.key, &options.subject, &options.audience)?,
            clock: options.clock.clone(),
            ids: options.ids.clone(),
            current: Mutex::new(None),
        })
    }

    pub(crate) fn subject(&self) -> &str {
        self.signer.subject()
    }

    /// The value of `authorization`.
    pub(crate) fn bearer(&self) -> MetadataValue<Ascii> {
        let now_s = (self.clock)();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = current.as_ref().filter(|kept| kept.is_fresh(now_s)) {
            return kept.bearer.clone();
        }
        let token = self.signer.token(now_s, (self.ids)());
        let mut bearer =
            MetadataValue::try_from(format!("Bearer {token}")).expect("a token is base64url and dots");
        bearer.set_sensitive(true);
        *current = Some(Current {
            bearer: bearer.clone(),
            signed_s: now_s,
        });
        bearer
    }

    /// Forgets the token: the hub refused it.
    pub(crate) fn forget(&self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
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
        let credentials = Credentials::new(&options).expect("a key that signs");

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
        let credentials = Credentials::new(&options).expect("a key that signs");
        let first = credentials.bearer();
        credentials.forget();
        assert_ne!(credentials.bearer(), first);
        assert!(first.is_sensitive());
    }
}
