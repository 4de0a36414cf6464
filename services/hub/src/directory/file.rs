//! The form of the directory file: see `deploy/directory.example.toml`, which explains every key.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use declic_domain::directory::Item;
use serde::Deserialize;
use toml::Spanned;

use super::forms::{AgencyRow, Fault, MemberRow, OrganisationRow, Reading};

/// Everything that is wrong with a directory file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line of the table it is in, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

/// Reads a directory file.
///
/// # Errors
/// [`Invalid`], with every problem found.
pub fn read(path: &Path) -> Result<Vec<Item>, Invalid> {
    let whole_file = |what: String| Invalid {
        file: path.to_owned(),
        problems: vec![Problem { line: 0, what }],
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| whole_file(format!("cannot be read ({error}): check [directory] file")))?;
    parse(&text).map_err(|problems| Invalid {
        file: path.to_owned(),
        problems,
    })
}

/// Reads the text of a directory file: agencies, then organisations, then members, each in the order of the file.
///
/// # Errors
/// Every problem found; a text that is not TOML of this form has one.
pub fn parse(text: &str) -> Result<Vec<Item>, Vec<Problem>> {
    let form: Form = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        vec![Problem {
            line,
            what: error.message().to_owned(),
        }]
    })?;
    let mut reading = Lines {
        text,
        reading: Reading::default(),
        problems: Vec::new(),
    };
    let mut items = Vec::new();
    items.extend(
        reading
            .all(&form.agency, |row| &row.id, Reading::agency)
            .into_iter()
            .map(Item::Agency),
    );
    let organisations = reading.all(&form.organisation, |row| &row.id, Reading::organisation);
    items.extend(organisations.into_iter().map(Item::Organisation));
    items.extend(
        reading
            .all(&form.member, |row| &row.id, Reading::member)
            .into_iter()
            .map(Item::Member),
    );
    if reading.problems.is_empty() {
        return Ok(items);
    }
    reading.problems.sort();
    Err(reading.problems)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    agency: Vec<Spanned<AgencyRow>>,
    #[serde(default)]
    organisation: Vec<Spanned<OrganisationRow>>,
    #[serde(default)]
    member: Vec<Spanned<MemberRow>>,
}

/// The file being read: where, and what was wrong so far.
struct Lines<'a> {
    text: &'a str,
    reading: Reading,
    problems: Vec<Problem>,
}

impl Lines<'_> {
    /// Reads every row of one kind; the same id twice is a problem.
    fn all<R, T>(
        &mut self,
        rows: &[Spanned<R>],
        id: impl Fn(&R) -> &String,
        read: impl Fn(&mut Reading, &R) -> Option<T>,
    ) -> Vec<T> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let line = line_of(self.text, row.span().start);
            let id = id(row.get_ref());
            let before = *first.entry(id).or_insert(line);
            if before != line {
                self.wrong(line, format!("{id}: is also at line {before}: keep one"));
            }
            items.extend(read(&mut self.reading, row.get_ref()));
            for Fault { id, what } in std::mem::take(&mut self.reading.faults) {
                self.wrong(line, format!("{id}: {what}"));
            }
        }
        items
    }

    fn wrong(&mut self, line: usize, what: String) {
        self.problems.push(Problem { line, what });
    }
}

impl std::error::Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        for (number, Problem { line, what }) in self.problems.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            match line {
                0 => write!(f, "{separator}{file}: {what}")?,
                line => write!(f, "{separator}{file}:{line}: {what}")?,
            }
        }
        Ok(())
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}
