//! Whether a file is written as TOML is: each place that is not, by what a person would do about it.

use std::ops::Range;

use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, Error};

/// What is wrong with how a line is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Syntax {
    /// A text whose last quote is missing.
    #[error("this text has no closing quote: end it with \"")]
    OpenQuote,
    /// A text without quotes.
    #[error("{0:?} stands without quotes: write \"{0}\"")]
    NoQuotes(String),
    /// Quotes of a word processor.
    #[error("these quotes are not those of a rule: write a straight \" at both ends")]
    CurlyQuotes,
    /// Nothing after the equals sign.
    #[error("nothing follows the equals sign: write a value, or take the line out")]
    NoValue,
    /// No equals sign where one belongs.
    #[error("an equals sign is missing: a line is written as word = value, and a comment begins with #")]
    NoEquals,
    /// Two equals signs.
    #[error("write one equals sign, not two")]
    TwoEquals,
    /// The name of a table without its bracket.
    #[error("a square bracket is missing: write [benefit.RSA], or [[rule]] with two")]
    OpenHeader,
    /// A list without its bracket.
    #[error("this list is not closed: end it with ]")]
    OpenList,
    /// Braces that are not closed.
    #[error("these braces are not closed: end them with }}")]
    OpenBraces,
    /// A comma that is missing.
    #[error("a comma is missing between two values")]
    NoComma,
    /// A comma too many.
    #[error("a comma too many: take it out")]
    TwoCommas,
    /// More on a line than one value.
    #[error("something follows the value: one value a line; a quote within a text is written \\\"")]
    Rest,
    /// The same word, or the same table, twice.
    #[error("{0:?} is already written above: keep one of the two")]
    Twice(String),
    /// No day of the calendar, or one written otherwise.
    #[error("this is no day as the file writes them: 2026-12-31, year, month, day, without quotes")]
    Day,
    /// A backslash in a text.
    #[error("a backslash is written twice in a text: \\\\")]
    Backslash,
    /// A word before the equals sign with something else than letters and digits.
    #[error("{0:?} does not belong there: a line is written as word = value, and a comment begins with #")]
    Name(String),
    /// A number written otherwise.
    #[error("a number is written with digits alone: 40")]
    Number,
    /// Neither true nor false.
    #[error("write true or false, in small letters")]
    TrueFalse,
    /// A character that no text holds.
    #[error("an invisible character stands here: take it out")]
    Character,
    /// Anything else.
    #[error("this line is not understood: compare it with its neighbours")]
    Other,
}

impl Syntax {
    /// One of each, for whoever has words for all of them.
    pub const ALL: [fn() -> Syntax; 20] = [
        || Syntax::OpenQuote,
        || Syntax::NoQuotes("caf".to_owned()),
        || Syntax::CurlyQuotes,
        || Syntax::NoValue,
        || Syntax::NoEquals,
        || Syntax::TwoEquals,
        || Syntax::OpenHeader,
        || Syntax::OpenList,
        || Syntax::OpenBraces,
        || Syntax::NoComma,
        || Syntax::TwoCommas,
        || Syntax::Rest,
        || Syntax::Twice("rank".to_owned()),
        || Syntax::Day,
        || Syntax::Backslash,
        || Syntax::Name(":".to_owned()),
        || Syntax::Number,
        || Syntax::TrueFalse,
        || Syntax::Character,
        || Syntax::Other,
    ];

    /// Stable code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Syntax::OpenQuote => "OPEN_QUOTE",
            Syntax::NoQuotes(_) => "NO_QUOTES",
            Syntax::CurlyQuotes => "CURLY_QUOTES",
            Syntax::NoValue => "NO_VALUE",
            Syntax::NoEquals => "NO_EQUALS",
            Syntax::TwoEquals => "TWO_EQUALS",
            Syntax::OpenHeader => "OPEN_HEADER",
            Syntax::OpenList => "OPEN_LIST",
            Syntax::OpenBraces => "OPEN_BRACES",
            Syntax::NoComma => "NO_COMMA",
            Syntax::TwoCommas => "TWO_COMMAS",
            Syntax::Rest => "REST",
            Syntax::Twice(_) => "TWICE",
            Syntax::Day => "DAY_SYNTAX",
            Syntax::Backslash => "BACKSLASH",
            Syntax::Name(_) => "NAME",
            Syntax::Number => "NUMBER",
            Syntax::TrueFalse => "TRUE_FALSE",
            Syntax::Character => "CHARACTER",
            Syntax::Other => "SYNTAX",
        }
    }

    /// The word it is about, if any.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        match self {
            Syntax::NoQuotes(given) | Syntax::Twice(given) | Syntax::Name(given) => Some(given),
            _ => None,
        }
    }
}

/// The file as a table, or every place at which it is not written as TOML, at most `most`, one a line.
pub(super) fn parse(text: &str, most: usize) -> Result<Spanned<DeTable<'_>>, Vec<(usize, Syntax)>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table);
    }
    let mut found = Vec::new();
    let mut rest = text.to_owned();
    let mut errors = errors;
    // What is open to the end of the file swallows the tables that follow: they are read again without it.
    while found.len() < most {
        errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
        let Some((at, swallowing)) = swallows(&rest, &errors) else {
            found.extend(errors.iter().map(|error| told(&rest, error)));
            break;
        };
        let before = errors.iter().map(|error| told(&rest, error));
        found.extend(before.take_while(|(place, _)| *place < at));
        found.push((at, swallowing));
        let Some(next) = next_header(&rest, at) else { break };
        rest = blank(&rest[..next]) + &rest[next..];
        errors = DeTable::parse_recoverable(&rest).1;
    }
    let mut lines = std::collections::BTreeSet::new();
    found.retain(|(at, _)| lines.insert(text[..*at].matches('\n').count()));
    found.truncate(most);
    Err(found)
}

/// Where what is open to the end of the file should have ended.
fn swallows(text: &str, errors: &[Error]) -> Option<(usize, Syntax)> {
    let start = |error: &Error| error.span().map_or(0, |span| span.start);
    let of = |begins: &str| errors.iter().find(|error| error.message().starts_with(begins));
    let list = of("unclosed array,").map(|_| Syntax::OpenList);
    if let Some(open) = list.or_else(|| of("unclosed inline table").map(|_| Syntax::OpenBraces)) {
        let first = errors.iter().find(|error| {
            let message = error.message();
            message.starts_with("missing comma between") || message.starts_with("unclosed")
        });
        // The next line is not where it is missing.
        let end = |error: &Error| text[..floor(text, start(error))].trim_end().len();
        return first.map(|error| (end(error), open));
    }
    let texts = of("invalid multi-line")?;
    let opened = text.rfind("\"\"\"").max(text.rfind("'''"));
    Some((opened.unwrap_or(start(texts)), Syntax::OpenQuote))
}

/// Where the next table begins, on a line after a place.
fn next_header(text: &str, after: usize) -> Option<usize> {
    let found = text[after..].match_indices("\n[").map(|(at, _)| after + at + 1);
    found.into_iter().next()
}

/// As many bytes and lines, without a word.
fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}

fn told(text: &str, error: &Error) -> (usize, Syntax) {
    let span = error.span().unwrap_or(0..0);
    (floor(text, span.start), kind(text, &span, error.message()))
}

/// The kind of an error, by the first words of the library's sentence: the tests of this module try each.
fn kind(text: &str, span: &Range<usize>, message: &str) -> Syntax {
    let given = text.get(span.clone()).unwrap_or_default();
    let is = |beginnings: &[&str]| beginnings.iter().any(|begins| message.starts_with(begins));
    if is(&["string values must be quoted", "missing opening quote"]) {
        return unquoted(given);
    }
    if is(&[
        "invalid basic string",
        "invalid literal string",
        "invalid multi-line",
    ]) {
        return match given {
            "" => Syntax::OpenQuote,
            _ => Syntax::Character,
        };
    }
    let kinds: [(&[&str], Syntax); 12] = [
        (&["missing value"], Syntax::NoValue),
        (
            &[
                "key with no value",
                "missing assignment",
                "missing key for",
                "invalid key-value",
            ],
            Syntax::NoEquals,
        ),
        (&["extra `=`", "extra assignment"], Syntax::TwoEquals),
        (
            &["unclosed table", "unclosed array table", "missing table open"],
            Syntax::OpenHeader,
        ),
        (&["missing comma"], Syntax::NoComma),
        (&["extra comma"], Syntax::TwoCommas),
        (&["unexpected key or value", "unexpected content"], Syntax::Rest),
        (&["duplicate key"], Syntax::Twice(shortened(given))),
        (&["invalid date", "invalid time", "invalid year"], Syntax::Day),
        (
            &["missing escaped value", "too few unicode", "invalid value"],
            Syntax::Backslash,
        ),
        (
            &["invalid unquoted key", "unquoted keys"],
            Syntax::Name(shortened(given)),
        ),
        (&["invalid boolean"], Syntax::TrueFalse),
    ];
    let found = kinds.into_iter().find(|(beginnings, _)| is(beginnings));
    let numbers = [
        "unexpected leading zero",
        "redundant",
        "integers with",
        "radix",
        "`_` may",
        "invalid integer",
        "invalid float",
        "unexpected sign",
        "number too",
    ];
    match found {
        Some((_, kind)) => kind,
        None if is(&numbers) => Syntax::Number,
        None if is(&["invalid comment character", "carriage return"]) => Syntax::Character,
        None => Syntax::Other,
    }
}

/// A value that is neither a text nor anything else.
fn unquoted(given: &str) -> Syntax {
    let day = |c: char| c.is_ascii_digit() || matches!(c, '/' | '-' | '.');
    match given.trim() {
        "" => Syntax::NoValue,
        word if word.starts_with(['“', '”', '«', '‘', '’']) => Syntax::CurlyQuotes,
        word if word.chars().all(|c| c.is_ascii_digit() || c == ';') => Syntax::Number,
        word if word.chars().all(day) || ends_with_year(word) => Syntax::Day,
        word => Syntax::NoQuotes(shortened(word.trim_end_matches('"'))),
    }
}

/// "31 décembre 2026".
fn ends_with_year(word: &str) -> bool {
    let is_number = |part: &str| part.parse::<u16>().is_ok();
    let parts: Vec<&str> = word.split_whitespace().collect();
    matches!(&parts[..], [day, _, year] if is_number(day.trim_end_matches("er")) && is_number(year))
}

fn shortened(word: &str) -> String {
    word.chars().take(60).collect()
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a text, each with its line and column.
    fn found(text: &str) -> Vec<(usize, usize, Syntax)> {
        let told = parse(text, 100).expect_err("it is not written well");
        let place = |at| super::super::problem::place(text, at);
        told.into_iter()
            .map(|(at, kind)| (place(at).0, place(at).1, kind))
            .collect()
    }

    #[test]
    fn each_way_of_writing_wrong_has_its_own_sentence() {
        let given = |word: &str| word.to_owned();
        let cases = [
            ("a = \"Caf\nb = 3\n", (1, 9, Syntax::OpenQuote)),
            ("a = Caf du\n", (1, 5, Syntax::NoQuotes(given("Caf du")))),
            ("a = “Caf”\n", (1, 5, Syntax::CurlyQuotes)),
            ("a = « Caf »\n", (1, 5, Syntax::CurlyQuotes)),
            ("a = \n", (1, 5, Syntax::NoValue)),
            ("a\n", (1, 2, Syntax::NoEquals)),
            ("ceci est une phrase\n", (1, 6, Syntax::NoEquals)),
            ("a == 3\n", (1, 4, Syntax::TwoEquals)),
            ("[rule\n", (1, 6, Syntax::OpenHeader)),
            ("[[rule]\n", (1, 8, Syntax::OpenHeader)),
            ("[[rule\n", (1, 7, Syntax::OpenHeader)),
            ("a = [\"b\", \"c\"\n", (1, 14, Syntax::OpenList)),
            ("a = { b = \"c\"\n", (1, 14, Syntax::OpenBraces)),
            ("a = [\"b\" \"c\"]\n", (1, 10, Syntax::NoComma)),
            ("a = { b = \"x\" c = 2 }\n", (1, 15, Syntax::NoComma)),
            ("a = { b 1 }\n", (1, 9, Syntax::NoEquals)),
            ("a = [\"b\",, \"c\"]\n", (1, 10, Syntax::TwoCommas)),
            ("a = \"b\" c\n", (1, 9, Syntax::Rest)),
            ("a = \"dit \"oui\" ici\"\n", (1, 11, Syntax::Rest)),
            ("a = 1\na = 2\n", (2, 1, Syntax::Twice(given("a")))),
            ("[a.b]\n[a.b]\n", (2, 4, Syntax::Twice(given("b")))),
            ("until = 31/12/2026\n", (1, 9, Syntax::Day)),
            ("until = 31 décembre 2026\n", (1, 9, Syntax::Day)),
            ("until = 1er janvier 2027\n", (1, 9, Syntax::Day)),
            ("until = 2026-02-30\n", (1, 9, Syntax::Day)),
            ("until = 2026-1-1\n", (1, 9, Syntax::Day)),
            ("a = \"C:\\dossiers\"\n", (1, 9, Syntax::Backslash)),
            ("// a\n", (1, 1, Syntax::Name(given("//")))),
            ("rank: 40\n", (1, 5, Syntax::Name(given(":")))),
            ("bénéfice = 1\n", (1, 2, Syntax::Name(given("é")))),
            ("rank = 040\n", (1, 8, Syntax::Number)),
            ("rank = 40;\n", (1, 8, Syntax::Number)),
            ("triage = True\n", (1, 10, Syntax::TrueFalse)),
            ("a = \"x\u{1}y\"\n", (1, 7, Syntax::Character)),
        ];
        for (text, wanted) in cases {
            assert_eq!(found(text).first(), Some(&wanted), "{text}");
        }
    }

    #[test]
    fn all_lines_that_are_wrong_are_told_and_each_once() {
        let text = "a = Caf\nb = \"x\nc = 1\nd == 2\n[[rule]]\nbody = caf\n[[rule]]\nuntil = 31/12/2026\n";
        let lines: Vec<usize> = found(text).iter().map(|(line, ..)| *line).collect();
        assert_eq!(lines, [1, 2, 4, 6, 8]);
    }

    #[test]
    fn a_list_left_open_does_not_hide_the_tables_behind_it() {
        let text = "a = \"x\" y\nwhen = { regime = [\"general\", \"other\" }\nb = 1\n\n[[rule]]\nc = Caf\nd = 2\n\n[[rule]]\ne = [\"x\"\n";
        let told = found(text);
        let wanted = [
            (1, 9, Syntax::Rest),
            (2, 38, Syntax::OpenList),
            (6, 5, Syntax::NoQuotes("Caf".to_owned())),
            (10, 9, Syntax::OpenList),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn no_more_is_told_than_asked_for() {
        let text = "a = b\n".repeat(500) + &"x = [\n[y]\n".repeat(500);
        assert_eq!(parse(&text, 100).expect_err("all of it is wrong").len(), 100);
    }

    #[test]
    fn each_kind_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<_> = Syntax::ALL.iter().map(|kind| kind().code()).collect();
        assert_eq!(codes.len(), Syntax::ALL.len());
    }
}
