//! Lists as the JSON that `json_each` and `jsonb_each` read.

use std::fmt::Write as _;

/// A list of texts.
pub(crate) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut list = String::new();
    push_texts(&mut list, texts);
    list
}

/// Adds a list of texts.
pub(crate) fn push_texts<'t>(json: &mut String, texts: impl IntoIterator<Item = &'t str>) {
    json.push('[');
    for (place, text) in texts.into_iter().enumerate() {
        if place > 0 {
            json.push(',');
        }
        push_text(json, text);
    }
    json.push(']');
}

/// Adds a text.
pub(crate) fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            control if control < ' ' => {
                // Writing into a text cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}

/// Bytes as a person compares them with a dump.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        assert_eq!(texts([]), "[]");
        assert_eq!(texts(["a", "b"]), r#"["a","b"]"#);
        assert_eq!(texts(["a\"b\\c\nd\u{1}é"]), "[\"a\\\"b\\\\c\\u000ad\\u0001é\"]");
        assert_eq!(hex(&[0, 0x7f, 0xff]), "007fff");
    }
}
