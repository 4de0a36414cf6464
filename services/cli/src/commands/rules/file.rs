//! Reading a file of rules: whatever is in it, the reader is told what to do.

use std::io::Read as _;
use std::path::Path;

use declic_routing::{Fault, Ruleset};
use declic_words::Arg;
use serde_json::{Value, json};

use super::sentences;
use crate::failure::{Detail, Failure};
use crate::screen::{Manner, Screen};

/// Most characters of a line that are shown.
const MOST_SHOWN: usize = 100;

/// Reads a file of rules.
pub fn read(path: &Path, screen: &Screen) -> Result<Ruleset, Failure> {
    let manner = &screen.manner;
    let place = path.display().to_string();
    let file = text(path, &place, manner)?;
    Ruleset::parse(&file).map_err(|error| {
        let count = Arg::Number(i64::try_from(error.0.len()).unwrap_or(i64::MAX));
        let args = [("place", Arg::Text(&place)), ("count", count)];
        let mut failure = Failure::usage(manner.text("cli-rules-unread", &args));
        failure.details = error
            .0
            .iter()
            .map(|fault| finding(fault, &file, manner))
            .collect();
        failure
    })
}

/// The text of a file, which is UTF-8 and not longer than any ruleset.
fn text(path: &Path, place: &str, manner: &Manner) -> Result<String, Failure> {
    let most = u64::try_from(Ruleset::MOST_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::of_io(manner.lang, place, &error))?;
    let refused = |key: &str| {
        let problem = manner.text(key, &[]);
        let args = [("place", Arg::Text(place)), ("problem", Arg::Text(&problem))];
        Failure::usage(manner.text("cli-file", &args))
    };
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(refused("cli-rules-office"));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err(refused("cli-rules-utf16"));
    }
    if bytes.len() > Ruleset::MOST_BYTES {
        return Err(refused("cli-rules-too-long"));
    }
    String::from_utf8(bytes).map_err(|_| refused("cli-rules-not-utf8"))
}

/// A problem with the line it is on, and a mark below its place.
fn finding(fault: &Fault, file: &str, manner: &Manner) -> Detail {
    let sentence = sentences::fault(manner, fault);
    let line = file.trim_start_matches('\u{feff}').lines().nth(fault.line - 1);
    let line = line.unwrap_or_default();
    let number = fault.line.to_string();
    let margin = " ".repeat(number.len());
    // A long line is shown from near the place on.
    let from = fault.column.saturating_sub(MOST_SHOWN / 2 + 1);
    let from = if line.chars().count() <= MOST_SHOWN {
        0
    } else {
        from
    };
    let shown: String = line.chars().skip(from).take(MOST_SHOWN).collect();
    let shown = crate::screen::plain(&shown);
    let before = " ".repeat(fault.column - 1 - from);
    Detail::Finding {
        shown: format!("{sentence}\n      {number} | {shown}\n      {margin} | {before}^"),
        value: value(fault, &sentences::problem(manner, &fault.problem), line),
    }
}

/// A problem for programs.
fn value(fault: &Fault, message: &str, line: &str) -> Value {
    let mut value = json!({
        "code": fault.problem.code(),
        "line": fault.line,
        "column": fault.column,
        "text": line,
        "message": message,
    });
    if let declic_routing::Problem::Unknown {
        what,
        given,
        nearest,
        known,
        ..
    } = &fault.problem
    {
        value["what"] = json!(what.code());
        value["given"] = json!(given);
        value["nearest"] = if nearest.is_empty() {
            Value::Null
        } else {
            json!(nearest)
        };
        value["known"] = json!(known);
    }
    value
}
