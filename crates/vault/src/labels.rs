//! The labels of what is encrypted and derived here; no label is a prefix of another, and each is followed by 0x00.

pub const SECTION: &str = "declic.vault/section/v1";
pub const FIELD: &str = "declic.vault/field/v1";
pub const WRAPPED_KEY: &str = "declic.vault/wrapped-key/v1";
pub const TICKET_TAG_KEY: &str = "declic.vault/ticket-tag-key/v1";
pub const BLIND_KEY: &str = "declic.vault/blind-key/v1";
pub const PERSON_TAG: &str = "declic.vault/person-tag/v1";
pub const REFERENCE_TAG: &str = "declic.vault/reference-tag/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_is_a_prefix_of_another() {
        let all = [
            SECTION,
            FIELD,
            WRAPPED_KEY,
            TICKET_TAG_KEY,
            BLIND_KEY,
            PERSON_TAG,
            REFERENCE_TAG,
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                assert!(i == j || !b.starts_with(a), "{a} is a prefix of {b}");
            }
        }
    }
}
