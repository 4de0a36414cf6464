//! Where words go: data to standard output, talk to standard error.

use std::io::Write;

use declic_words::when::Reader;
use declic_words::{Arg, Family, Lang, label, text};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::failure::Failure;

/// Longest line of a page or a table, in characters.
pub const WIDTH: usize = 96;

/// How the reader wants to be spoken to.
#[derive(Debug, Clone)]
pub struct Manner {
    pub lang: Lang,
    pub zone: TimeZone,
    /// Data for programs.
    pub json: bool,
    /// No talk besides failures.
    pub quiet: bool,
    /// Headings in bold: a terminal that takes it.
    pub bold: bool,
    /// The present, read once.
    pub now: Timestamp,
}

/// The two outputs of a command.
pub struct Screen {
    pub manner: Manner,
    data: Box<dyn Write>,
    talk: Box<dyn Write>,
}

impl Manner {
    pub fn text(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        text(self.lang, key, args)
    }

    pub fn label(&self, family: Family, code: &str) -> String {
        label(self.lang, family, code)
    }

    pub fn heading(&self, words: &str) -> String {
        if self.bold {
            format!("\u{1b}[1m{words}\u{1b}[0m")
        } else {
            words.to_owned()
        }
    }
}

impl Reader for Manner {
    fn lang(&self) -> Lang {
        self.lang
    }

    fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

impl Screen {
    pub fn new(manner: Manner, data: Box<dyn Write>, talk: Box<dyn Write>) -> Self {
        Self { manner, data, talk }
    }

    /// Lines of data, for people.
    pub fn show(&mut self, lines: &str) -> Result<(), Failure> {
        let written = self
            .data
            .write_all(lines.as_bytes())
            .and_then(|()| self.data.flush());
        written.map_err(|error| Failure::of_io(self.manner.lang, "stdout", &error))
    }

    /// One value, for programs: one line.
    pub fn show_json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let line = serde_json::to_string(value)
            .map_err(|error| Failure::new(crate::failure::Exit::Failure, error.to_string()))?;
        self.show(&format!("{line}\n"))
    }

    /// Something to say that is not data. Nobody listening is no failure.
    pub fn say(&mut self, words: &str) {
        if !self.manner.quiet {
            let _unheard = writeln!(self.talk, "{words}");
        }
    }

    /// Says why it did not work; `--quiet` does not silence it.
    pub fn complain(&mut self, failure: &Failure) {
        let told = if self.manner.json {
            format!("{}\n", failure.to_json())
        } else {
            failure.to_text(self.manner.lang)
        };
        let _unheard = self.talk.write_all(told.as_bytes());
    }
}

/// A text of somebody else, fit for a terminal: what could move the cursor, recolour or reorder the line is replaced.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            _ if c.is_control() => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// Breaks a text into lines of at most `width` characters, between words.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A French reader in Paris, on 22 November 2026 at noon.
    pub fn manner() -> Manner {
        Manner {
            lang: Lang::Fr,
            zone: crate::app::PARIS,
            json: false,
            quiet: false,
            bold: false,
            now: "2026-11-22T11:00:00Z".parse().expect("a time"),
        }
    }

    #[test]
    fn a_text_cannot_command_the_terminal() {
        assert_eq!(
            plain("ok\u{1b}[2J\u{202e}fin\r\n"),
            "ok\u{fffd}[2J\u{fffd}fin\u{fffd}\n"
        );
    }

    #[test]
    fn long_texts_are_broken_between_words_and_paragraphs_kept() {
        assert_eq!(
            wrap("un deux trois\n\nquatre", 8),
            ["un deux", "trois", "", "quatre"]
        );
    }
}
