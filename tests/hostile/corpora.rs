//! Each parser on its corpus, and on what mutation makes of it.
//!
//! A corpus is a folder of small files: what an `ok-` file holds is taken, what a `no-` file holds is refused. The rest
//! of the name says what it is. A file ends where its content ends; no line end is added or taken away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::parsers::{ALL, ONE_WAY, Parser, Read, Spelling};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/corpora")
}

/// Names and contents of a parser's corpus, in the order of names.
fn corpus(parser: &Parser) -> Vec<(String, Vec<u8>)> {
    let folder = folder().join(parser.name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_a_corpus_calls_right_is_taken_and_what_it_calls_wrong_is_refused_in_words() {
    for parser in ALL.iter().chain(&ONE_WAY) {
        let files = corpus(parser);
        assert!(files.len() >= 4, "{} has hardly a corpus", parser.name);
        for (name, bytes) in files {
            let place = format!("{}/{name}", parser.name);
            assert!(bytes.len() <= 64 * 1024, "{place} is too large for a corpus");
            match ((parser.read)(&bytes), name.split_once('-')) {
                (Read::Taken(_), Some(("ok", _))) => {}
                (Read::Refused(words), Some(("no", _))) => assert_eq!(wordless(&words), None, "{place}"),
                (Read::Taken(_), _) => panic!("{place} is taken"),
                (Read::Refused(words), _) => panic!("{place} is refused: {words}"),
            }
        }
        for bytes in (parser.made)() {
            assert!(matches!((parser.read)(&bytes), Read::Taken(_)), "{}", parser.name);
        }
    }
}

#[test]
fn every_corpus_has_its_parser() {
    let known: BTreeSet<String> = ALL
        .iter()
        .chain(&ONE_WAY)
        .map(|parser| parser.name.to_owned())
        .collect();
    let folders = std::fs::read_dir(folder()).expect("the corpora");
    let found: BTreeSet<String> = folders
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(found, known);
}

#[test]
fn whatever_mutation_makes_is_refused_in_words_or_has_one_meaning() {
    for parser in ALL.iter().chain(&ONE_WAY) {
        let mut seeds: Vec<Vec<u8>> = corpus(parser).into_iter().map(|(_, bytes)| bytes).collect();
        seeds.extend((parser.made)());
        // Seeds that are taken count twice: what is almost right reaches further.
        let good: Vec<Vec<u8>> = seeds
            .iter()
            .filter(|bytes| matches!((parser.read)(bytes), Read::Taken(_)))
            .cloned()
            .collect();
        seeds.extend(good);
        let mutants = (prop::sample::select(seeds.clone()), edits(seeds))
            .prop_map(|(seed, edits)| edits.into_iter().fold(seed, |bytes, edit| edit.apply(bytes)));
        let mut runner = TestRunner::new(Config {
            cases: CASES,
            failure_persistence: None,
            ..Config::default()
        });
        runner
            .run(&mutants, |bytes| {
                fault(parser, &bytes).map_or(Ok(()), |fault| Err(TestCaseError::fail(fault)))
            })
            .unwrap_or_else(|error| panic!("{}: {error}", parser.name));
    }
}

/// Longest refusal, in bytes. The one of a configuration shows the key or the value that is wrong.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// Mutants of each parser. `PROPTEST_CASES` does not change it: look for longer with a larger number here.
const CASES: u32 = 400;

/// What is wrong with the answer to these bytes.
fn fault(parser: &Parser, bytes: &[u8]) -> Option<String> {
    match (parser.read)(bytes) {
        Read::Refused(words) => wordless(&words),
        Read::Taken(again) if parser.spelling == Spelling::One && again != bytes => Some(format!(
            "{} is a second writing of {}",
            bytes.escape_ascii(),
            again.escape_ascii()
        )),
        Read::Taken(again) => match (parser.read)(&again) {
            Read::Taken(twice) if twice == again => None,
            Read::Taken(twice) => Some(format!(
                "{} is written again as {}",
                again.escape_ascii(),
                twice.escape_ascii()
            )),
            Read::Refused(words) => Some(format!(
                "it refuses what it writes, {}: {words}",
                again.escape_ascii()
            )),
        },
    }
}

/// A refusal is a sentence, and not a page of what was given.
fn wordless(words: &str) -> Option<String> {
    let sound = words.contains(' ') && words.len() <= LONGEST_REFUSAL;
    (!sound).then(|| format!("{} bytes are no sentence: {words:.100}", words.len()))
}

#[derive(Debug, Clone)]
enum Edit {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Replace(prop::sample::Index, Vec<u8>),
    Cut(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize, usize),
    End(prop::sample::Index),
    OtherCase(prop::sample::Index),
    Splice(prop::sample::Index, Vec<u8>),
}

fn edits(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<prop::sample::Index>;
    let word = || {
        prop_oneof![
            prop::sample::select(WORDS.to_vec()).prop_map(<[u8]>::to_vec),
            prop::collection::vec(any::<u8>(), 1..5),
        ]
    };
    let edit = prop_oneof![
        (at(), 1_u8..).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        (at(), word()).prop_map(|(at, word)| Edit::Insert(at, word)),
        (at(), word()).prop_map(|(at, word)| Edit::Replace(at, word)),
        (at(), 1_usize..20).prop_map(|(at, length)| Edit::Cut(at, length)),
        (
            at(),
            1_usize..8,
            prop::sample::select(vec![1_usize, 2, 9, 200, 3_000])
        )
            .prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        at().prop_map(Edit::End),
        at().prop_map(Edit::OtherCase),
        (at(), prop::sample::select(seeds)).prop_map(|(at, other)| Edit::Splice(at, other)),
    ];
    prop::collection::vec(edit, 1..4)
}

impl Edit {
    fn apply(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match self {
            Self::Flip(at, bits) => {
                if let Some(byte) = {
                    let at = place(&at);
                    bytes.get_mut(at)
                } {
                    *byte ^= bits;
                }
            }
            Self::Insert(at, word) => {
                let at = place(&at);
                bytes.splice(at..at, word);
            }
            Self::Replace(at, word) => {
                let at = place(&at);
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word);
            }
            Self::Cut(at, length) => {
                let at = place(&at);
                let end = (at + length).min(bytes.len());
                bytes.drain(at..end);
            }
            Self::Repeat(at, length, times) => {
                let at = place(&at);
                let end = (at + length).min(bytes.len());
                let part = bytes[at..end].repeat(times);
                bytes.splice(end..end, part);
            }
            Self::End(at) => {
                let at = place(&at);
                bytes.truncate(at);
            }
            Self::OtherCase(at) => {
                if let Some(byte) = {
                    let at = place(&at);
                    bytes.get_mut(at)
                } {
                    *byte ^= if byte.is_ascii_alphabetic() { 0x20 } else { 0 };
                }
            }
            Self::Splice(at, other) => {
                let at = place(&at);
                let from = at.min(other.len());
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
        }
        bytes
    }
}

/// What means something to one parser or another.
const WORDS: [&[u8]; 40] = [
    b"",
    b" ",
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b"=",
    b"==",
    b"+",
    b"-",
    b"/",
    b"..",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"true",
    b"1e999",
    b"-0",
    b"0x1",
    b"00",
    b"18446744073709551616",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    "\u{e9}".as_bytes(),
    "\u{2014} ".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{661}".as_bytes(),
    b"\xff\xff\xff\xff\x0f",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"\x0a\x00",
    b"\x0b\x0b\x0b",
    b"'''",
    b"[[",
];
