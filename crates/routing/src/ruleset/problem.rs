//! What is wrong with a file of rules: where, what, and what to do.

use jiff::civil::Date;
use thiserror::Error;

use super::situation::Example;
use super::syntax::Syntax;
use super::what::What;

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
    /// Not written as the format is.
    #[error(transparent)]
    Syntax(Syntax),
    /// Nothing in it.
    #[error("the file is empty: begin with the rules in force, which `declic routing rules` prints")]
    Empty,
    /// Written for another reader.
    #[error("format {0} is not read here: write format = 1")]
    Format(i64),
    /// A line that is missing.
    #[error("the line {key} is missing: write {key} = {form}")]
    Missing {
        /// Its word.
        key: String,
        /// What to write after the equals sign.
        form: Form,
    },
    /// A value of another form.
    #[error("{key} is written {key} = {form}")]
    Form {
        /// Its word.
        key: String,
        /// What to write after the equals sign.
        form: Form,
    },
    /// A rule with one bracket, or another table that is none.
    #[error("write {0}, on a line of its own")]
    Header(&'static str),
    /// A word that is not of its list.
    #[error("unknown {what} {given:?}{}{}", perhaps(.nearest, .name), listed(.known))]
    Unknown {
        /// What the word stands for.
        what: What,
        /// The word.
        given: String,
        /// The known word that may have been meant; empty when none is near.
        nearest: String,
        /// The French name of the nearest, where it has one; empty otherwise.
        name: String,
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
    /// A brace in a text that is shown as it is.
    #[error("this text is shown as it is: take the brace out, and write the name itself")]
    Brace,
    /// A brace without its other half.
    #[error("a name between braces is written as {{body}}: open and close it")]
    HalfBrace,
    /// A name between braces that this rule has nothing for.
    #[error(
        "{{{slot}}} stands for the line {line} of this rule, which is missing: add it, or take the braces out"
    )]
    EmptySlot {
        /// The name.
        slot: &'static str,
        /// The line that would fill it.
        line: &'static str,
    },
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
        from: Date,
        /// Last day.
        until: Date,
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
        "{rule:?} has rank {rank} like {other:?} (line {line}), and both speak where {example}: give them different ranks, or conditions that exclude each other"
    )]
    EqualRank {
        /// Name of the rule.
        rule: String,
        /// The rank.
        rank: u16,
        /// Name of the other rule.
        other: String,
        /// Its line.
        line: usize,
        /// A situation in which both speak.
        example: Example,
    },
}

/// What is written after an equals sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A text.
    Text,
    /// A text, or several.
    Texts,
    /// A whole number.
    Number,
    /// A day.
    Day,
    /// `true`.
    True,
    /// Words and values between braces.
    Braces,
}

impl Form {
    /// All forms.
    pub const ALL: [Form; 6] = [
        Form::Text,
        Form::Texts,
        Form::Number,
        Form::Day,
        Form::True,
        Form::Braces,
    ];

    /// An example, as the file writes it.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Form::Text => "\"…\"",
            Form::Texts => "[\"…\", \"…\"]",
            Form::Number => "40",
            Form::Day => "2026-12-31",
            Form::True => "true",
            Form::Braces => "{ … = \"…\" }",
        }
    }
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.example())
    }
}

impl Problem {
    /// Stable code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Syntax(syntax) => syntax.code(),
            Problem::Empty => "EMPTY_FILE",
            Problem::Format(_) => "FORMAT",
            Problem::Missing { .. } => "MISSING",
            Problem::Form { .. } => "FORM",
            Problem::Header(_) => "HEADER",
            Problem::Unknown { .. } => "UNKNOWN",
            Problem::NoVersion => "NO_VERSION",
            Problem::TooMany { .. } => "TOO_MANY",
            Problem::TooManyAsked { .. } => "TOO_MANY_ASKED",
            Problem::NoPower => "NO_POWER",
            Problem::Repeated { .. } => "REPEATED",
            Problem::AsksItself { .. } => "ASKS_ITSELF",
            Problem::EmptyList => "EMPTY_LIST",
            Problem::NoReason => "NO_REASON",
            Problem::NoBody => "NO_BODY",
            Problem::Rank => "RANK",
            Problem::OneThing => "ONE_THING",
            Problem::AndWithoutAs => "AND_WITHOUT_AS",
            Problem::IdleCandidates => "IDLE_CANDIDATES",
            Problem::TriageIsTrue => "TRIAGE_IS_TRUE",
            Problem::Day => "DAY",
            Problem::Brace => "BRACE",
            Problem::HalfBrace => "HALF_BRACE",
            Problem::EmptySlot { .. } => "EMPTY_SLOT",
            Problem::SameName { .. } => "SAME_NAME",
            Problem::Dates { .. } => "DATES",
            Problem::Loop { .. } => "LOOP",
            Problem::EqualRank { .. } => "EQUAL_RANK",
        }
    }
}

fn perhaps(nearest: &str, name: &str) -> String {
    match (nearest, name) {
        ("", _) => ".".to_owned(),
        (nearest, "") => format!("; did you mean {nearest:?}?"),
        (nearest, name) => format!("; did you mean {nearest:?} ({name})?"),
    }
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
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count() + 1)
}
