//! A sign-in that is under way at the provider. Nothing of it is stored: what has to come back is sealed, and the browser
//! brings it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use declic_ledger::labels;
use declic_vault::Os;
use declic_vault::entropy::{Unavailable, draw};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Time for a person to sign in at the provider.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// How far the clocks of two hubs may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// Longest sealed attempt, in characters: of the longest return address and some more.
const LONGEST_SEALED: usize = 4_096;

const NONCE_BYTES: usize = 24;

/// What one attempt is told from others by. Each text is 256 random bits, in base64url.
#[derive(PartialEq, Eq)]
pub struct Attempt {
    /// When it began, to the second.
    pub began_at: Timestamp,
    /// What the provider sends back with the browser.
    pub state: String,
    /// What the id token says.
    pub nonce: String,
    /// What the code is given for: PKCE (RFC 7636).
    pub verifier: Zeroizing<String>,
    /// Where the browser is sent back.
    pub redirect_uri: String,
}

/// Seals attempts.
pub struct Sealer(XChaCha20Poly1305);

impl Attempt {
    /// A new attempt.
    ///
    /// # Errors
    /// There are no random bytes.
    pub fn begin(redirect_uri: &str, now: Timestamp) -> Result<Self, Unavailable> {
        let random = || draw::<32>(&mut Os).map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self {
            began_at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            state: random()?,
            nonce: random()?,
            verifier: Zeroizing::new(random()?),
            redirect_uri: redirect_uri.to_owned(),
        })
    }

    /// What the provider is shown of the verifier (RFC 7636, method S256).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// Whether it may still be finished.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.began_at);
        (-LEEWAY..=LONGEST).contains(&age)
    }
}

impl Sealer {
    /// Seals under a key that all hubs of one database have.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(Key::from_slice(key)))
    }

    /// What the browser keeps.
    ///
    /// # Errors
    /// There are no random bytes.
    pub fn seal(&self, attempt: &Attempt) -> Result<String, Unavailable> {
        let nonce = draw::<NONCE_BYTES>(&mut Os)?;
        let lines = [
            &attempt.began_at.as_second().to_string(),
            &attempt.state,
            &attempt.nonce,
            attempt.verifier.as_str(),
            &attempt.redirect_uri,
        ];
        let text = Zeroizing::new(lines.join("\n"));
        let payload = Payload {
            msg: text.as_bytes(),
            aad: labels::SIGN_IN_ATTEMPT.as_bytes(),
        };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.expect("a text of a few hundred bytes is never too long to be sealed");
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What the browser brought back; none when no hub of this database sealed it.
    pub fn open(&self, sealed: &str) -> Option<Attempt> {
        if sealed.len() > LONGEST_SEALED {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let payload = Payload {
            msg: sealed,
            aad: labels::SIGN_IN_ATTEMPT.as_bytes(),
        };
        let opened = Zeroizing::new(self.0.decrypt(XNonce::from_slice(nonce), payload).ok()?);
        let mut lines = std::str::from_utf8(&opened).ok()?.split('\n');
        let mut line = || lines.next().map(str::to_owned);
        Some(Attempt {
            began_at: Timestamp::from_second(line()?.parse().ok()?).ok()?,
            state: line()?,
            nonce: line()?,
            verifier: Zeroizing::new(line()?),
            redirect_uri: line()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETURN: &str = "https://declic.example/connexion/retour";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).expect("a time")
    }

    #[test]
    fn an_attempt_comes_back_as_it_was_sealed_and_only_whole() {
        let sealer = Sealer::new(&[1; 32]);
        let attempt = Attempt::begin(RETURN, at(0)).expect("random bytes");
        let sealed = sealer.seal(&attempt).expect("random bytes");
        assert!(!sealed.contains(&attempt.state));
        let opened = sealer.open(&sealed).expect("our own");
        assert!(opened == attempt);
        assert!(
            Sealer::new(&[2; 32]).open(&sealed).is_none(),
            "of another database"
        );
        for index in 0..sealed.len() {
            let mut wrong = sealed.clone().into_bytes();
            wrong[index] = if wrong[index] == b'A' { b'B' } else { b'A' };
            let wrong = String::from_utf8(wrong).expect("ASCII");
            assert!(sealer.open(&wrong).is_none(), "{index}");
            assert!(sealer.open(&sealed[..index]).is_none(), "{index}");
        }
        assert!(sealer.open(&"A".repeat(100_000)).is_none());
    }

    #[test]
    fn two_attempts_have_nothing_in_common() {
        let (one, other) = (
            Attempt::begin(RETURN, at(0)).expect("random bytes"),
            Attempt::begin(RETURN, at(0)).expect("random bytes"),
        );
        assert_ne!(one.state, other.state);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.challenge(), other.challenge());
        assert_ne!(one.state, one.nonce);
        assert!(one.state.len() >= 32 && one.verifier.len() == 43);
    }

    #[test]
    fn an_attempt_lasts_ten_minutes() {
        let attempt = Attempt::begin(RETURN, at(0)).expect("random bytes");
        for (seconds, fresh) in [(-31, false), (-30, true), (0, true), (600, true), (601, false)] {
            assert_eq!(attempt.is_fresh(at(seconds)), fresh, "{seconds}");
        }
    }
}
