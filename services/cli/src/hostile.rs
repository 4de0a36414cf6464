//! What strangers write in the place of a file that can be read: its mutations, and bytes of any kind.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::strict_json::MAX_BYTES;

/// Mutants of each promise. `PROPTEST_CASES` does not change it: look for longer with a larger number here.
const CASES: u32 = 600;

/// Holds a promise on the examples, on their mutants and on any bytes; none is longer than what is read.
pub fn each(examples: &[&[u8]], promise: impl Fn(&[u8]) -> Result<(), TestCaseError>) {
    for example in examples {
        promise(example).expect("the promise holds for the examples");
    }
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&inputs(examples), |bytes| promise(&bytes))
        .unwrap_or_else(|error| panic!("{error}"));
}

fn inputs(examples: &[&[u8]]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let examples: Vec<Vec<u8>> = examples.iter().map(|bytes| bytes.to_vec()).collect();
    let mutants = (
        prop::sample::select(examples),
        prop::collection::vec(edit(), 1..4),
    )
        .prop_map(|(example, edits)| edits.into_iter().fold(example, |bytes, edit| edit.apply(bytes)));
    let words = prop::collection::vec(word(), 0..20).prop_map(|words| words.concat());
    prop_oneof![
        8 => mutants,
        1 => words,
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
    .prop_map(|mut bytes| {
        bytes.truncate(MAX_BYTES);
        bytes
    })
}

#[derive(Debug, Clone)]
enum Edit {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Cut(Index, Index),
    End(Index),
    Double(Index, Index),
    Swap(Index, Index),
    /// Puts one part of the value in the place of another.
    Copy(Index, Index),
    /// Puts something else in the place of a part of the value.
    Put(Index, Vec<u8>),
    /// Wraps a part of the value this many times.
    Nest(Index, &'static [u8], usize, &'static [u8]),
    LineEnds,
    Start(&'static [u8]),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    let deep = || prop::sample::select(vec![1_usize, 2, 120, 128, 3_000, 40_000]);
    prop_oneof![
        (at(), 1_u8..).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        (at(), word()).prop_map(|(at, word)| Edit::Insert(at, word)),
        (at(), at()).prop_map(|(from, to)| Edit::Cut(from, to)),
        at().prop_map(Edit::End),
        (at(), at()).prop_map(|(from, to)| Edit::Double(from, to)),
        (at(), at()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (at(), at()).prop_map(|(one, other)| Edit::Copy(one, other)),
        (at(), word()).prop_map(|(at, word)| Edit::Put(at, word)),
        (at(), deep()).prop_map(|(at, times)| Edit::Nest(at, b"[", times, b"]")),
        (at(), deep()).prop_map(|(at, times)| Edit::Nest(at, b"{\"a\":", times, b"}")),
        at().prop_map(|at| Edit::Nest(at, b"{", 1, b":null}")),
        Just(Edit::LineEnds),
        prop::sample::select(vec![&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\n\n", b"\0", b" "])
            .prop_map(Edit::Start),
    ]
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    let long = prop::sample::select(vec![200_usize, 30_000, 60_000]);
    prop_oneof![
        12 => prop::sample::select(WORDS.to_vec()).prop_map(<[u8]>::to_vec),
        1 => long.clone().prop_map(|length| [b"\"", &b"k".repeat(length)[..], b"\":1,"].concat()),
        1 => long.prop_map(|length| b"9".repeat(length)),
        1 => prop::collection::vec(any::<u8>(), 1..5),
    ]
}

impl Edit {
    fn apply(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let tokens = tokens(&bytes);
        let token = |at: Index| tokens.get(at.index(tokens.len().max(1))).cloned().unwrap_or(0..0);
        let place = |at: Index| at.index(bytes.len() + 1);
        let part = |one: Index, other: Index| place(one).min(place(other))..place(one).max(place(other));
        match self {
            Self::Flip(at, bits) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bits;
                }
            }
            Self::Insert(at, word) => {
                let at = token(at).start;
                bytes.splice(at..at, word);
            }
            Self::Cut(from, to) => {
                let part = part(from, to);
                bytes.drain(part);
            }
            Self::End(at) => {
                let at = place(at);
                bytes.truncate(at);
            }
            Self::Double(from, to) => {
                let (from, to) = (token(from).start, token(to).start);
                let part = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(to..to, part);
            }
            Self::Swap(one, other) => {
                let (one, other) = (token(one), token(other));
                let (first, last) = if one.start <= other.start {
                    (one, other)
                } else {
                    (other, one)
                };
                let (front, back) = (bytes[first.clone()].to_vec(), bytes[last.clone()].to_vec());
                bytes.splice(last, front);
                bytes.splice(first, back);
            }
            Self::Copy(one, other) => {
                let copied = bytes[token(other)].to_vec();
                bytes.splice(token(one), copied);
            }
            Self::Put(at, word) => {
                bytes.splice(token(at), word);
            }
            Self::Nest(at, open, times, close) => {
                let part = token(at);
                let nested = [
                    &open.repeat(times)[..],
                    &bytes[part.clone()],
                    &close.repeat(times),
                ]
                .concat();
                bytes.splice(part, nested);
            }
            Self::LineEnds => {
                bytes = bytes.iter().fold(Vec::new(), |mut all, byte| {
                    all.extend(if *byte == b'\n' {
                        &b"\r\n"[..]
                    } else {
                        std::slice::from_ref(byte)
                    });
                    all
                });
            }
            Self::Start(start) => {
                bytes.splice(0..0, start.iter().copied());
            }
        }
        bytes
    }
}

/// Where texts, words, numbers and signs stand.
fn tokens(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let first = bytes[start];
        let rest = &bytes[start + 1..];
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
        let length = match first {
            b'"' => rest
                .iter()
                .position(|byte| *byte == b'"')
                .map_or(rest.len(), |end| end + 1),
            first if is_word(&first) => rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len()),
            _ => 0,
        };
        if !first.is_ascii_whitespace() {
            tokens.push(start..start + 1 + length);
        }
        start += 1 + length;
    }
    tokens
}

/// What means something to a reader of JSON.
const WORDS: [&[u8]; 38] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"null",
    b"true",
    b"false",
    b"0",
    b"-0",
    b"01",
    b"1e400",
    b"1.0",
    b"-1",
    b"9223372036854775808",
    b"18446744073709551616",
    b"0x1",
    b"NaN",
    b"\"\\ud800\"",
    b"\"\\ud83d\\ude00\"",
    b"\"\\u0000\"",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xed\xa0\x80",
    b"\r\n",
    b"\n",
    b"/* */",
    b"{}",
    b"[]",
    b"\"\"",
    "é".as_bytes(),
    "\u{2028}".as_bytes(),
    b"\"id\":1,",
    b"\"urgent\":true,",
];
