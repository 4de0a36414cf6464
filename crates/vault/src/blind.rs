//! Blind indexes: exact search by name and birth date, or by a reference, over sealed persons.
//!
//! A tag is an HMAC under a key of its audience (an organisation, an agency, the nation's duplicate queue): two
//! audiences cannot compare their tags, and whoever steals the tags learns who has the same ones and nothing else.
//! There are no prefixes and no fuzzy matches.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

use crate::labels;
use crate::seal::hkdf;

/// A tag to store and to look for.
pub type Tag = [u8; 16];

/// The key of one audience's tags. Not printed, wiped when dropped.
#[derive(Clone)]
pub struct BlindKey(Zeroizing<[u8; 32]>);

/// A name as it is compared: unaccented, lower case, words separated by one space.
#[derive(Clone, PartialEq, Eq)]
pub struct NormalisedName(Zeroizing<String>);

impl BlindKey {
    /// The key of an audience such as `organisations/ccas-vannes`, `agencies/caf-56` or `national`.
    #[must_use]
    pub fn derive(master: &[u8; 32], audience: &str) -> Self {
        Self(hkdf(
            master,
            &[labels::BLIND_KEY.as_bytes(), &[0], audience.as_bytes()].concat(),
        ))
    }

    /// Tag of a person: family name, given name, and birth date as the caller always writes it (`1957-03-09`).
    #[must_use]
    pub fn person_tag(&self, family: &NormalisedName, given: &NormalisedName, birth_date: &str) -> Tag {
        self.tag(labels::PERSON_TAG, &[&family.0, &given.0, birth_date])
    }

    /// Tag of a reference such as a beneficiary's number, compared by its letters and digits only.
    #[must_use]
    pub fn reference_tag(&self, reference: &str) -> Tag {
        let letters = reference
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase);
        self.tag(
            labels::REFERENCE_TAG,
            &[&Zeroizing::new(letters.collect::<String>())],
        )
    }

    fn tag(&self, label: &str, fields: &[&str]) -> Tag {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_ref()).expect("HMAC takes a key of any length");
        mac.update(label.as_bytes());
        mac.update(&[0]);
        for field in fields {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|i| full[i])
    }
}

impl std::fmt::Debug for BlindKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BlindKey").finish_non_exhaustive()
    }
}

impl NormalisedName {
    /// Folds accents, ligatures and case; every run of anything else than letters and digits (hyphens, apostrophes,
    /// spaces) becomes one space.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut folded = Zeroizing::new(String::with_capacity(name.len()));
        let letters = name
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase);
        for c in letters {
            match c {
                'œ' => folded.push_str("oe"),
                'æ' => folded.push_str("ae"),
                'ß' => folded.push_str("ss"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'ı' => folded.push('i'),
                c if is_combining_mark(c) => {}
                c if c.is_alphanumeric() => folded.push(c),
                _ if folded.is_empty() || folded.ends_with(' ') => {}
                _ => folded.push(' '),
            }
        }
        let end = folded.trim_end().len();
        folded.truncate(end);
        Self(folded)
    }

    /// The folded name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when nothing was left to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
