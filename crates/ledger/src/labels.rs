//! The domain labels: one table, so that bytes hashed or signed for one purpose can never pass for another.
//!
//! Each label is followed, where it is used, by one terminator byte (0x00 before a hash or a MAC, a line feed before
//! a signed text). No label is a prefix of another, which the test below asserts over [`ALL`].

/// Commitment of one section of an event.
pub const SECTION: &str = "declic.ledger/section/v1";
/// List of the section commitments of an event.
pub const SECTIONS: &str = "declic.ledger/sections/v1";
/// List of the digests of an event's stored ciphertext objects.
pub const CIPHERTEXTS: &str = "declic.ledger/ct/v1";
/// Signature of an agency's client over its command.
pub const ACTOR: &str = "declic.ledger/actor/v1";
/// Signature of the log over the promise to include a leaf.
pub const RECEIPT: &str = "declic.ledger/receipt/v1";
/// MAC of the token with which a stream resumes.
pub const RESUME_TOKEN: &str = "declic.hub/resume-token/v1";
/// MAC of the token with which a list continues.
pub const PAGE_TOKEN: &str = "declic.hub/page-token/v1";
/// HMAC of a request's content, kept beside its request id.
pub const IDEMPOTENCY: &str = "declic.hub/idempotency/v1";
/// MAC of an etag.
pub const ETAG: &str = "declic.hub/etag/v1";
/// Derivation of an agency's mailbox key, with which its recipient tags are made.
pub const MAILBOX_KEY: &str = "declic.hub/mailbox-key/v1";
/// Derivation of the key that signs the tokens of people who signed in.
pub const SIGN_IN_TOKEN: &str = "declic.hub/sign-in-token/v1";
/// Sealing of a sign-in that is under way at the identity provider.
pub const SIGN_IN_ATTEMPT: &str = "declic.hub/sign-in-attempt/v1";

/// Every label of this crate and of its callers.
pub const ALL: [&str; 12] = [
    SECTION,
    SECTIONS,
    CIPHERTEXTS,
    ACTOR,
    RECEIPT,
    RESUME_TOKEN,
    PAGE_TOKEN,
    IDEMPOTENCY,
    ETAG,
    MAILBOX_KEY,
    SIGN_IN_TOKEN,
    SIGN_IN_ATTEMPT,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_label_is_a_prefix_of_another() {
        for (i, a) in ALL.iter().enumerate() {
            for (j, b) in ALL.iter().enumerate() {
                assert!(i == j || !b.starts_with(a), "{a} is a prefix of {b}");
            }
        }
    }

    #[test]
    fn labels_are_ascii_and_hold_no_terminator() {
        for label in ALL {
            assert!(
                label.bytes().all(|b| b.is_ascii_graphic()),
                "{label} holds a byte that could be taken for a terminator"
            );
        }
    }
}
