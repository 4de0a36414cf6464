//! What is told of a file of rules, in the language of the reader.

use declic_routing::check::Matter;
use declic_routing::{Fault, Problem};
use declic_words::Arg;

use crate::screen::Manner;

/// "ligne 12 : ", or nothing.
pub fn at_line(manner: &Manner, line: usize) -> String {
    if line == 0 {
        return String::new();
    }
    let line = Arg::Number(i64::try_from(line).unwrap_or(i64::MAX));
    manner.text("cli-rules-line", &[("line", line)]) + " "
}

/// One problem of a file.
pub fn fault(manner: &Manner, fault: &Fault) -> String {
    let number = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let problem = problem(manner, &fault.problem);
    let args = [
        ("line", number(fault.line)),
        ("column", number(fault.column)),
        ("problem", Arg::Text(&problem)),
    ];
    manner.text("cli-json-mistake", &args)
}

fn problem(manner: &Manner, problem: &Problem) -> String {
    let number = |count: i64| Arg::Number(count);
    let line_number = |line: &usize| Arg::Number(i64::try_from(*line).unwrap_or(i64::MAX));
    let told = |key: &str, args: &[(&'static str, Arg<'_>)]| manner.text(key, args);
    match problem {
        Problem::Syntax(message) => told("cli-rules-syntax", &[("problem", Arg::Text(message))]),
        Problem::Format(format) => told("cli-rules-format", &[("format", number(*format))]),
        Problem::Unknown {
            what,
            given,
            nearest,
            known,
        } => {
            let known = known.join(", ");
            let args = [
                ("what", Arg::Text(what)),
                ("given", Arg::Text(given)),
                ("nearest", Arg::Text(nearest)),
                ("known", Arg::Text(&known)),
            ];
            let key = if known.is_empty() {
                "cli-rules-unknown"
            } else {
                "cli-rules-unknown-of"
            };
            told(key, &args)
        }
        Problem::TooMany { what, count, most } => told(
            "cli-rules-too-many",
            &[
                ("what", Arg::Text(what)),
                ("count", line_number(count)),
                ("most", line_number(most)),
            ],
        ),
        Problem::TooManyAsked { power, most } => {
            let most = most.to_string();
            told(
                "cli-rules-too-many-asked",
                &[("power", Arg::Text(power)), ("most", Arg::Text(&most))],
            )
        }
        Problem::NoPower => told("cli-rules-no-power", &[]),
        Problem::Repeated { word } => told("cli-rules-repeated", &[("word", Arg::Text(word))]),
        Problem::NoVersion => told("cli-rules-no-version", &[]),
        Problem::EmptyList => told("cli-rules-empty-list", &[]),
        Problem::NoReason => told("cli-rules-no-reason", &[]),
        Problem::NoBody => told("cli-rules-no-body", &[]),
        Problem::Rank => told("cli-rules-rank", &[]),
        Problem::OneThing => told("cli-rules-one-thing", &[]),
        Problem::AndWithoutAs => told("cli-rules-and-without-as", &[]),
        Problem::IdleCandidates => told("cli-rules-idle-candidates", &[]),
        Problem::TriageIsTrue => told("cli-rules-triage-is-true", &[]),
        Problem::Day => told("cli-rules-day", &[]),
        Problem::SameName { name, line } => told(
            "cli-rules-same-name",
            &[("name", Arg::Text(name)), ("line", line_number(line))],
        ),
        Problem::Dates { from, until } => told(
            "cli-rules-dates",
            &[("from", Arg::Text(from)), ("until", Arg::Text(until))],
        ),
        Problem::AsksItself { power } => told("cli-rules-asks-itself", &[("power", Arg::Text(power))]),
        Problem::Loop { chain } => told("cli-rules-loop", &[("chain", Arg::Text(chain))]),
        Problem::EqualRank {
            rank,
            other,
            line,
            example,
        } => told(
            "cli-rules-equal-rank",
            &[
                ("rank", number(i64::from(*rank))),
                ("other", Arg::Text(other)),
                ("line", line_number(line)),
                ("example", Arg::Text(example)),
            ],
        ),
    }
}

/// One remark of the check.
pub fn matter(manner: &Manner, matter: &Matter) -> String {
    let told = |key: &str, args: &[(&'static str, &str)]| {
        let args: Vec<_> = args.iter().map(|(name, text)| (*name, Arg::Text(text))).collect();
        manner.text(key, &args)
    };
    match matter {
        Matter::Unreachable { rule, power } => {
            told("cli-check-unreachable", &[("rule", rule), ("power", power)])
        }
        Matter::Shadowed { rule, power, by } => told(
            "cli-check-shadowed",
            &[("rule", rule), ("power", power), ("by", &by.join(", "))],
        ),
        Matter::Uncovered { power, example } => {
            told("cli-check-uncovered", &[("power", power), ("example", example)])
        }
        Matter::TooManySituations { power, count, most } => told(
            "cli-check-too-many-situations",
            &[
                ("power", power),
                ("count", &count.to_string()),
                ("most", &most.to_string()),
            ],
        ),
        Matter::NoBody { rule, example } => {
            told("cli-check-no-body", &[("rule", rule), ("example", example)])
        }
        Matter::IdleQuestion { rule, fact, example } => told(
            "cli-check-idle-question",
            &[("rule", rule), ("fact", fact.as_str()), ("example", example)],
        ),
        Matter::UnusedPower { power } => told("cli-check-unused-power", &[("power", power)]),
        Matter::NoBenefit { benefit } => told("cli-check-no-benefit", &[("benefit", benefit)]),
        Matter::NoBlockage { blockage } => told("cli-check-no-blockage", &[("blockage", blockage)]),
        Matter::NoDesk { agency } => told("cli-check-no-desk", &[("agency", agency.as_str())]),
        Matter::Ended { rule, until } => told(
            "cli-check-ended",
            &[("rule", rule), ("until", &until.to_string())],
        ),
        Matter::EndsSoon { rule, until, then } => told(
            "cli-check-ends-soon",
            &[
                ("rule", rule),
                ("until", &until.to_string()),
                ("then", &then.join(", ")),
            ],
        ),
    }
}
