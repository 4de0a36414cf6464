//! The profile's promise: exactly the tokens we make are tokens, and every near miss is refused for its own reason.
//! Rows are named after the attacks they stand for (JWT best practice, RFC 8725).

mod claims;
mod form;
mod header;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{Checked, KeySet, MOST_REMEMBERED, Refused, SigningKey, TokenSigner, Verified, Verifier};
use ed25519_dalek::Signer as _;
use uuid::Uuid;

const NOW_S: i64 = 1_795_000_000;
const JTI: &str = "0b2f7c1e-58a4-4a3e-9d0f-3d9c5f6a7b81";
const AUDIENCE: &str = "declic-hub";
const CAMILLE: &str = "camille.martin";

struct Bench {
    secret: ed25519_dalek::SigningKey,
    kid: String,
    keys: KeySet,
    verifier: Verifier,
}

impl Bench {
    fn new() -> Self {
        let key = SigningKey::generate([7; 32]);
        let mut keys = KeySet::new();
        let kid = keys.insert(CAMILLE, key.public()).expect("a good key");
        keys.insert("connector.caf-56", SigningKey::generate([8; 32]).public())
            .expect("a second key");
        let secret = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        Self {
            secret,
            kid,
            keys,
            verifier: Verifier::new(AUDIENCE),
        }
    }

    fn verify(&self, token: &str) -> Result<Verified, Refused> {
        self.verifier.verify(token, NOW_S, &self.keys)
    }

    fn header(&self) -> String {
        format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, self.kid)
    }

    /// A token of any header and any payload, honestly signed by Camille's key.
    fn signed(&self, header: &str, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self.secret.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn good(&self) -> String {
        self.signed(&self.header(), &claims(&[]))
    }

    fn with_header(&self, header: &str) -> String {
        self.signed(&header.replace("KID", &self.kid), &claims(&[]))
    }

    fn with_claims(&self, changes: &[(&str, &str)]) -> String {
        self.signed(&self.header(), &claims(changes))
    }
}

/// Good claims as JSON text; a change replaces one member's raw text, `-` leaves it out, an unknown name adds one.
fn claims(changes: &[(&str, &str)]) -> String {
    let good = [
        ("iss", format!("\"{CAMILLE}\"")),
        ("sub", format!("\"{CAMILLE}\"")),
        ("aud", format!("\"{AUDIENCE}\"")),
        ("jti", format!("\"{JTI}\"")),
        ("iat", NOW_S.to_string()),
        ("nbf", NOW_S.to_string()),
        ("exp", (NOW_S + 300).to_string()),
    ];
    let changed = |name: &str| {
        changes
            .iter()
            .find(|(changed, _)| *changed == name)
            .map(|(_, raw)| *raw)
    };
    let mut members: Vec<String> = good
        .iter()
        .filter(|(name, _)| changed(name) != Some("-"))
        .map(|(name, raw)| format!("\"{name}\":{}", changed(name).unwrap_or(raw)))
        .collect();
    let added = changes
        .iter()
        .filter(|(name, _)| !good.iter().any(|(known, _)| known == name));
    members.extend(added.map(|(name, raw)| format!("\"{name}\":{raw}")));
    format!("{{{}}}", members.join(","))
}

fn check(rows: &[(&str, String, Refused)]) {
    let bench = Bench::new();
    bench
        .verify(&bench.good())
        .expect("the bench itself makes good tokens");
    for (name, token, expected) in rows {
        assert_eq!(bench.verify(token).expect_err(name), *expected, "{name}");
    }
}

#[test]
fn what_a_signer_makes_a_verifier_reads() {
    let bench = Bench::new();
    let signer = TokenSigner::new(&SigningKey::generate([7; 32]), CAMILLE, AUDIENCE).expect("a good key");
    let jti = Uuid::try_parse(JTI).expect("a UUID");
    let verified = bench.verify(&signer.token(NOW_S, jti)).expect("our own token");
    assert_eq!(verified.kid, bench.kid);
    assert_eq!(
        (verified.claims.sub.as_str(), verified.claims.jti.as_str()),
        (CAMILLE, JTI)
    );
    assert_eq!(verified.claims.exp - verified.claims.iat, 300);
}

#[test]
fn another_jwt_library_reads_our_tokens_with_the_backend_of_this_build() {
    let key = SigningKey::generate([7; 32]);
    let token = TokenSigner::new(&key, CAMILLE, AUDIENCE)
        .expect("a good key")
        .token(NOW_S, Uuid::nil());
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    (validation.validate_exp, validation.validate_nbf) = (false, false);
    validation.set_audience(&[AUDIENCE]);
    let decoding = jsonwebtoken::DecodingKey::from_ed_der(&key.public());
    let read = jsonwebtoken::decode::<declic_auth::Claims>(&token, &decoding, &validation);
    assert_eq!(read.expect("a standard token").claims.iss, CAMILLE);
}

#[test]
fn a_private_key_written_by_openssl_signs() {
    let pem = "-----BEGIN PRIVATE KEY-----\n\
               MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
               -----END PRIVATE KEY-----\n";
    let key = SigningKey::from_pkcs8_pem(pem).expect("the key of RFC 8410, 10.3");
    let mut keys = KeySet::new();
    keys.insert(CAMILLE, key.public()).expect("a good key");
    let token = TokenSigner::new(&key, CAMILLE, AUDIENCE)
        .expect("a good key")
        .token(NOW_S, Uuid::nil());
    Verifier::new(AUDIENCE)
        .verify(&token, NOW_S, &keys)
        .expect("a good token");
}

#[test]
fn a_token_of_a_removed_key_is_refused() {
    let mut b = Bench::new();
    let good = b.good();
    b.keys.remove(&b.kid);
    assert_eq!(b.verify(&good).expect_err("nobody's key"), Refused::UnknownKey);
}

/// A remembering reader of the bench's tokens; the keys of the bench are its own.
fn remembering(bench: &Bench) -> Checked<String> {
    Checked::new(Verifier::new(AUDIENCE), bench.keys.clone())
}

fn subject(verified: &Verified) -> Result<String, Refused> {
    Ok(verified.claims.sub.clone())
}

#[test]
fn a_token_that_is_remembered_is_the_same_bytes_and_its_times_are_looked_at_again() {
    let bench = Bench::new();
    let (checked, good) = (remembering(&bench), bench.good());
    assert_eq!(checked.read(&good, NOW_S, subject).as_deref(), Ok(CAMILLE));
    let again = checked.read(&good, NOW_S, |_| panic!("it is remembered"));
    assert_eq!(again.as_deref(), Ok(CAMILLE));
    let late = checked.read(&good, NOW_S + 331, subject);
    assert_eq!(late, Err(Refused::Expired));
    let early = checked.read(&good, NOW_S - 31, subject);
    assert_eq!(early, Err(Refused::NotYetValid));

    // The same signature under other claims, and the same claims under another signature.
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let other = bench.with_claims(&[("exp", &(NOW_S + 301).to_string())]);
    let (other_signed, other_signature) = other.rsplit_once('.').expect("three parts");
    for forged in [
        format!("{other_signed}.{signature}"),
        format!("{signed}.{other_signature}"),
    ] {
        assert_eq!(checked.read(&forged, NOW_S, subject), Err(Refused::Signature));
    }
}

#[test]
fn what_was_refused_once_is_not_remembered() {
    let bench = Bench::new();
    let checked = remembering(&bench);
    let good = bench.good();
    let refused = checked.read(&good, NOW_S, |_| Err(Refused::Principal));
    assert_eq!(refused, Err(Refused::Principal));
    assert_eq!(
        checked.read(&good, NOW_S - 31, subject),
        Err(Refused::NotYetValid)
    );
    assert_eq!(checked.read(&good, NOW_S, subject).as_deref(), Ok(CAMILLE));
}

#[test]
fn so_many_tokens_are_remembered_and_those_used_last() {
    let bench = Bench::new();
    let checked = remembering(&bench);
    let numbered =
        |number: usize| bench.with_claims(&[("jti", &format!("\"{}\"", Uuid::from_u128(number as u128)))]);
    let is_remembered = |token: &str| {
        let asked = std::cell::Cell::new(false);
        let read = checked.read(token, NOW_S, |verified| {
            asked.set(true);
            subject(verified)
        });
        read.expect("a good token");
        !asked.get()
    };
    let first = numbered(0);
    assert!(!is_remembered(&first));
    for number in 1..MOST_REMEMBERED {
        assert!(!is_remembered(&numbered(number)));
    }
    assert!(is_remembered(&first), "there was room for it");
    assert!(!is_remembered(&numbered(MOST_REMEMBERED)));
    assert!(is_remembered(&first), "it was used last");
    assert!(
        !is_remembered(&numbered(1)),
        "the one unused for longest made room"
    );
}
