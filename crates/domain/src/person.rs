//! Whom a case is about. Every value here is personal: it is sealed before it is written, and never logged.

use std::fmt;

use jiff::civil::Date;

/// Whom a case is about.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Birth date.
    pub birth_date: Date,
    /// Identifier at the agency, for example an allocataire number.
    pub agency_identifier: Option<String>,
    /// Social-security number.
    pub nir: Option<Nir>,
}

impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Person(sealed)")
    }
}

/// Characters of a social-security number with its key.
const LONGEST: usize = 15;

/// A French social-security number (NIR), 13 characters and a key of 2 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Nir(String);

impl Nir {
    /// Takes 15 characters, spaces allowed. The key must be 97 minus the number modulo 97, where Corsica's 2A and 2B
    /// count as 19 and 18.
    pub fn parse(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if compact.len() != LONGEST || !compact.is_ascii() {
            return None;
        }
        let upper = compact.to_ascii_uppercase();
        let (body, key) = upper.split_at(13);
        let numeric = match &body[5..7] {
            "2A" => format!("{}19{}", &body[..5], &body[7..]),
            "2B" => format!("{}18{}", &body[..5], &body[7..]),
            _ => body.to_owned(),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(&numeric)
            || !is_digits(key)
            || !matches!(numeric.as_bytes()[0], b'1'..=b'4' | b'7' | b'8')
        {
            return None;
        }
        let number: u64 = numeric.parse().ok()?;
        let key: u64 = key.parse().ok()?;
        (97 - number % 97 == key).then_some(Self(upper))
    }

    /// Whether a text holds one, however it is written: in groups, behind words or between them, beside another number.
    pub fn is_in(text: &str) -> bool {
        // What belongs to numbers, and of each character whether it goes on with the one before it.
        let (mut number, mut goes_on) = (String::new(), Vec::new());
        let mut before = ' ';
        for letter in text.chars() {
            let is_of_corsica = before == '2' && matches!(letter, 'A' | 'B' | 'a' | 'b');
            if letter.is_ascii_digit() || is_of_corsica {
                goes_on.push(before.is_ascii_digit());
                number.push(letter);
            }
            before = letter;
        }
        let is_edge = |place: usize| goes_on.get(place).is_none_or(|goes_on| !goes_on);
        (0..number.len())
            .map(|begin| (begin, begin + LONGEST))
            .filter(|(begin, end)| is_edge(*begin) && is_edge(*end))
            .filter_map(|(begin, end)| number.get(begin..end))
            .any(|found| Self::parse(found).is_some())
    }

    /// The 15 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What others see: the first digit, then dots.
    pub fn masked(&self) -> String {
        format!("{} •• •• •• ••• ••• ••", &self.0[..1])
    }
}

impl fmt::Debug for Nir {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nir(sealed)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nir_needs_its_key_in_corsica_too() {
        // Month 99 does not exist: these numbers belong to nobody.
        for body in ["1849956178001", "2849920178001"] {
            let number: u64 = body.parse().expect("digits");
            let text = format!("{body}{:02}", 97 - number % 97);
            assert!(Nir::parse(&text).is_some());
            let wrong = format!("{body}{:02}", (97 - number % 97) % 97 + 1);
            assert!(Nir::parse(&wrong).is_none());
        }
        let number: u64 = "2849919178001".parse().expect("digits");
        assert!(Nir::parse(&format!("284992A178001{:02}", 97 - number % 97)).is_some());
        assert!(Nir::parse("").is_none());
        assert!(Nir::parse("é84995617800112").is_none());
    }

    #[test]
    fn a_nir_is_found_in_a_text_however_it_is_written() {
        for text in [
            "284135617801289",
            "2.84.13.56.178.012-89",
            "NIR 2 84 13 56 178 012 89",
            "NIR284135617801289",
            "n° 284135617801289",
            "1234567 / 284135617801289",
            "284135617801289 caf",
            "2 84 13 56 178 012 clé 89",
            "2 84 13 56 178 012 (89), Caf 1234567",
            "284132A178012 21",
        ] {
            assert!(Nir::is_in(text), "{text}");
        }
        for text in [
            "",
            "1234567",
            "284135617801290",
            "9284135617801289",
            "2841356178012",
        ] {
            assert!(!Nir::is_in(text), "{text}");
        }
    }

    #[test]
    fn nothing_personal_is_printed_for_debugging() {
        let person = Person {
            given_name: "Zoé".to_owned(),
            family_name: "Tanguy".to_owned(),
            birth_date: jiff::civil::date(1984, 7, 14),
            agency_identifier: None,
            nir: None,
        };
        assert_eq!(format!("{person:?}"), "Person(sealed)");
    }
}
