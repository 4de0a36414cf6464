//! The profile's promise: exactly the tokens we make are tokens, and every near miss is refused for its own reason.
//! Rows are named after the attacks they stand for (JWT best practice, RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{KeySet, MAX_TOKEN_BYTES, Refused, SigningKey, TokenSigner, Verified, Verifier};
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
fn the_header_is_exactly_ours() {
    let b = Bench::new();
    let h = |text: &str| b.with_header(text);
    let big_kid = "k".repeat(MAX_TOKEN_BYTES);
    let rows = [
        (
            "J1 alg none",
            h(r#"{"alg":"none","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J1 alg None",
            h(r#"{"alg":"None","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J1 alg nOnE",
            h(r#"{"alg":"nOnE","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J1 alg absent",
            h(r#"{"typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J1 alg an array",
            h(r#"{"alg":["EdDSA"],"typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J2 HS256",
            h(r#"{"alg":"HS256","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J3 ES256",
            h(r#"{"alg":"ES256","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J3 ES384",
            h(r#"{"alg":"ES384","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J3 RS256",
            h(r#"{"alg":"RS256","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J3 eddsa in lower case",
            h(r#"{"alg":"eddsa","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J4 unknown kid",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"nobody"}"#),
            Refused::UnknownKey,
        ),
        (
            "J4 empty kid",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":""}"#),
            Refused::UnknownKey,
        ),
        (
            "J4 kid absent",
            h(r#"{"alg":"EdDSA","typ":"at+jwt"}"#),
            Refused::Header,
        ),
        (
            "J4 kid null",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":null}"#),
            Refused::Header,
        ),
        (
            "J4 huge kid",
            h(&format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{big_kid}"}}"#)),
            Refused::TooLong,
        ),
        (
            "J5 kid a path",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"../../etc/passwd"}"#),
            Refused::UnknownKey,
        ),
        (
            "J5 kid SQL",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"' OR 1=1 --"}"#),
            Refused::UnknownKey,
        ),
        (
            "J5 kid NUL",
            h("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"KID\\u0000\"}"),
            Refused::UnknownKey,
        ),
        (
            "J5 kid a URL",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"http://127.0.0.1/k"}"#),
            Refused::UnknownKey,
        ),
        (
            "J6 jku",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","jku":"http://127.0.0.1/"}"#),
            Refused::Header,
        ),
        (
            "J6 x5u",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","x5u":"http://127.0.0.1/"}"#),
            Refused::Header,
        ),
        (
            "J7 jwk",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","jwk":{"kty":"OKP"}}"#),
            Refused::Header,
        ),
        (
            "J7 x5c",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","x5c":["MII"]}"#),
            Refused::Header,
        ),
        (
            "J8 crit unknown",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","crit":["x"],"x":1}"#),
            Refused::Header,
        ),
        (
            "J8 crit empty",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","crit":[]}"#),
            Refused::Header,
        ),
        (
            "J8 b64",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","crit":["b64"],"b64":false}"#),
            Refused::Header,
        ),
        (
            "J9 typ logout",
            h(r#"{"alg":"EdDSA","typ":"logout+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J9 typ absent",
            h(r#"{"alg":"EdDSA","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J9 typ JWE",
            h(r#"{"alg":"EdDSA","typ":"JWE","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J9 typ in capitals",
            h(r#"{"alg":"EdDSA","typ":"AT+JWT","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J9 typ with its long name",
            h(r#"{"alg":"EdDSA","typ":"application/at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J23 alg doubled",
            h(r#"{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J23 kid doubled",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "J24 typ JWT, as an id_token",
            h(r#"{"alg":"EdDSA","typ":"JWT","kid":"KID"}"#),
            Refused::Header,
        ),
        (
            "header an array",
            h(r#"["EdDSA","at+jwt","KID"]"#),
            Refused::Header,
        ),
        (
            "header an array of pairs",
            h(r#"[{"alg":"EdDSA"},{"typ":"at+jwt"},{"kid":"KID"}]"#),
            Refused::Header,
        ),
        ("header no JSON", h("EdDSA"), Refused::Header),
        (
            "header with a tail",
            h(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID"} {}"#),
            Refused::Header,
        ),
    ];
    check(&rows);
}

#[test]
fn the_public_key_is_never_taken_for_a_shared_secret() {
    let b = Bench::new();
    let public = b.secret.verifying_key().to_bytes();
    let header = format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#, b.kid);
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims(&[]))
    );
    let secret = jsonwebtoken::EncodingKey::from_secret(&public);
    let mac = jsonwebtoken::crypto::sign(signed.as_bytes(), &secret, jsonwebtoken::Algorithm::HS256);
    let mac = mac.expect("an HMAC");
    let eddsa = b
        .good()
        .rsplit_once('.')
        .map(|(signed, _)| signed.to_owned())
        .expect("three parts");
    check(&[
        (
            "J2 HS256 with the public key's bytes",
            format!("{signed}.{mac}"),
            Refused::Malformed,
        ),
        (
            "J2 the same MAC under alg EdDSA",
            format!("{eddsa}.{mac}"),
            Refused::Malformed,
        ),
        (
            "J2 padded to the length of a signature",
            format!("{signed}.{mac}{mac}"),
            Refused::Malformed,
        ),
    ]);
}

#[test]
fn the_form_is_three_parts_of_canonical_base64url() {
    let b = Bench::new();
    let good = b.good();
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let (header, payload) = signed.split_once('.').expect("three parts");
    // 64 bytes leave four free bits in the 86th character: another spelling of the same signature.
    let last = signature.chars().next_back().expect("86 characters");
    let sibling = char::from(u8::try_from(last).expect("ASCII") + 1);
    let second_spelling = format!("{signed}.{}{sibling}", &signature[..85]);
    let json = format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#);
    let short = URL_SAFE_NO_PAD.encode([1; 63]);
    let der = URL_SAFE_NO_PAD.encode([0x30; 70]);
    check(&[
        ("J10 five parts", format!("{good}.AAAA.AAAA"), Refused::Malformed),
        ("J10 four parts", format!("{good}.AAAA"), Refused::Malformed),
        ("J10 two parts", signed.to_owned(), Refused::Malformed),
        ("J10 one part", header.to_owned(), Refused::Malformed),
        ("J10 nothing", String::new(), Refused::Malformed),
        ("J10 empty signature", format!("{signed}."), Refused::Malformed),
        ("J10 only dots", "..".to_owned(), Refused::Malformed),
        ("J11 JSON serialisation", json, Refused::Malformed),
        ("J12 padding", format!("{good}=="), Refused::Malformed),
        (
            "J12 padded header",
            format!("{header}=.{payload}.{signature}"),
            Refused::Malformed,
        ),
        ("J12 newline", format!("{good}\n"), Refused::Malformed),
        ("J12 leading space", format!(" {good}"), Refused::Malformed),
        (
            "J12 tab inside",
            format!("{header}.\t{payload}.{signature}"),
            Refused::Malformed,
        ),
        (
            "J12 last character not canonical",
            second_spelling,
            Refused::Malformed,
        ),
        (
            "J12 standard alphabet",
            format!("{header}.{payload}.+/{}", &signature[2..]),
            Refused::Malformed,
        ),
        (
            "J13 all zero",
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
            Refused::Signature,
        ),
        ("J13 63 bytes", format!("{signed}.{short}"), Refused::Malformed),
        ("J13 DER form", format!("{signed}.{der}"), Refused::Malformed),
    ]);
}

#[test]
fn a_signature_with_a_second_spelling_is_refused() {
    // S + L verifies under a careless check of the group equation (RFC 8032, 8.4).
    const ORDER_L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let good = Bench::new().good();
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).expect("our own signature");
    let mut carry = 0;
    for (byte, l) in bytes[32..].iter_mut().zip(ORDER_L) {
        let sum = u16::from(*byte) + u16::from(l) + carry;
        (*byte, carry) = ((sum & 0xff) as u8, sum >> 8);
    }
    check(&[(
        "J13 S plus the order",
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&bytes)),
        Refused::Signature,
    )]);
}

#[test]
fn issuer_subject_and_audience_are_compared_exactly() {
    let b = Bench::new();
    let c = |changes: &[(&str, &str)]| b.with_claims(changes);
    check(&[
        (
            "J16 iss an array",
            c(&[("iss", r#"["camille.martin"]"#)]),
            Refused::Claims,
        ),
        (
            "J16 iss with a slash",
            c(&[("iss", r#""camille.martin/""#)]),
            Refused::Principal,
        ),
        (
            "J16 iss in capitals",
            c(&[("iss", r#""Camille.Martin""#)]),
            Refused::Principal,
        ),
        ("J16 iss missing", c(&[("iss", "-")]), Refused::Claims),
        (
            "J16 iss of another",
            c(&[("iss", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        (
            "sub of another",
            c(&[("sub", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        ("sub missing", c(&[("sub", "-")]), Refused::Claims),
        (
            "both of another",
            c(&[("iss", r#""connector.caf-56""#), ("sub", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        ("J17 aud missing", c(&[("aud", "-")]), Refused::Claims),
        (
            "J17 aud an array of ours",
            c(&[("aud", r#"["declic-hub"]"#)]),
            Refused::Claims,
        ),
        (
            "J17 aud ours and another",
            c(&[("aud", r#"["declic-hub","x"]"#)]),
            Refused::Claims,
        ),
        (
            "J17 another service",
            c(&[("aud", r#""declic-console""#)]),
            Refused::Audience,
        ),
        (
            "J17 aud with a slash",
            c(&[("aud", r#""declic-hub/""#)]),
            Refused::Audience,
        ),
        (
            "J24 aud of a client, as in an id_token",
            c(&[("aud", r#""client-42""#)]),
            Refused::Audience,
        ),
        ("jti missing", c(&[("jti", "-")]), Refused::Claims),
        ("jti no UUID", c(&[("jti", r#""1""#)]), Refused::Claims),
        (
            "jti in capitals",
            c(&[("jti", &format!("\"{}\"", JTI.to_uppercase()))]),
            Refused::Claims,
        ),
        (
            "J23 sub doubled",
            c(&[("sub", r#""camille.martin","sub":"camille.martin""#)]),
            Refused::Claims,
        ),
        (
            "J23 exp doubled",
            c(&[("exp", "1795000300,\"exp\":9999999999")]),
            Refused::Claims,
        ),
        (
            "J23 a claim we do not read, doubled",
            c(&[("agency", r#""caf-56","agency":"caf-29""#)]),
            Refused::Claims,
        ),
        (
            "claims an array in the right order",
            b.signed(
                &b.header(),
                &format!(
                    r#"["{CAMILLE}","{CAMILLE}","{AUDIENCE}","{JTI}",{NOW_S},{NOW_S},{}]"#,
                    NOW_S + 300
                ),
            ),
            Refused::Claims,
        ),
        ("claims an array", b.signed(&b.header(), "[]"), Refused::Claims),
        ("claims no JSON", b.signed(&b.header(), "x"), Refused::Claims),
        (
            "claims no UTF-8",
            b.with_claims(&[("iss", "\"\u{fffd}\"")]),
            Refused::Principal,
        ),
    ]);
    b.verify(&c(&[("client_id", r#""declic-cli""#)]))
        .expect("a claim we do not read does no harm");
}

#[test]
fn times_are_whole_seconds_within_the_leeway_and_the_lifetime() {
    let b = Bench::new();
    let c = |changes: &[(&str, &str)]| b.with_claims(changes);
    let at = |offset: i64| (NOW_S + offset).to_string();
    let window = |iat: i64, nbf: i64, exp: i64| c(&[("iat", &at(iat)), ("nbf", &at(nbf)), ("exp", &at(exp))]);
    check(&[
        ("J19 exp missing", c(&[("exp", "-")]), Refused::Claims),
        (
            "J19 exp a string",
            c(&[("exp", "\"1795000300\"")]),
            Refused::Claims,
        ),
        ("J19 exp null", c(&[("exp", "null")]), Refused::Claims),
        ("J19 exp negative", c(&[("exp", "-1")]), Refused::Claims),
        ("J19 exp 1e18", c(&[("exp", "1e18")]), Refused::Claims),
        (
            "J19 exp 10^18",
            c(&[("exp", "1000000000000000000")]),
            Refused::Claims,
        ),
        (
            "J19 exp above 64 bits",
            c(&[("exp", "99999999999999999999")]),
            Refused::Claims,
        ),
        (
            "J19 exp with a fraction",
            c(&[("exp", "1795000300.5")]),
            Refused::Claims,
        ),
        (
            "J20 one second past the leeway",
            window(-300, -300, -31),
            Refused::Expired,
        ),
        (
            "J21 nbf beyond the leeway",
            window(0, 31, 300),
            Refused::NotYetValid,
        ),
        (
            "J21 nbf a string",
            c(&[("nbf", "\"1795000000\"")]),
            Refused::Claims,
        ),
        ("J21 nbf missing", c(&[("nbf", "-")]), Refused::Claims),
        ("J21 nbf after exp", window(0, 20, 10), Refused::Lifetime),
        ("J22 iat in an hour", window(3600, 0, 3900), Refused::NotYetValid),
        (
            "J22 iat beyond the leeway",
            window(31, 0, 300),
            Refused::NotYetValid,
        ),
        (
            "J22 lives for a year",
            window(0, 0, 31_536_000),
            Refused::Lifetime,
        ),
        (
            "J22 lives for 15 minutes and a second",
            window(0, 0, 901),
            Refused::Lifetime,
        ),
        ("J22 ends before it begins", window(20, 0, 10), Refused::Lifetime),
        ("iat missing", c(&[("iat", "-")]), Refused::Claims),
        ("iat true", c(&[("iat", "true")]), Refused::Claims),
    ]);
    for (name, token) in [
        ("J20 the last second of the leeway", window(-300, -300, -30)),
        ("J21 nbf within the leeway", window(0, 30, 300)),
        ("J22 iat within the leeway", window(30, 0, 300)),
        ("J22 exactly 15 minutes", window(0, 0, 900)),
    ] {
        b.verify(&token).expect(name);
    }
}

#[test]
fn a_token_of_8_kib_is_read_and_one_byte_more_is_not() {
    let b = Bench::new();
    let padded = |n: usize| b.with_claims(&[("pad", &format!("\"{}\"", "x".repeat(n)))]);
    let sizes = 1..MAX_TOKEN_BYTES;
    let fits = sizes
        .rev()
        .map(padded)
        .find(|token| token.len() <= MAX_TOKEN_BYTES)
        .expect("a size that fits");
    assert!(
        fits.len() > MAX_TOKEN_BYTES - 3,
        "as long as base64 lets it be: {}",
        fits.len()
    );
    b.verify(&fits).expect("within the cap");
    check(&[(
        "J35 over the cap",
        format!("{fits}{}", "A".repeat(MAX_TOKEN_BYTES + 1 - fits.len())),
        Refused::TooLong,
    )]);
}

#[test]
fn deep_json_neither_overflows_the_stack_nor_takes_its_time() {
    let b = Bench::new();
    let deep = "[".repeat(2_500) + &"]".repeat(2_500);
    let token = b.with_claims(&[("deep", &deep)]);
    assert!(token.len() < MAX_TOKEN_BYTES, "the cap is not what refuses it");
    let over_the_cap = "{\"a\":".repeat(10_000);
    check(&[
        (
            "J35 unclosed",
            b.with_claims(&[("deep", &"[".repeat(5_000))]),
            Refused::Claims,
        ),
        (
            "J35 10^4 nested objects",
            b.signed(&over_the_cap, &over_the_cap),
            Refused::TooLong,
        ),
        (
            "J35 nested header",
            b.with_header(&"[".repeat(5_000)),
            Refused::Header,
        ),
    ]);
    b.verify(&token).expect("ignored, as every claim we do not read");
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let b = Bench::new();
    let good = b.good();
    for position in 0..good.len() {
        for bit in 0..7 {
            let mut bytes = good.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let token = String::from_utf8(bytes).expect("seven bits stay ASCII");
            assert!(b.verify(&token).is_err(), "J36 byte {position}, bit {bit}");
        }
    }
}

#[test]
fn a_token_of_a_removed_key_is_refused() {
    let mut b = Bench::new();
    let good = b.good();
    b.keys.remove(&b.kid);
    assert_eq!(b.verify(&good).expect_err("nobody's key"), Refused::UnknownKey);
}

#[test]
fn refusals_say_nothing_of_the_token() {
    let b = Bench::new();
    let token = b.with_claims(&[("iss", r#""canary-4711""#)]);
    let refused = b.verify(&token).expect_err("another principal");
    assert_eq!(
        refused.to_string(),
        "the token speaks for somebody else than the owner of its key"
    );
    assert_eq!(format!("{refused:?}"), "Principal");
}
