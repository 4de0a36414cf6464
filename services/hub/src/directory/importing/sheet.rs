//! A file of rows as spreadsheets and personnel software write it: whatever its encoding, its separator and its ends of
//! lines, its rows with the number of the line each begins at.

use std::fmt;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization as _;

/// Largest file, in bytes.
pub const LARGEST_FILE: usize = 200 * 1024;
/// Most lines of a file besides the one that names the columns.
pub const MOST_LINES: usize = 2_000;
/// Most columns.
const MOST_COLUMNS: usize = 50;

/// How files begin that are no text, and what they are.
const NO_TEXTS: [(&[u8], &str); 3] = [
    (b"PK\x03\x04", "Excel or LibreOffice workbook"),
    (b"\xd0\xcf\x11\xe0", "Excel workbook"),
    (b"%PDF", "PDF"),
];

/// A file of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the encoding it was read in.
    pub encoding: &'static str,
    /// What tells its columns apart.
    pub separator: char,
    /// The names of its columns.
    pub headings: Vec<String>,
    /// Its rows that hold something.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line it begins at, from 1.
    pub line: u64,
    /// Its cells, without the spaces around them.
    pub cells: Vec<String>,
}

/// Why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoTable {
    /// Nothing is in it.
    Empty,
    /// It has so many bytes.
    TooLarge(usize),
    /// It has more lines than are taken.
    TooLong,
    /// It is something else.
    Workbook(&'static str),
    /// It holds zeros, as no text does.
    Binary,
    /// It says that it is in this encoding, and is not.
    Encoding(&'static str),
    /// It has so many columns.
    TooWide(usize),
}

/// Reads the bytes of a file.
///
/// # Errors
/// [`NoTable`].
pub fn read(bytes: &[u8]) -> Result<Sheet, NoTable> {
    if bytes.len() > LARGEST_FILE {
        return Err(NoTable::TooLarge(bytes.len()));
    }
    let (text, encoding) = decode(bytes)?;
    let (text, skipped) = without_separator_line(&text);
    let separator = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut headings, mut rows) = (Vec::new(), Vec::new());
    for record in reader.records() {
        // A text that was decoded is read by any means: rows of any length are taken, a quote that is not closed ends
        // with the file.
        let Ok(record) = record else {
            return Err(NoTable::Binary);
        };
        let line = skipped + record.position().map_or(0, |position| line_of(text, position));
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().nfc().collect()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        match headings.is_empty() {
            true => headings = cells,
            false if rows.len() == MOST_LINES => return Err(NoTable::TooLong),
            false => rows.push(Row { line, cells }),
        }
    }
    match headings.len() {
        0 => Err(NoTable::Empty),
        wide if wide > MOST_COLUMNS => Err(NoTable::TooWide(wide)),
        _ => Ok(Sheet {
            encoding,
            separator,
            headings,
            rows,
        }),
    }
}

/// The text, its ends of lines as one character each, and the name of its encoding: the one its mark says, else UTF-8, else
/// that of Windows in western Europe, which Latin-1 is a part of.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), NoTable> {
    if let Some((_, what)) = NO_TEXTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(NoTable::Workbook(what));
    }
    let (text, encoding) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
            (decoded.ok_or(NoTable::Encoding(encoding.name()))?, encoding)
        }
        None if bytes.contains(&0) => return Err(NoTable::Binary),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), UTF_8),
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
        },
    };
    if text.contains('\0') {
        return Err(NoTable::Binary);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Ok((lines, encoding.name()))
}

/// Without the first line that some spreadsheets write to say what the separator is, and the lines that this takes away.
fn without_separator_line(text: &str) -> (&str, u64) {
    match text.split_once('\n') {
        Some((first, rest)) if first.len() <= 6 && first.to_ascii_lowercase().starts_with("sep=") => {
            (rest, 1)
        }
        _ => (text, 0),
    }
}

/// The line that a row begins at: the reader stands before the empty lines that it passes over.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| **byte == b'\n').count();
    position.line() + empty as u64
}

/// Of semicolons, commas and tabs, what comes most often in the first line that holds something, outside quotes.
fn separator(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let outside = first.split('"').step_by(2);
    let count = |separator: char| outside.clone().map(|part| part.matches(separator).count()).sum();
    let counts: [(usize, char); 3] = [',', '\t', ';'].map(|separator| (count(separator), separator));
    counts.into_iter().max().map_or(';', |(_, separator)| separator)
}

impl fmt::Display for NoTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file holds nothing: choose another"),
            Self::TooLarge(bytes) => write!(
                f,
                "the file has {bytes} bytes, at most {LARGEST_FILE} are taken: give several smaller ones"
            ),
            Self::TooLong => write!(
                f,
                "the file has too many lines, at most {MOST_LINES} are taken: give several smaller ones"
            ),
            Self::Workbook(what) => write!(
                f,
                "the file is a {what:?}, not a file of rows: save it as CSV, then give that one"
            ),
            Self::Binary => f.write_str("the file is not a text: save the list as CSV, then give that one"),
            Self::Encoding(name) => write!(
                f,
                "the file says that it is in {name:?} and is not: save it as CSV in UTF-8"
            ),
            Self::TooWide(columns) => write!(
                f,
                "the file has {columns} columns, at most {MOST_COLUMNS} are taken: leave out those that the guide does not name"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: [&str; 2] = ["claire.morel", "Hélène Lœuf"];

    fn taken(bytes: &[u8]) -> Sheet {
        read(bytes).unwrap_or_else(|refused| panic!("{refused}"))
    }

    #[test]
    fn what_spreadsheets_write_is_read_alike() {
        let text = "identifiant;nom\r\nclaire.morel;Hélène Lœuf\r\n";
        let utf16 = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            let units = text.encode_utf16().flat_map(to);
            mark.into_iter().chain(units).collect::<Vec<u8>>()
        };
        let files: [(&str, Vec<u8>); 9] = [
            ("UTF-8", text.into()),
            ("UTF-8", format!("\u{feff}{text}").into()),
            ("windows-1252", WINDOWS_1252.encode(text).0.into_owned()),
            ("UTF-16LE", utf16(u16::to_le_bytes, [0xff, 0xfe])),
            ("UTF-16BE", utf16(u16::to_be_bytes, [0xfe, 0xff])),
            ("UTF-8", text.replace(';', "\t").into()),
            ("UTF-8", text.replace(';', ",").into()),
            ("UTF-8", text.replace("\r\n", "\r").into()),
            ("UTF-8", text.replace("Hélène", "He\u{301}le\u{300}ne").into()),
        ];
        for (encoding, bytes) in files {
            let sheet = taken(&bytes);
            assert_eq!(sheet.encoding, encoding);
            assert_eq!(sheet.headings, ["identifiant", "nom"], "{encoding}");
            assert_eq!(sheet.rows[0].cells, CELLS, "{encoding}");
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let file =
            "sep=;\n\nidentifiant;nom\n;;\n\nclaire.morel;\"Hélène; dite Lœuf\"\n  \ngael.tanguy;Gaël\n";
        let sheet = taken(file.as_bytes());
        assert_eq!(sheet.separator, ';');
        let lines: Vec<u64> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [6, 8]);
    }

    #[test]
    fn a_separator_within_quotes_is_none() {
        let sheet = taken(b"\"nom, pr\xc3\xa9nom, et reste\";identifiant\n\"Riou, Maud\";maud.riou\n");
        assert_eq!(sheet.separator, ';');
        assert_eq!(sheet.rows[0].cells, ["Riou, Maud", "maud.riou"]);
    }

    #[test]
    fn what_is_no_table_is_told_as_what_it_is() {
        let large = vec![b'a'; LARGEST_FILE + 1];
        let long = "identifiant\n".to_owned() + &"a\n".repeat(MOST_LINES + 1);
        let rows: [(&[u8], NoTable); 9] = [
            (b"", NoTable::Empty),
            (b"\xef\xbb\xbf\r\n;;;\r\n", NoTable::Empty),
            (&large, NoTable::TooLarge(LARGEST_FILE + 1)),
            (long.as_bytes(), NoTable::TooLong),
            (
                b"PK\x03\x04\x14\0\x06\0",
                NoTable::Workbook("Excel or LibreOffice workbook"),
            ),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", NoTable::Workbook("Excel workbook")),
            (b"identifiant\0nom", NoTable::Binary),
            (b"\xef\xbb\xbfidentifiant\xff", NoTable::Encoding("UTF-8")),
            (&[b';'; 60], NoTable::Empty),
        ];
        for (bytes, expected) in rows {
            assert_eq!(read(bytes), Err(expected));
        }
    }
}
