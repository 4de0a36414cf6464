//! What is wrong with a file of rules, in the language of the reader.

use declic_routing::{Fault, Problem, Syntax, What};
use declic_words::Arg;

use super::in_words;
use crate::screen::Manner;
use declic_words::when;

/// One problem of a file.
pub fn fault(manner: &Manner, fault: &Fault) -> String {
    let problem = problem(manner, &fault.problem);
    let args = [
        ("line", number(fault.line)),
        ("column", number(fault.column)),
        ("problem", Arg::Text(&problem)),
    ];
    manner.text("cli-json-mistake", &args)
}

/// The same without its place.
pub fn problem(manner: &Manner, problem: &Problem) -> String {
    let told = |key: &str, args: &[(&'static str, Arg<'_>)]| manner.text(key, args);
    let (name, args): (&str, Vec<(&'static str, Arg<'_>)>) = match problem {
        Problem::Syntax(syntax) => return self::syntax(manner, syntax),
        Problem::Unknown {
            what,
            given,
            nearest,
            name,
            known,
        } => return unknown(manner, *what, given, (nearest, name), known),
        Problem::Dates { from, until } => {
            let (from, until) = (
                when::day(manner, &from.to_string()),
                when::day(manner, &until.to_string()),
            );
            let args = [("from", Arg::Text(&from)), ("until", Arg::Text(&until))];
            return told("cli-rules-dates", &args);
        }
        Problem::TooMany { what, count, most } => {
            let what = told(&format!("cli-rules-many-{what}"), &[]);
            let args = [
                ("what", Arg::Text(&what)),
                ("count", number(*count)),
                ("most", number(*most)),
            ];
            return told("cli-rules-too-many", &args);
        }
        Problem::TooManyAsked { power, most } => {
            let most = most.to_string();
            let args = [("power", Arg::Text(power)), ("most", Arg::Text(&most))];
            return told("cli-rules-too-many-asked", &args);
        }
        Problem::EqualRank {
            rule,
            rank,
            other,
            line,
            example,
        } => {
            let (rank, example) = (Arg::Number(i64::from(*rank)), in_words::example(manner, example));
            let args = [
                ("rule", Arg::Text(rule)),
                ("rank", rank),
                ("other", Arg::Text(other)),
                ("line", number(*line)),
                ("example", Arg::Text(&example)),
            ];
            return told("cli-rules-equal-rank", &args);
        }
        Problem::Missing { key, form } => (
            "missing",
            vec![("key", Arg::Text(key)), ("form", Arg::Text(form.example()))],
        ),
        Problem::Form { key, form } => (
            "form",
            vec![("key", Arg::Text(key)), ("form", Arg::Text(form.example()))],
        ),
        Problem::Header(header) => ("header", vec![("header", Arg::Text(header))]),
        Problem::Format(format) => ("format", vec![("format", Arg::Number(*format))]),
        Problem::Repeated { word } => ("repeated", vec![("word", Arg::Text(word))]),
        Problem::EmptySlot { slot, line } => (
            "empty-slot",
            vec![("slot", Arg::Text(slot)), ("line", Arg::Text(line))],
        ),
        Problem::SameName { name, line } => (
            "same-name",
            vec![("name", Arg::Text(name)), ("line", number(*line))],
        ),
        Problem::AsksItself { power } => ("asks-itself", vec![("power", Arg::Text(power))]),
        Problem::Loop { chain } => ("loop", vec![("chain", Arg::Text(chain))]),
        Problem::Empty => ("empty-file", Vec::new()),
        Problem::NoPower => ("no-power", Vec::new()),
        Problem::NoVersion => ("no-version", Vec::new()),
        Problem::EmptyList => ("empty-list", Vec::new()),
        Problem::NoReason => ("no-reason", Vec::new()),
        Problem::NoBody => ("no-body", Vec::new()),
        Problem::Rank => ("rank", Vec::new()),
        Problem::OneThing => ("one-thing", Vec::new()),
        Problem::AndWithoutAs => ("and-without-as", Vec::new()),
        Problem::IdleCandidates => ("idle-candidates", Vec::new()),
        Problem::TriageIsTrue => ("triage-is-true", Vec::new()),
        Problem::Day => ("day", Vec::new()),
        Problem::Brace => ("brace", Vec::new()),
        Problem::HalfBrace => ("half-brace", Vec::new()),
    };
    told(&format!("cli-rules-{name}"), &args)
}

fn syntax(manner: &Manner, syntax: &Syntax) -> String {
    let key = format!("cli-rules-syntax-{}", key_of(syntax.code()));
    let given = syntax.given().unwrap_or_default();
    manner.text(&key, &[("given", Arg::Text(given))])
}

fn unknown(
    manner: &Manner,
    what: What,
    given: &str,
    (nearest, name): (&str, &str),
    known: &[String],
) -> String {
    let what = manner.text(&format!("cli-rules-what-{}", what.code()), &[]);
    let near = match name {
        "" => nearest.to_owned(),
        name => format!("{nearest} ({name})"),
    };
    let known = known.join(", ");
    let key = match (near.is_empty(), known.is_empty()) {
        (true, true) => "cli-rules-unknown",
        (true, false) => "cli-rules-unknown-of",
        (false, true) => "cli-rules-unknown-near",
        (false, false) => "cli-rules-unknown-near-of",
    };
    let args = [
        ("what", Arg::Text(&what)),
        ("given", Arg::Text(given)),
        ("nearest", Arg::Text(&near)),
        ("known", Arg::Text(&known)),
    ];
    manner.text(key, &args)
}

fn number(count: usize) -> Arg<'static> {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A code as the keys of texts are written.
fn key_of(code: &str) -> String {
    code.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use declic_words::{Lang, find};

    use super::*;

    #[test]
    fn every_kind_of_problem_has_its_words_in_both_languages() {
        let syntaxes = Syntax::ALL.iter();
        let syntaxes = syntaxes.map(|kind| format!("cli-rules-syntax-{}", key_of(kind().code())));
        let whats = What::ALL
            .iter()
            .map(|what| format!("cli-rules-what-{}", what.code()));
        let many = ["bytes", "powers", "rules", "values"].map(|what| format!("cli-rules-many-{what}"));
        for key in syntaxes.chain(whats).chain(many) {
            for lang in [Lang::Fr, Lang::En] {
                let args = [("given", Arg::Text("x"))];
                assert!(find(lang, &key, &args).is_some(), "{key} in {lang:?}");
            }
        }
    }
}
