//! Forms that another site cannot send. Beside what browsers say of where a form comes from, each form of a sign-in carries a
//! token made of its secret, masked anew on each page, so that a compressed page tells nothing of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

const LEN: usize = 16;

/// The token of a sign-in under a mask.
pub fn token(secret: &str, mask: [u8; LEN]) -> String {
    let mut bytes = mask.to_vec();
    bytes.extend(proof(secret).iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether a form of this sign-in carried this token.
pub fn is_of(secret: &str, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let Some((mask, masked)) = bytes.split_at_checked(LEN) else {
        return false;
    };
    let found: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    masked.len() == LEN && bool::from(found.ct_eq(&proof(secret)))
}

fn proof(secret: &str) -> [u8; LEN] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(b"declic console form");
    let whole = mac.finalize().into_bytes();
    std::array::from_fn(|place| whole[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_belongs_to_its_sign_in_alone_and_looks_different_on_each_page() {
        let (first, second) = (token("secret", [1; LEN]), token("secret", [2; LEN]));
        assert_ne!(first, second);
        assert!(is_of("secret", &first) && is_of("secret", &second));
        for other in [
            "",
            "AAAA",
            &first[1..],
            &token("another", [1; LEN]),
            &format!("{first}AA"),
        ] {
            assert!(!is_of("secret", other), "{other}");
        }
    }
}
