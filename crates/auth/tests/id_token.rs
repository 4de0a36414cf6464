//! Id tokens: exactly those of the configured provider for this client and this sign-in say who it is. Rows are named after
//! the attacks they stand for (OpenID Connect Core 1.0, 3.1.3.7; JWT best practice, RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{IdTokenAlgorithm, IdTokenVerifier, KeysRefused, MAX_PROVIDER_KEYS, ProviderKeys, Refused};
use ed25519_dalek::Signer as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const NOW_S: i64 = 1_795_000_000;
const ISSUER: &str = "https://auth.example.fr";
const CLIENT: &str = "declic";
const NONCE: &str = "n-0S6_WzA2MjRtS7hVQ6bSGqv3xPU8K1Rj4mT9yLwEc";

fn key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[7; 32])
}

fn public(key: &ed25519_dalek::SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key().to_bytes())
}

fn jwk(changes: Value) -> Value {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k1", "use": "sig", "alg": "EdDSA", "x": public(&key()) });
    changed(key, changes)
}

fn claims(changes: Value) -> Value {
    let claims = json!({
        "iss": ISSUER, "sub": "f3c1", "aud": CLIENT, "nonce": NONCE, "iat": NOW_S, "exp": NOW_S + 3_600,
        "email": "claire.morel@example.fr",
    });
    changed(claims, changes)
}

/// Null takes a member away.
fn changed(mut object: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => drop(object.as_object_mut().expect("an object").remove(name)),
            value => object[name] = value.clone(),
        }
    }
    object
}

fn keys(jwks: &[Value], algorithm: IdTokenAlgorithm) -> Result<ProviderKeys, KeysRefused> {
    let set = json!({ "keys": jwks }).to_string();
    ProviderKeys::read(set.as_bytes(), algorithm)
}

fn signed(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": "k1" })
}

fn subject(token: &str) -> Result<String, Refused> {
    let keys = keys(&[jwk(json!({}))], IdTokenAlgorithm::EdDsa).expect("one key");
    IdTokenVerifier::new(ISSUER, CLIENT).subject(token, NONCE, NOW_S, &keys)
}

fn with_claims(changes: Value) -> Result<String, Refused> {
    subject(&signed(&header(), &claims(changes)))
}

#[test]
fn a_token_of_this_sign_in_says_who_it_is() {
    let rows = [
        json!({}),
        json!({ "aud": [CLIENT] }),
        json!({ "azp": CLIENT }),
        json!({ "nbf": NOW_S }),
        json!({ "iat": NOW_S + 30 }),
        json!({ "iat": NOW_S - 600, "exp": NOW_S - 30 }),
    ];
    for changes in rows {
        assert_eq!(with_claims(changes.clone()).as_deref(), Ok("f3c1"), "{changes}");
    }
    let without_type = json!({ "alg": "EdDSA", "kid": "k1" });
    assert_eq!(
        subject(&signed(&without_type, &claims(json!({})))).as_deref(),
        Ok("f3c1")
    );
}

#[test]
fn claims_that_are_not_of_this_sign_in_are_refused() {
    let rows = [
        (json!({ "iss": "https://auth.example.fr/" }), Refused::Issuer),
        (json!({ "iss": "https://AUTH.example.fr" }), Refused::Issuer),
        (json!({ "iss": null }), Refused::Claims),
        (json!({ "aud": "another" }), Refused::Audience),
        (json!({ "aud": [CLIENT, "another"] }), Refused::Audience),
        (json!({ "aud": [] }), Refused::Audience),
        (json!({ "aud": null }), Refused::Claims),
        (json!({ "azp": "another" }), Refused::Audience),
        (json!({ "nonce": "another" }), Refused::Nonce),
        (json!({ "nonce": null }), Refused::Claims),
        (json!({ "sub": "" }), Refused::Claims),
        (json!({ "sub": "x".repeat(256) }), Refused::Claims),
        (json!({ "sub": "a b" }), Refused::Claims),
        (json!({ "sub": 7 }), Refused::Claims),
        (json!({ "sub": null }), Refused::Claims),
        (json!({ "exp": NOW_S - 31 }), Refused::Expired),
        (json!({ "exp": null }), Refused::Claims),
        (json!({ "exp": 1e18 }), Refused::Claims),
        (json!({ "exp": (NOW_S + 60).to_string() }), Refused::Claims),
        (json!({ "exp": -1 }), Refused::Claims),
        (json!({ "exp": i64::MAX }), Refused::Claims),
        (json!({ "exp": NOW_S + 25 * 3_600 }), Refused::Lifetime),
        (json!({ "iat": NOW_S + 31 }), Refused::NotYetValid),
        (json!({ "nbf": NOW_S + 31 }), Refused::NotYetValid),
        (json!({ "iat": NOW_S - 631 }), Refused::Lifetime),
        (json!({ "iat": null }), Refused::Claims),
    ];
    for (changes, expected) in rows {
        assert_eq!(with_claims(changes.clone()), Err(expected), "{changes}");
    }
}

#[test]
fn a_header_outside_the_profile_is_refused_whatever_it_asks_for() {
    let rows = [
        (json!({ "alg": "none" }), Refused::Header),
        (json!({ "alg": "None" }), Refused::Header),
        (json!({ "alg": "HS256" }), Refused::Header),
        (json!({ "alg": "ES256" }), Refused::Header),
        (json!({ "alg": "RS256" }), Refused::Header),
        (json!({ "typ": "at+jwt" }), Refused::Header),
        (json!({ "typ": "logout+jwt" }), Refused::Header),
        (json!({ "kid": null }), Refused::Header),
        (json!({ "kid": "" }), Refused::UnknownKey),
        (json!({ "kid": "k2" }), Refused::UnknownKey),
        (json!({ "kid": "../../etc/passwd" }), Refused::UnknownKey),
        (json!({ "jku": "https://evil.example" }), Refused::Header),
        (json!({ "jwk": jwk(json!({})) }), Refused::Header),
        (json!({ "x5u": "https://evil.example" }), Refused::Header),
        (json!({ "crit": ["exp"] }), Refused::Header),
    ];
    for (changes, expected) in rows {
        let header = changed(header(), changes.clone());
        assert_eq!(
            subject(&signed(&header, &claims(json!({})))),
            Err(expected),
            "{changes}"
        );
    }
}

#[test]
fn what_is_not_signed_by_the_provider_is_refused() {
    let good = signed(&header(), &claims(json!({})));
    let (signed_part, _) = good.rsplit_once('.').expect("three parts");
    let other = ed25519_dalek::SigningKey::from_bytes(&[8; 32]).sign(signed_part.as_bytes());
    let other = URL_SAFE_NO_PAD.encode(other.to_bytes());
    let unsigned = format!("{signed_part}.");
    let rows = [
        (format!("{signed_part}.{other}"), Refused::Signature),
        (unsigned, Refused::Signature),
        (signed_part.to_owned(), Refused::Malformed),
        (format!("{good}="), Refused::Malformed),
        ("x".repeat(8 * 1024 + 1), Refused::TooLong),
        (String::new(), Refused::Malformed),
    ];
    for (token, expected) in rows {
        assert_eq!(subject(&token), Err(expected), "{}", token.len());
    }
    // The classic: the public key as a shared secret.
    let mut forged = Header::new(Algorithm::HS256);
    forged.kid = Some("k1".to_owned());
    let secret = EncodingKey::from_secret(&key().verifying_key().to_bytes());
    let token = jsonwebtoken::encode(&forged, &claims(json!({})), &secret).expect("a token");
    assert_eq!(subject(&token), Err(Refused::Header));
    for index in 0..good.len() {
        let mut flipped = good.clone().into_bytes();
        flipped[index] ^= 1;
        if let Ok(flipped) = String::from_utf8(flipped) {
            subject(&flipped).expect_err("one bit is not the provider's");
        }
    }
}

#[test]
fn keys_of_another_kind_use_or_size_are_left_out() {
    let modulus = |bytes: usize| URL_SAFE_NO_PAD.encode(vec![0xc1; bytes]);
    let rsa = |bytes: usize| json!({ "kty": "RSA", "kid": "r", "n": modulus(bytes), "e": "AQAB" });
    let weak = URL_SAFE_NO_PAD.encode([0; 32]);
    let left_out = [
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "use": "enc" }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "alg": "ES256" }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "kid": null }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "kid": "" }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "x": "AAAA" }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "x": weak }))),
        (IdTokenAlgorithm::EdDsa, jwk(json!({ "crv": "X25519" }))),
        (
            IdTokenAlgorithm::EdDsa,
            json!({ "kty": "oct", "kid": "k1", "k": "AAAA" }),
        ),
        (IdTokenAlgorithm::EdDsa, json!("k1")),
        (IdTokenAlgorithm::Es256, jwk(json!({ "alg": null }))),
        (IdTokenAlgorithm::Rs256, rsa(128)),
        (IdTokenAlgorithm::Rs256, rsa(1_025)),
        (
            IdTokenAlgorithm::Es256,
            json!({ "kty": "EC", "crv": "P-256", "kid": "e", "x": "AAAA", "y": "AAAA" }),
        ),
    ];
    for (algorithm, jwk) in left_out {
        let read = keys(std::slice::from_ref(&jwk), algorithm);
        assert_eq!(read.err(), Some(KeysRefused::NoneFits), "{jwk}");
    }
    keys(&[rsa(256)], IdTokenAlgorithm::Rs256).expect("2,048 bits are enough");
    let many = vec![jwk(json!({})); MAX_PROVIDER_KEYS + 1];
    assert_eq!(
        keys(&many, IdTokenAlgorithm::EdDsa).err(),
        Some(KeysRefused::TooMany)
    );
    for json in ["", "[]", "{}", "{\"keys\":{}}", "null"] {
        let read = ProviderKeys::read(json.as_bytes(), IdTokenAlgorithm::EdDsa);
        assert_eq!(read.err(), Some(KeysRefused::Form), "{json}");
    }
}

#[test]
fn tokens_of_every_algorithm_are_read_and_only_with_their_own() {
    let ec = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
    let point = ec.public_key_raw();
    let ec_jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "k1",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
    });
    let rsa = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key");
    // RFC 8017, appendix A.1.1: a sequence of the modulus, of 2,048 bits and a zero, and the exponent of 24 bits.
    let public = rsa.public_key_raw();
    let rsa_jwk = json!({
        "kty": "RSA", "kid": "k1",
        "n": URL_SAFE_NO_PAD.encode(&public[9..265]), "e": URL_SAFE_NO_PAD.encode(&public[267..270]),
    });
    let rows = [
        (
            IdTokenAlgorithm::Es256,
            Algorithm::ES256,
            EncodingKey::from_ec_der(&ec.serialize_der()),
            ec_jwk,
        ),
        (IdTokenAlgorithm::Rs256, Algorithm::RS256, rsa_key(&rsa), rsa_jwk),
    ];
    for (algorithm, signs, signing, jwk) in rows {
        let keys = keys(&[jwk], algorithm).expect("one key");
        let verifier = IdTokenVerifier::new(ISSUER, CLIENT);
        let mut own = Header::new(signs);
        own.kid = Some("k1".to_owned());
        let token = jsonwebtoken::encode(&own, &claims(json!({})), &signing).expect("a token");
        let read = verifier.subject(&token, NONCE, NOW_S, &keys);
        assert_eq!(read.as_deref(), Ok("f3c1"), "{signs:?}");
        let other = signed(&header(), &claims(json!({})));
        assert_eq!(
            verifier.subject(&other, NONCE, NOW_S, &keys),
            Err(Refused::Header),
            "{signs:?}"
        );
    }
}

/// PKCS#8 holds the key of RFC 8017, which is what is signed with, behind 26 bytes that say what it is.
fn rsa_key(key: &rcgen::KeyPair) -> EncodingKey {
    EncodingKey::from_rsa_der(&key.serialize_der()[26..])
}
