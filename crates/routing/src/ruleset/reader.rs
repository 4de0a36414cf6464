//! From the file to the rules: every word looked up, every problem told with its place.

mod bounds;
mod catalogue;
mod conditions;
mod lists;
mod names;
mod order;
mod references;
mod rules;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::territory::Territory;

use super::problem::{Fault, Problem, RulesetError, place};
use super::source::{self, File, List, Words};
use super::{BOM, Digest, Ruleset, syntax};
use references::Reference;

pub(super) use bounds::MOST_BYTES;

/// The one format there is.
const FORMAT: i64 = 1;

/// Characters of a version at most: each decision carries it.
const LONGEST_VERSION: usize = 40;

pub(super) fn read(text: &str, territory: &'static Territory) -> Result<Ruleset, RulesetError> {
    let digest = Digest::of(text);
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let mut reader = Reader {
        text,
        lists: BTreeMap::new(),
        territory,
        powers: Vec::new(),
        references: Vec::new(),
        faults: Vec::new(),
    };
    let Some(mut file) = reader.file() else {
        return Err(reader.refusal());
    };
    reader.bounds(&file);
    if !reader.faults.is_empty() {
        return Err(reader.refusal());
    }
    reader.powers = file.power.keys().map(|name| name.get_ref().clone()).collect();
    reader.lists = std::mem::take(&mut file.list)
        .into_iter()
        .map(|(name, values)| (name.into_inner(), values))
        .collect();
    let mut ruleset = Ruleset {
        version: reader.version(&file, digest),
        digest,
        territory,
        benefits: reader.benefits(&file.benefit),
        blockages: reader.blockages(&file.blockage),
        powers: reader.powers(&file.power),
        rules: Vec::new(),
    };
    reader.rules(file.rule, &mut ruleset);
    order::sort(&mut ruleset, &mut reader);
    references::check(&ruleset, &mut reader);
    if reader.faults.is_empty() {
        return Ok(ruleset);
    }
    Err(reader.refusal())
}

struct Reader<'t> {
    text: &'t str,
    /// Values by the name of their list, each at its own place.
    lists: BTreeMap<String, List>,
    territory: &'static Territory,
    /// Names of the powers, in order.
    powers: Vec<String>,
    /// Of each rule that was read, the powers it asks.
    references: Vec<Vec<Reference>>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// The file as it is written; none when it is not written well enough to be read on.
    fn file(&mut self) -> Option<File> {
        if self.text.trim().is_empty() {
            self.fault(0..0, Problem::Empty);
            return None;
        }
        if let Some(problem) = bounds::too_long(self.text) {
            self.fault(0..0, problem);
            return None;
        }
        let mut told = Vec::new();
        let file = match syntax::parse(self.text, bounds::MOST_FAULTS) {
            Ok(table) => Some(source::read(table.get_ref(), &mut told)),
            Err(errors) => {
                let errors = errors.into_iter();
                told.extend(errors.map(|(at, syntax)| (at..at, Problem::Syntax(syntax))));
                None
            }
        };
        for (at, problem) in told {
            self.fault(at, problem);
        }
        file
    }

    /// Everything that was told, in the order of the lines.
    fn refusal(mut self) -> RulesetError {
        self.faults.sort();
        self.faults.dedup();
        self.faults.truncate(bounds::MOST_FAULTS);
        RulesetError(self.faults)
    }

    /// The name of the version, with the first digits of the digest.
    fn version(&mut self, file: &File, digest: Digest) -> String {
        if let Some(format) = &file.format
            && *format.get_ref() != FORMAT
        {
            self.fault(format.span(), Problem::Format(*format.get_ref()));
        }
        let version = file
            .version
            .as_ref()
            .map_or("", |version| version.get_ref().trim());
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let fits = (1..=LONGEST_VERSION).contains(&version.len()) && version.chars().all(is_name);
        if let Some(written) = file.version.as_ref().filter(|_| !fits) {
            self.fault(written.span(), Problem::NoVersion);
        }
        let digest = digest.to_string();
        format!("{version}+{}", &digest[..12])
    }

    fn fault(&mut self, span: Range<usize>, problem: Problem) {
        let (line, column) = place(self.text, span.start);
        self.faults.push(Fault {
            line,
            column,
            problem,
        });
    }

    fn line(&self, span: &Range<usize>) -> usize {
        place(self.text, span.start).0
    }

    /// The value, or its problem told.
    fn known<T>(&mut self, span: Range<usize>, value: Result<T, Problem>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(problem) => {
                self.fault(span, problem);
                None
            }
        }
    }
}

/// The values of a line, none when it is not there.
fn values(list: Option<&List>) -> &[Words] {
    list.map_or(&[], |list| list.get_ref())
}
