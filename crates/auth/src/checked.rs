//! Tokens that were checked before: what a signature proves does not change, so it is proven once.

use std::sync::{Mutex, PoisonError};

use hashlink::LruCache;
use sha2::{Digest as _, Sha256};

use crate::profile::{Refused, Times, Verified, Verifier};
use crate::{KeySet, MAX_TOKEN_BYTES};

/// Most tokens that are remembered. A client has one or two within a token's life, so this is for so many clients at work
/// within a quarter of an hour; the others are checked anew.
pub const MOST_REMEMBERED: usize = 2_048;

/// Reads tokens under one set of keys, and remembers those it took with what they mean to the caller.
///
/// Only what cannot change is remembered: that a key of this set signed this very token, byte for byte, for this audience.
/// Its times are compared with the clock at each call. Keys that change make another set, and another `Checked` with it,
/// which remembers nothing: so that what was true under the former keys cannot be told under the present ones.
pub struct Checked<T> {
    verifier: Verifier,
    keys: KeySet,
    taken: Mutex<LruCache<[u8; 32], Taken<T>>>,
}

struct Taken<T> {
    times: Times,
    meaning: T,
}

impl<T: Clone> Checked<T> {
    /// Nothing is remembered yet.
    pub fn new(verifier: Verifier, keys: KeySet) -> Self {
        Self {
            verifier,
            keys,
            taken: Mutex::new(LruCache::new(MOST_REMEMBERED)),
        }
    }

    /// Reads a token as of `now_s`, in seconds since 1970-01-01T00:00:00Z; `meaning` is asked once for a token that is
    /// remembered.
    ///
    /// # Errors
    /// As [`Verifier::verify`], and whatever `meaning` refuses.
    pub fn read(
        &self,
        token: &str,
        now_s: i64,
        meaning: impl FnOnce(&Verified) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refused::TooLong);
        }
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(taken) = self.taken().get(&digest) {
            taken.times.check(now_s)?;
            return Ok(taken.meaning.clone());
        }
        // Outside the lock: this is what takes long.
        let verified = self.verifier.verify(token, now_s, &self.keys)?;
        let taken = Taken {
            times: verified.claims.times(),
            meaning: meaning(&verified)?,
        };
        let meaning = taken.meaning.clone();
        self.taken().insert(digest, taken);
        Ok(meaning)
    }

    /// Whole between any two statements: a panic elsewhere does not spoil it.
    fn taken(&self) -> std::sync::MutexGuard<'_, LruCache<[u8; 32], Taken<T>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
