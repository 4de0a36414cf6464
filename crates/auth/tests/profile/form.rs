//! Attacks through the form: parts, base64, signature bytes, size, depth.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{MAX_TOKEN_BYTES, Refused};

use super::{Bench, check};

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
    let nested = |times: usize| b.with_claims(&[("deep", &("[".repeat(times) + &"]".repeat(times)))]);
    let deep = nested(2_500);
    assert!(deep.len() < MAX_TOKEN_BYTES, "the cap is not what refuses it");
    let over_the_cap = "{\"a\":".repeat(10_000);
    check(&[
        (
            "J35 unclosed",
            b.with_claims(&[("deep", &"[".repeat(5_000))]),
            Refused::Claims,
        ),
        ("J35 nested within the cap", deep, Refused::Claims),
        ("J35 nested 127 times", nested(127), Refused::Claims),
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
    b.verify(&nested(126))
        .expect("ignored, as every claim we do not read");
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
