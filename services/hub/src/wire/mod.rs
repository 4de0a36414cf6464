//! The only place that names a wire type and a domain type together: what comes in is parsed here, once, and what goes
//! out is rendered here.

pub mod case;
pub mod case_command;
pub mod clock;
pub mod command;
pub mod directory;
pub mod enums;
pub mod explanation;
pub mod facts;
pub mod figures;
pub mod misroute;
pub mod rules;
pub mod ticket;
pub mod token;

use declic_domain::name::Malformed;
use declic_proto::v1::ErrorReason;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::status::{Error, Violation};

/// Bytes after which a page takes nothing more, whatever its size in rows: an answer holds 1 MiB at most, and the longest
/// thing a page is made of is well below the difference.
pub const FULL_PAGE_BYTES: usize = 512 * 1024;

/// Collects every wrong field of a request, so that all are told at once.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds one.
    pub fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Violation {
            field: field.into(),
            problem: problem.into(),
        });
    }

    /// Whether something is wrong with this field already.
    pub fn tells(&self, field: &str) -> bool {
        self.0.iter().any(|violation| violation.field == field)
    }

    /// The value, or the problem of its field.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, impl ToString>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem.to_string());
                None
            }
        }
    }

    /// A required text of 1 to `longest` characters.
    pub fn text(&mut self, field: &str, value: String, longest: usize) -> String {
        if value.trim().is_empty() {
            self.add(field, format!("is required: write 1 to {longest} characters"));
        }
        self.optional_text(field, value, longest)
    }

    /// A required text of 1 to `longest` characters on one line, as a name is.
    pub fn line(&mut self, field: &str, value: String, longest: usize) -> String {
        if value.contains(['\n', '\r', '\t']) {
            self.add(field, "goes on one line: take the line breaks and tabs out");
        }
        self.text(field, value, longest)
    }

    /// A text of at most `longest` characters, without control characters nor marks that turn the direction of writing,
    /// which make a text read otherwise than it is.
    pub fn optional_text(&mut self, field: &str, value: String, longest: usize) -> String {
        let length = value.chars().count();
        if length > longest {
            self.add(
                field,
                format!("has {length} characters, at most {longest} are taken: shorten it"),
            );
        }
        if value
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || turns_direction(c))
        {
            self.add(field, "holds control characters: type it again as plain text");
        }
        value
    }

    /// A required day.
    pub fn date(&mut self, field: &str, text: &str) -> Option<Date> {
        if text.is_empty() {
            self.add(field, "is required: give a day as 2026-11-22");
            return None;
        }
        self.optional_date(field, text)
    }

    /// A day, or nothing when empty.
    pub fn optional_date(&mut self, field: &str, text: &str) -> Option<Date> {
        if text.is_empty() {
            return None;
        }
        // jiff reads more forms of a day than one; a day is taken in the form it is given back in.
        let parsed = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        if parsed.is_none() {
            self.add(field, "is not a day of the calendar: write it as 2026-11-22");
        }
        parsed
    }

    /// A required enum value other than the unspecified one.
    pub fn required<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.add(field, "is required: choose one of the values of the contract");
        }
        value
    }

    /// A name, when the text is not empty.
    pub fn optional_name<T>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Malformed>,
    ) -> Option<T> {
        if text.is_empty() {
            None
        } else {
            self.take(field, parse(text))
        }
    }

    /// Fails when there is any.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(ErrorReason::FieldInvalid, self.0))
        }
    }

    /// The value when nothing is wrong. A missing value without a violation would be a fault of ours.
    pub fn finish_with<T>(self, value: Option<T>) -> Result<T, Error> {
        self.finish()?;
        value.ok_or_else(|| Error::internal(anyhow::anyhow!("a field was not parsed and not refused")))
    }
}

/// Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9, 2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A request id: a UUID written with hyphens.
pub fn request_id(violations: &mut Violations, text: &str) -> Option<[u8; 16]> {
    let parsed = (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
        .filter(|id| !id.is_nil());
    if parsed.is_none() {
        violations.add(
            "request_id",
            "is not a UUID: draw one per intention, and keep it for retries",
        );
    }
    parsed.map(Uuid::into_bytes)
}

/// Rows of a page: 1 to 200, 50 when not said.
pub fn page_size(violations: &mut Violations, size: i32) -> u32 {
    match u32::try_from(size) {
        Ok(0) => 50,
        Ok(size) if size <= 200 => size,
        _ => {
            violations.add("page_size", "goes from 1 to 200; 0 means 50");
            50
        }
    }
}

/// An instant on the wire.
pub fn timestamp(instant: Timestamp) -> prost_types::Timestamp {
    let nanos = instant.as_nanosecond();
    // Split downwards, so that nanos are never negative.
    let seconds = nanos.div_euclid(1_000_000_000);
    prost_types::Timestamp {
        seconds: i64::try_from(seconds).unwrap_or_default(),
        nanos: i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default(),
    }
}

/// An instant stored as microseconds, on the wire.
pub fn timestamp_us(micros: i64) -> prost_types::Timestamp {
    timestamp(Timestamp::from_microsecond(micros).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_plain_text() {
        let refused = |name: &str| {
            let mut violations = Violations::default();
            violations.line("name", name.to_owned(), 10);
            violations.finish().is_err()
        };
        for wrong in [
            "",
            " ",
            "a\nb",
            "a\tb",
            "a\u{1b}[31m",
            "a\u{202e}b",
            "a\u{2066}b",
            "abcdefghijk",
        ] {
            assert!(refused(wrong), "{wrong:?}");
        }
        for right in ["Zoé", "Le Goff", "O’Neil", "حسن"] {
            assert!(!refused(right), "{right}");
        }
    }

    #[test]
    fn a_day_is_taken_in_the_form_it_is_given_back_in() {
        let read = |text: &str| Violations::default().date("day", text);
        assert_eq!(read("2026-11-22"), Some(jiff::civil::date(2026, 11, 22)));
        for wrong in [
            "",
            "2026-02-30",
            "20261122T1",
            "20261122 1",
            "2026-11-2",
            "-2026-11-2",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
