//! What was typed into a form: kept as it came until the hub has it, with what is wrong beside each field.

use std::collections::{BTreeMap, BTreeSet};

use declic_words::Lang;
use declic_words::said;

/// Most bytes of a form: its texts are bounded by the hub, this keeps a page from being a weapon.
pub const LONGEST: usize = 256 * 1024;

/// Name of the field that carries the token of a sign-in.
pub const TOKEN: &str = "jeton";

/// Name of the field with the identifier of the intention.
pub const REQUEST: &str = "demande";

/// Name of the field that names the texts of which their writer was warned that they hold a social-security number.
pub const WARNED: &str = "nir_lu";

/// The fields of a form, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// A form as it is shown: what was typed, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Fields,
    problems: Vec<Problem>,
    /// What becomes of fields once their writer has read why.
    once_shown: Vec<(String, String)>,
}

/// What is wrong with one field, or with the form when the field is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the field.
    pub field: String,
    /// What to do about it.
    pub text: String,
}

impl Fields {
    /// Reads the body or the query of a request. Line ends become those of texts.
    pub fn read(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")))
                .collect(),
        )
    }

    /// The value of a field without the spaces around; empty when it did not come.
    pub fn get(&self, name: &str) -> &str {
        let mut found = self.0.iter().filter(|(field, _)| field == name);
        found.next_back().map_or("", |(_, value)| value.trim())
    }

    /// Whether a field came with this value, for choices.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0
            .iter()
            .any(|(field, given)| field == name && given == value)
    }

    /// Whether a field came at all, be it empty.
    pub fn came(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Gives a field a value in place of those it had.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(field, _)| field != name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// The fields to carry along in a page: all but the token, which belongs to one sign-in.
    pub fn carried(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(|(name, _)| name != TOKEN)
    }
}

impl Form {
    /// A form with what was typed.
    pub fn of(fields: Fields) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// What was typed into a field.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// Whether a choice was made.
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.fields.has(name, value)
    }

    /// Everything that was typed.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Notes what a field turned out to be.
    pub fn know(&mut self, name: &str, value: &str) {
        self.fields.set(name, value);
    }

    /// Notes what becomes of a field once a page says why: what nobody has read changes nothing of what is sent again.
    pub fn know_once_shown(&mut self, name: &str, value: impl Into<String>) {
        self.once_shown.push((name.to_owned(), value.into()));
    }

    /// A page says what is wrong.
    pub fn is_being_shown(&mut self) {
        for (name, value) in std::mem::take(&mut self.once_shown) {
            self.fields.set(&name, value);
        }
    }

    /// What is wrong with a field.
    pub fn problem(&self, name: &str) -> Option<&str> {
        let found = self.problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.text.as_str())
    }

    /// What is wrong with the whole form, in the order of its fields.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Adds what is wrong with a field, once.
    pub fn wrong(&mut self, field: &str, text: impl Into<String>) {
        if self.problem(field).is_none() {
            let (field, text) = (field.to_owned(), text.into());
            self.problems.push(Problem { field, text });
        }
    }

    /// Adds what the hub found wrong. `names` says which field of the form each field of the contract comes from; what comes
    /// from none is said above the form, by the name that people know it by. What is wrong with a ticket or a case, and not
    /// with a field, is said by the sentence of its reason.
    pub fn refused(&mut self, lang: Lang, violations: &[(String, String)], names: &[(&str, &str)]) {
        let names: BTreeMap<&str, &str> = names.iter().copied().collect();
        for (subject, problem) in violations {
            match names.get(subject.as_str()) {
                Some(field) => self.wrong(field, said::in_words(lang, problem)),
                None => {
                    if let Some(told) = said::beside_no_field(lang, subject, problem) {
                        self.wrong("", told);
                    }
                }
            }
        }
    }

    /// Warns, once, of each text that seems to hold a social-security number: a person who pastes one sends it to who may not
    /// have it. What is sent again as it is goes; of a text that held none meanwhile its writer is warned again.
    pub fn warn_of_nir(&mut self, is_text: impl Fn(&str) -> bool, warning: &str) {
        let warned: BTreeSet<String> = self.value(WARNED).split_whitespace().map(str::to_owned).collect();
        let texts = self.fields.carried().filter(|(name, _)| is_text(name));
        let found: BTreeSet<String> = texts
            .filter(|(_, value)| holds_nir(value))
            .map(|(name, _)| name.clone())
            .collect();
        for name in found.difference(&warned) {
            self.wrong(name, warning);
        }
        if found != warned {
            self.know_once_shown(WARNED, Vec::from_iter(found).join(" "));
        }
    }
}

/// Characters of a social-security number with its key.
const LONGEST_NIR: usize = 15;

/// Whether a text holds what looks like a social-security number: 13 digits or 15 with the key, in groups or not, the first
/// of them 1 to 4, 7 or 8, also beside another number. A person who pastes one is warned: it goes to who may have it by a
/// field of its own.
pub fn holds_nir(text: &str) -> bool {
    let is_between = |letter| {
        matches!(
            letter,
            ' ' | '.' | '-' | '/' | '_' | '\u{a0}' | '\u{2011}' | '\u{202f}'
        )
    };
    // Corsica writes 2A and 2B for its départements.
    let is_of_number = |letter: char| letter.is_ascii_digit() || matches!(letter, 'A' | 'B' | 'a' | 'b');
    let mut numbers = text.split(|letter| !is_of_number(letter) && !is_between(letter));
    numbers.any(|number| {
        let groups: Vec<&str> = number
            .split(is_between)
            .filter(|group| !group.is_empty())
            .collect();
        (0..groups.len()).any(|first| begins_with_nir(&groups[first..]))
    })
}

/// No further than the longest such number: a text is as long as its writer likes.
fn begins_with_nir(groups: &[&str]) -> bool {
    let mut joined = String::new();
    for group in groups {
        joined.push_str(group);
        if joined.len() > LONGEST_NIR {
            return false;
        }
        if is_nir(&joined) {
            return true;
        }
    }
    false
}

fn is_nir(number: &str) -> bool {
    let is_in_place = |(place, letter): (usize, char)| match letter {
        '0'..='9' => true,
        _ => place == 6 && number[..place].ends_with('2'),
    };
    matches!(number.len(), 13 | LONGEST_NIR)
        && number.starts_with(['1', '2', '3', '4', '7', '8'])
        && number.char_indices().all(is_in_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_typed() {
        let fields = Fields::read("nom=Le+Goff&texte=a%0D%0Ab%3Cb%3E&choix=1&choix=2&jeton=x".as_bytes());
        assert_eq!(fields.get("nom"), "Le Goff");
        assert_eq!(fields.get("texte"), "a\nb<b>");
        assert!(fields.has("choix", "1") && !fields.has("choix", "3"));
        assert_eq!(fields.get("absent"), "");
        assert!(fields.carried().all(|(name, _)| name != TOKEN));
        let broken = Fields::read(&[0xff, b'=', 0xfe, b'&', b'%', b'z']);
        assert_eq!(broken.carried().count(), 2);
    }

    #[test]
    fn a_social_security_number_is_noticed_however_it_is_written() {
        for text in [
            "1 84 13 75 123 456 78",
            "1 84 13 75 123 456 78 - 14/07/1984",
            "06 12 34 56 78 / 1 84 13 75 123 456 78",
            "1 84 13 2A 123 456 78",
            "son numéro est le 2841375123456.",
            "18413751234567 8",
            "1.84.13.2A.123.456",
            "1-84-12-75-123-456-78",
            "1/84/12/75/123/456",
            "2\u{202f}84\u{202f}07\u{2011}56\u{a0}178 012",
        ] {
            assert!(holds_nir(text), "{text}");
        }
        let long = "1 ".repeat(131_072);
        assert!(holds_nir(&long), "thirteen times 1 is a number");
        let long = "5 ".repeat(131_072);
        assert!(!holds_nir(&long), "as long as a form may be");
        for text in [
            "",
            "02 97 00 00 00",
            "allocataire 1234567",
            "le 14/10/2026, 2 appels",
            "5841375123456",
        ] {
            assert!(!holds_nir(text), "{text}");
        }
    }
}
