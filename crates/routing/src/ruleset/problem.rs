//! What is wrong with a file of rules: where, what, and what to do.

use thiserror::Error;

/// Every problem found in a file of rules, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", shown(.0))]
pub struct RulesetError(pub Vec<Fault>);

/// One problem, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub problem: Problem,
}

/// What may be wrong with a file of rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Problem {
    /// Not the format at all, or a key that does not exist.
    #[error("{0}")]
    Syntax(String),
    /// Written for another reader.
    #[error("format {0} is not read here: write format = 1")]
    Format(i64),
    /// A word that is not of its list.
    #[error("unknown {what} {given:?}; did you mean {nearest:?}? {known}")]
    Unknown {
        /// What the word stands for.
        what: &'static str,
        /// The word.
        given: String,
        /// The nearest that is known.
        nearest: String,
        /// Which are known, or where they are listed.
        known: String,
    },
    /// A value that must be there.
    #[error("{0}")]
    Missing(&'static str),
    /// Two keys that exclude each other, or a key without the one it needs.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A name that is taken.
    #[error("{name:?} is already the name of a rule, on line {line}: give this one another name")]
    SameName {
        /// The name.
        name: String,
        /// Line of the first.
        line: usize,
    },
    /// Dates in the wrong order.
    #[error("ends on {until}, before it begins on {from}: exchange the dates, or correct one")]
    Dates {
        /// First day.
        from: String,
        /// Last day.
        until: String,
    },
    /// Powers that ask each other for ever.
    #[error("{chain}: each asks the next for ever; give one of them a body, a question or triage")]
    Loop {
        /// The powers, the first again at the end.
        chain: String,
    },
    /// Two rules that may both speak, with nothing to tell which comes first.
    #[error(
        "has rank {rank} like {other:?} (line {line}), and both speak where {example}: give them different ranks, or conditions that exclude each other"
    )]
    EqualRank {
        /// The rank.
        rank: u16,
        /// Name of the other rule.
        other: String,
        /// Its line.
        line: usize,
        /// A situation in which both speak.
        example: String,
    },
}

fn shown(faults: &[Fault]) -> String {
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Line and column, from 1, of an offset in bytes.
pub(super) fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
