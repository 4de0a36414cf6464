//! JSON from people, read strictly: a mistake is told with its line, its column, its place in the value, and what to
//! do. Nothing is guessed and nothing is ignored.

use std::io::Read;
use std::path::Path;

use declic_words::{Arg, Lang, text};
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::one_form::OneForm;

/// Longest file or line read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column, in characters, both from 1; at most one character behind the end of their line.
    pub line: usize,
    pub column: usize,
    /// Place in the value (`facts.regime`); empty at the top.
    pub path: String,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl Mistake {
    pub fn to_text(&self, lang: Lang) -> String {
        let args = [
            ("line", Arg::Number(i64::try_from(self.line).unwrap_or(i64::MAX))),
            (
                "column",
                Arg::Number(i64::try_from(self.column).unwrap_or(i64::MAX)),
            ),
            ("path", Arg::Text(&self.path)),
            ("problem", Arg::Text(&self.problem)),
        ];
        let key = if self.path.is_empty() {
            "cli-json-mistake"
        } else {
            "cli-json-mistake-at"
        };
        text(lang, key, &args)
    }
}

/// Reads a file, or standard input when its name is `-`, up to [`MAX_BYTES`].
pub fn read_bytes(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    let place = path.display().to_string();
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let read = if place == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::of_io(lang, &place, &error))?;
    if bytes.len() > MAX_BYTES {
        return Err(Failure::usage(text(
            lang,
            "cli-too-large",
            &[("place", Arg::Text(&place))],
        )));
    }
    Ok(bytes)
}

/// Reads one value: every field known, every type right, nothing after it.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], lang: Lang) -> Result<T, Mistake> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let source = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = place_of(bytes, error.valid_up_to());
        Mistake {
            line,
            column,
            path: String::new(),
            problem: text(lang, "cli-json-utf8", &[]),
        }
    })?;
    let mut deserializer = serde_json::Deserializer::from_str(source);
    let mut track = serde_path_to_error::Track::new();
    let value = T::deserialize(OneForm(serde_path_to_error::Deserializer::new(
        &mut deserializer,
        &mut track,
    )));
    let mistake = |error: &serde_json::Error, path: String| Mistake {
        line: error.line().max(1),
        column: column_of(source, error),
        path,
        problem: explain(error, lang),
    };
    let value = value.map_err(|error| {
        // A place that has no name yet: the top, or a field whose name cannot be read.
        let path = track.path().to_string();
        let named = path != "." && !path.contains('?');
        mistake(&error, if named { path } else { String::new() })
    })?;
    deserializer
        .end()
        .map_err(|error| mistake(&error, String::new()))?;
    Ok(value)
}

/// serde's sentence in the reader's language. A form that is not known here is shown as it came.
fn explain(error: &serde_json::Error, lang: Lang) -> String {
    let whole = error.to_string();
    // From the end: a name may hold whatever its writer likes, this sentence too.
    let message = whole
        .rsplit_once(" at line ")
        .map_or(&*whole, |(message, _)| message);
    if error.is_syntax() || error.is_eof() {
        return syntax(message, lang);
    }
    let named = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?.strip_prefix('`')?;
        let (name, known) = rest
            .rsplit_once("`, expected ")
            .or_else(|| Some((rest.strip_suffix('`')?, "")))?;
        let known = known.trim_start_matches("one of ").replace(" or ", ", ");
        Some((name, known.replace('`', "")))
    };
    if let Some((field, known)) = named("unknown field ") {
        let args = [("field", Arg::Text(field)), ("known", Arg::Text(&known))];
        return text(lang, "cli-json-unknown-field", &args);
    }
    if let Some((word, known)) = named("unknown variant ") {
        let args = [("word", Arg::Text(word)), ("known", Arg::Text(&known))];
        return text(lang, "cli-json-unknown-word", &args);
    }
    if let Some((field, _)) = named("missing field ") {
        return text(lang, "cli-json-missing-field", &[("field", Arg::Text(field))]);
    }
    if let Some((field, _)) = named("duplicate field ") {
        return text(lang, "cli-json-duplicate-field", &[("field", Arg::Text(field))]);
    }
    let wrong_type = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    let wrong_value = message
        .strip_prefix("invalid value: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    match wrong_type {
        Some((found, expected)) => {
            let (found, expected) = (found_type(found, lang), expected_type(expected, lang));
            let args = [("found", Arg::Text(&found)), ("expected", Arg::Text(&expected))];
            text(lang, "cli-json-wrong-type", &args)
        }
        None => text(
            lang,
            "cli-json-problem",
            &[(
                "expected",
                Arg::Text(&expected_type(
                    wrong_value.map_or(message, |(_, expected)| expected),
                    lang,
                )),
            )],
        ),
    }
}

/// What keeps a text from being JSON.
fn syntax(message: &str, lang: Lang) -> String {
    let known = [
        ("trailing characters", "cli-json-trailing"),
        ("trailing comma", "cli-json-trailing-comma"),
        ("EOF while", "cli-json-unfinished"),
        ("expected value", "cli-json-expected-value"),
        ("expected ident", "cli-json-expected-value"),
        ("expected `,`", "cli-json-expected-comma"),
        ("expected `:`", "cli-json-expected-colon"),
        ("key must be a string", "cli-json-key"),
        ("invalid number", "cli-json-number"),
        ("number out of range", "cli-json-number"),
        ("invalid escape", "cli-json-escape"),
        ("lone leading surrogate", "cli-json-escape"),
        ("unexpected end of hex escape", "cli-json-escape"),
        ("invalid unicode code point", "cli-json-escape"),
        ("control character", "cli-json-escape"),
        ("recursion limit", "cli-json-too-deep"),
    ];
    let key = known.iter().find(|(start, _)| message.starts_with(start));
    match key {
        Some((_, key)) => text(lang, key, &[]),
        None => text(lang, "cli-json-malformed", &[("problem", Arg::Text(message))]),
    }
}

/// serde's word for what stands there.
fn found_type(found: &str, lang: Lang) -> String {
    let key = match found.split(' ').next().unwrap_or(found) {
        "string" | "character" => "cli-json-found-text",
        "integer" | "floating" | "number" => "cli-json-found-number",
        "boolean" => "cli-json-found-boolean",
        "null" | "unit" => "cli-json-found-null",
        "sequence" | "array" => "cli-json-found-list",
        "map" | "object" => "cli-json-found-object",
        _ => return found.to_owned(),
    };
    text(lang, key, &[])
}

/// serde's word for what should stand there.
fn expected_type(expected: &str, lang: Lang) -> String {
    let key = match expected {
        "a string" | "string" | "string or map" | "variant identifier" => "cli-json-a-text",
        "a string or a whole number" => "cli-json-text-or-whole-number",
        "i64" | "u64" | "u32" => "cli-json-a-whole-number",
        "a boolean" => return "true, false".to_owned(),
        _ if expected.starts_with("struct ") => "cli-json-an-object",
        _ => return expected.to_owned(),
    };
    text(lang, key, &[])
}

/// The column of an error: serde_json counts bytes from 1, and 0 before the first one.
fn column_of(source: &str, error: &serde_json::Error) -> usize {
    let line = source.split('\n').nth(error.line().saturating_sub(1));
    let starts = line.unwrap_or_default().char_indices();
    starts.take_while(|(at, _)| *at < error.column()).count().max(1)
}

fn place_of(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let (line, start) = before.split('\n').enumerate().last().unwrap_or_default();
    (line + 1, start.chars().count() + 1)
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::TestCaseError;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Value {
        name: String,
        count: Option<u32>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
        Two,
    }

    /// What is promised of any bytes: a mistake that has a place and is told, or a value that can be written again.
    pub fn one_meaning_or_a_mistake<T: DeserializeOwned + Serialize>(
        bytes: &[u8],
    ) -> Result<Option<T>, TestCaseError> {
        let written = |value: &T| serde_json::to_vec(value).expect("it came from JSON");
        let (fr, en) = (parse::<T>(bytes, Lang::Fr), parse::<T>(bytes, Lang::En));
        match (fr, en) {
            (Err(fr), Err(en)) => {
                let place = (fr.line, fr.column, &fr.path);
                prop_assert_eq!(place, (en.line, en.column, &en.path));
                prop_assert!(!fr.problem.is_empty() && fr.problem != en.problem, "{:?}", fr);
                let shown = String::from_utf8_lossy(bytes);
                let line = shown.split('\n').nth(fr.line.wrapping_sub(1));
                let inside = line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&fr.column));
                prop_assert!(inside, "{:?}", fr);
                for english in ["expected", "EOF", "limit", "surrogate", "invalid", "escape"] {
                    let theirs = fr.problem.contains(english) && !shown.contains(english);
                    prop_assert!(!theirs, "{}", fr.problem);
                }
                Ok(None)
            }
            (Ok(value), Ok(_)) => {
                let canonical = written(&value);
                let again = parse::<T>(&canonical, Lang::Fr);
                prop_assert_eq!(again.map(|value| written(&value)), Ok(canonical));
                Ok(Some(value))
            }
            _ => Err(TestCaseError::fail("French and English do not agree")),
        }
    }

    #[test]
    fn whatever_is_written_is_a_mistake_with_its_place_or_has_one_meaning() {
        let examples: [&[u8]; 3] = [
            br#"{"name":"a","count":7,"word":"one"}"#,
            "{\n  \"name\": \"Éloïse \\u00e9 \\ud83d\\ude00\",\n  \"count\": null\n}\n".as_bytes(),
            b"\xef\xbb\xbf{\r\n\"name\": \"\"\r\n}",
        ];
        crate::hostile::each(&examples, |bytes| {
            one_meaning_or_a_mistake::<Value>(bytes).map(|_| ())
        });
    }

    #[test]
    fn a_value_is_written_in_one_form() {
        let rows = [
            (r#"["a",1,"one"]"#, "une liste"),
            (r#"{"name":"a","word":{"one":null}}"#, "un objet"),
            (r#"{"name":"a","word":["one"]}"#, "une liste"),
        ];
        for (source, found) in rows {
            let mistake = parse::<Value>(source.as_bytes(), Lang::Fr).expect_err("another form");
            assert!(mistake.problem.contains(found), "{mistake:?}");
        }
    }

    #[test]
    fn a_name_that_imitates_the_machine_is_told_as_it_is() {
        for name in [
            "a`b",
            "a`, expected `b",
            "a at line 9 column 9",
            "`",
            "",
            "duplicate field `a`",
        ] {
            let source = serde_json::json!({ name: 1 }).to_string();
            let mistake = parse::<Value>(source.as_bytes(), Lang::En).expect_err("no such field");
            assert!(
                mistake
                    .problem
                    .starts_with(&format!("unknown field “{name}”; known")),
                "{mistake:?}"
            );
        }
    }

    #[test]
    fn a_column_counts_characters() {
        let accents = "{\n\"name\": \"ééé\", \"word\": \"x\"}".as_bytes();
        let mistake = parse::<Value>(accents, Lang::Fr).expect_err("no such word");
        assert_eq!((mistake.line, mistake.column), (2, 26), "{mistake:?}");
        let bytes = [b"{\"name\": \"", "é".as_bytes(), b"\xff"].concat();
        let mistake = parse::<Value>(&bytes, Lang::Fr).expect_err("no text");
        assert_eq!((mistake.line, mistake.column), (1, 12), "{mistake:?}");
    }

    #[test]
    fn what_people_get_wrong_is_told_in_french_without_a_word_of_the_machine() {
        let rows = [
            (r#"{"name":1}"#, "mauvais type (un nombre)"),
            (r#"{"name":["a"]}"#, "mauvais type (une liste)"),
            (r#"{"name":"a","count":"b"}"#, "attendu\u{a0}: un nombre entier"),
            (
                r#"{"name":"a","word":3}"#,
                "attendu\u{a0}: un texte entre guillemets",
            ),
            (
                r#"{"name":"a","word":"three"}"#,
                "valeurs possibles\u{a0}: one, two",
            ),
            (r#"{"name":"a"} b"#, "quelque chose suit"),
            (r#"{"name":"a""#, "s’arrête avant la fin"),
            (r#"{"name":"a",}"#, "virgule de trop"),
            (r#"{"name" "a"}"#, "deux-points"),
            (r#"{name:"a"}"#, "entre guillemets"),
            (r#"{"name":}"#, "il faut ici une valeur"),
            (r#"{"name":"a" "count":1}"#, "il manque une virgule"),
            (r#"{"count":1}"#, "il manque le champ «\u{a0}name\u{a0}»"),
            (r#"{"name":"a","name":"b"}"#, "est écrit deux fois"),
        ];
        for (source, said) in rows {
            let mistake = parse::<Value>(source.as_bytes(), Lang::Fr).expect_err("a mistake");
            let told = mistake.to_text(Lang::Fr);
            assert!(told.contains(said), "{source}: {told}");
            for english in ["expected", "EOF", "trailing", "integer", "string", " or "] {
                assert!(!told.contains(english), "{source}: {told}");
            }
        }
    }
}
