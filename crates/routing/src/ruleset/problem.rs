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
    #[error("unknown {what} {given:?}; did you mean {nearest:?}?{}", listed(.known))]
    Unknown {
        /// What the word stands for, as the file names it.
        what: &'static str,
        /// The word.
        given: String,
        /// The nearest that is known.
        nearest: String,
        /// All that are known, when they are few; empty otherwise.
        known: Vec<String>,
    },
    /// The version has no name.
    #[error("give the version a name, as in version = \"2026.11.2\"")]
    NoVersion,
    /// More than is read.
    #[error("{count} {what}: at most {most} are read")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// A power that asks more others, one through another, than may be asked for one case.
    #[error("{power} asks more than {most} powers, one through another: let its rules name bodies")]
    TooManyAsked {
        /// The power.
        power: String,
        /// How many may be.
        most: u64,
    },
    /// A rule of no power.
    #[error("a rule is of a power: name one, or several")]
    NoPower,
    /// A value that a list names twice.
    #[error("{word:?} is named twice: take one out")]
    Repeated {
        /// The value.
        word: String,
    },
    /// A list without a value.
    #[error("an empty list never holds: name a value, or take the line out")]
    EmptyList,
    /// A rule without a sentence.
    #[error("give a reason: the sentence that people read, with the law as {{law}}")]
    NoReason,
    /// A rule that names no body.
    #[error("name a body, or write triage = true")]
    NoBody,
    /// A rank that is none.
    #[error("a rank is a whole number from 0 to 9999; the lowest speaks first")]
    Rank,
    /// A rule that says nothing, or two things.
    #[error("a rule says one thing: body, ask, triage = true, or as")]
    OneThing,
    /// A body that joins nobody.
    #[error("`and` adds a body to those of `as`: write all bodies in body = [...]")]
    AndWithoutAs,
    /// Candidates where the body is known.
    #[error("candidates go with ask or triage: the body is known here")]
    IdleCandidates,
    /// Triage that is not.
    #[error("write triage = true, or what the rule says instead")]
    TriageIsTrue,
    /// A day with more beside it.
    #[error("a day is written without quotes and without a time: 2026-12-31")]
    Day,
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
    /// A power that asks itself.
    #[error("{power} asks itself, for ever: name a body here, or another power")]
    AsksItself {
        /// The power.
        power: String,
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

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        String::new()
    } else {
        format!(" Known: {}", known.join(", "))
    }
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
