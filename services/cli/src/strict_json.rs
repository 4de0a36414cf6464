//! JSON from people, read strictly: a mistake is told with its line, its column, its place in the value, and what to
//! do. Nothing is guessed and nothing is ignored.

use std::io::Read;
use std::path::Path;

use declic_words::{Arg, Lang, text};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Longest file or line read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column, from 1.
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
    let value = T::deserialize(serde_path_to_error::Deserializer::new(
        &mut deserializer,
        &mut track,
    ));
    let mistake = |error: &serde_json::Error, path: String| Mistake {
        line: error.line(),
        column: error.column(),
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
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    if error.is_syntax() || error.is_eof() {
        return text(lang, "cli-json-malformed", &[("problem", Arg::Text(message))]);
    }
    let named = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        let (name, rest) = rest.strip_prefix('`')?.split_once('`')?;
        Some((
            name,
            rest.trim_start_matches(", expected ")
                .trim_start_matches("one of ")
                .replace('`', ""),
        ))
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
        .and_then(|rest| rest.split_once(", expected "));
    match wrong_type {
        Some((found, expected)) => {
            let expected = match expected {
                "a string" => text(lang, "cli-json-a-text", &[]),
                "a boolean" => "true, false".to_owned(),
                _ if expected.starts_with("struct ") => text(lang, "cli-json-an-object", &[]),
                _ => expected.to_owned(),
            };
            let found = found.split(' ').next().unwrap_or(found);
            let args = [("found", Arg::Text(found)), ("expected", Arg::Text(&expected))];
            text(lang, "cli-json-wrong-type", &args)
        }
        None => message.to_owned(),
    }
}

fn place_of(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |place| place + 1);
    (line, offset - start + 1)
}
