//! Attacks through the header: algorithm, key id, type, and members that would fetch or bring a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{MAX_TOKEN_BYTES, Refused};

use super::{Bench, check, claims};

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
