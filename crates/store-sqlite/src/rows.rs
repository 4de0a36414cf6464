//! The rows that one statement takes together: a list for `jsonb_each`, and the bytes that the list points into.

use std::fmt::Write as _;

use crate::json;

/// One value of a row.
pub(crate) enum Value<'v> {
    Null,
    Number(i64),
    Text(&'v str),
    /// A list of texts.
    Texts(&'v [String]),
    /// A list of numbers.
    Numbers(&'v [i64]),
    /// Two values for the statement, from which byte and how many: `substr` of the bytes. Bytes in hexadecimal would be
    /// twice as long, and read digit by digit.
    Bytes(&'v [u8]),
    /// No bytes, in the place of those two values.
    NoBytes,
}

/// Rows, in the order in which they were pushed.
#[derive(Default)]
pub(crate) struct Rows {
    /// The list, without its end.
    list: String,
    bytes: Vec<u8>,
}

impl Rows {
    pub(crate) fn push<'v>(&mut self, row: impl IntoIterator<Item = Value<'v>>) {
        self.list.push_str(if self.list.is_empty() { "[[" } else { ",[" });
        for (place, value) in row.into_iter().enumerate() {
            if place > 0 {
                self.list.push(',');
            }
            self.value(&value);
        }
        self.list.push(']');
    }

    fn value(&mut self, value: &Value<'_>) {
        // Writing into a text cannot fail.
        match value {
            Value::Null => self.list.push_str("null"),
            Value::Number(number) => {
                let _ = write!(self.list, "{number}");
            }
            Value::Text(text) => json::push_text(&mut self.list, text),
            Value::Texts(texts) => json::push_texts(&mut self.list, texts.iter().map(String::as_str)),
            Value::Numbers(numbers) => {
                let _ = write!(self.list, "{numbers:?}");
            }
            Value::Bytes(bytes) => {
                let _ = write!(self.list, "{},{}", self.bytes.len() + 1, bytes.len());
                self.bytes.extend_from_slice(bytes);
            }
            Value::NoBytes => self.list.push_str("null,null"),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The two arguments.
    pub(crate) fn arguments(mut self) -> (String, Vec<u8>) {
        self.list.push_str(if self.list.is_empty() { "[]" } else { "]" });
        (self.list, self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_a_list_of_lists_with_their_bytes_beside_them() {
        assert_eq!(Rows::default().arguments(), ("[]".to_owned(), Vec::new()));
        let mut rows = Rows::default();
        rows.push([Value::Bytes(&[1, 2]), Value::Null, Value::Text("a\"b")]);
        rows.push([Value::NoBytes, Value::Number(-3), Value::Texts(&["c".to_owned()])]);
        rows.push([Value::Bytes(&[]), Value::Numbers(&[-1, 2]), Value::Bytes(&[3])]);
        let list = r#"[[1,2,null,"a\"b"],[null,null,-3,["c"]],[3,0,[-1, 2],3,1]]"#;
        assert_eq!(rows.arguments(), (list.to_owned(), vec![1, 2, 3]));
    }
}
