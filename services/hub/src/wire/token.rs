//! Page and resume tokens: opaque, bound to who asks and to what was asked, and refused when anything differs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_proto::v1::ErrorReason;

use crate::secrets::Secrets;
use crate::status::Error;

const MAC_LEN: usize = 16;
/// No token of ours is longer; what is longer is not decoded.
const LONGEST: usize = 256;

/// Binds a page's position to the caller and the question.
pub fn page(secrets: &Secrets, caller: &str, question: &[u8], position: &[u8]) -> String {
    let mac = secrets.page_mac(&[caller.as_bytes(), question, position]);
    encode(&mac, position)
}

/// The position a page token holds; `None` for the empty token of a first page.
pub fn page_position<const N: usize>(
    secrets: &Secrets,
    caller: &str,
    question: &[u8],
    token: &str,
) -> Result<Option<[u8; N]>, Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let refused = || Error::Invalid(ErrorReason::PageTokenInvalid, Vec::new());
    let (mac, position) = decode(token).ok_or_else(refused)?;
    let expected = secrets.page_mac(&[caller.as_bytes(), question, &position]);
    if !equal(&expected, &mac) {
        return Err(refused());
    }
    position.try_into().map(Some).map_err(|_| refused())
}

/// Binds a mailbox number to the ledger's origin and the audience.
pub fn resume(secrets: &Secrets, origin: &str, audience: &str, number: u64) -> String {
    let number = number.to_be_bytes();
    let mac = secrets.resume_mac(&[origin.as_bytes(), audience.as_bytes(), &number]);
    encode(&mac, &number)
}

/// The number a resume token holds; 0 for the empty token of a beginning.
pub fn resume_number(secrets: &Secrets, origin: &str, audience: &str, token: &str) -> Result<u64, Error> {
    if token.is_empty() {
        return Ok(0);
    }
    let refused = || Error::Invalid(ErrorReason::ResumeTokenInvalid, Vec::new());
    let (mac, number) = decode(token).ok_or_else(refused)?;
    let expected = secrets.resume_mac(&[origin.as_bytes(), audience.as_bytes(), &number]);
    if !equal(&expected, &mac) {
        return Err(refused());
    }
    number.try_into().map(u64::from_be_bytes).map_err(|_| refused())
}

fn encode(mac: &[u8; 32], payload: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([&mac[..MAC_LEN], payload].concat())
}

fn decode(token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    if token.len() > LONGEST {
        return None;
    }
    let mut mac = URL_SAFE_NO_PAD.decode(token).ok()?;
    if mac.len() < MAC_LEN {
        return None;
    }
    let payload = mac.split_off(MAC_LEN);
    Some((mac, payload))
}

fn equal(expected: &[u8; 32], mac: &[u8]) -> bool {
    mac.len() == MAC_LEN
        && expected[..MAC_LEN]
            .iter()
            .zip(mac)
            .fold(0, |acc, (a, b)| acc | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets::from_master([7; 32])
    }

    #[test]
    fn a_page_token_serves_its_caller_and_question_only() {
        let token = page(&secrets(), "camille.martin", b"open", &[1, 2, 3, 4]);
        let read = |caller, question, token: &str| page_position::<4>(&secrets(), caller, question, token);
        assert_eq!(
            read("camille.martin", b"open", &token).expect("its own"),
            Some([1, 2, 3, 4])
        );
        assert!(read("yann.gallo", b"open", &token).is_err());
        assert!(read("camille.martin", b"ended", &token).is_err());
        assert!(read("camille.martin", b"open", "").expect("first page").is_none());
    }

    #[test]
    fn no_flipped_bit_of_a_resume_token_is_accepted() {
        let token = resume(&secrets(), "hub", "agencies/caf-56", 41);
        let read = |audience, token: &str| resume_number(&secrets(), "hub", audience, token);
        assert_eq!(read("agencies/caf-56", &token).expect("its own"), 41);
        assert!(read("agencies/msa-picardie", &token).is_err());
        let bytes = URL_SAFE_NO_PAD.decode(&token).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut wrong = bytes.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(read("agencies/caf-56", &URL_SAFE_NO_PAD.encode(&wrong)).is_err());
        }
        for wrong in ["AAAA", "é", "=", &token[1..], &"A".repeat(10_000)] {
            assert!(read("agencies/caf-56", wrong).is_err());
        }
    }
}
