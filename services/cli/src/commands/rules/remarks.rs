//! What the check of a ruleset tells, in the language of the reader and for programs.

use declic_routing::check::{Matter, Remark};
use declic_routing::total::{Hole, Total};
use declic_routing::{Benefit, Territory};
use declic_words::Arg;
use serde_json::{Value, json};

use super::in_words;
use crate::screen::Manner;
use crate::when;

/// "ligne 12 : ", or nothing.
pub fn at_line(manner: &Manner, line: usize) -> String {
    if line == 0 {
        return String::new();
    }
    let line = Arg::Number(i64::try_from(line).unwrap_or(i64::MAX));
    manner.text("cli-rules-line", &[("line", line)]) + " "
}

/// One remark for programs: its code, its place, what it is about, and the sentence of people.
pub fn remark_json(manner: &Manner, remark: &Remark) -> Value {
    let matter = &remark.matter;
    let place = (remark.line != 0).then_some(remark.line);
    let mut value = json!({
        "code": matter.code(),
        "line": place,
        "column": place.map(|_| 1),
        "forbids": matter.forbids(),
        "message": self::matter(manner, matter),
    });
    let about: Vec<(&str, Value)> = match matter {
        Matter::Unreachable { rule, power } => vec![("rule", json!(rule)), ("power", json!(power))],
        Matter::Shadowed { rule, power, by } => {
            vec![("rule", json!(rule)), ("power", json!(power)), ("by", json!(by))]
        }
        Matter::Uncovered { power, example } => {
            vec![
                ("power", json!(power)),
                ("example", in_words::example_json(example)),
            ]
        }
        Matter::TooManySituations { power, .. } | Matter::UnusedPower { power } => {
            vec![("power", json!(power))]
        }
        Matter::NoBody { rule, example } => {
            vec![
                ("rule", json!(rule)),
                ("example", in_words::example_json(example)),
            ]
        }
        Matter::IdleQuestion { rule, fact, example } => vec![
            ("rule", json!(rule)),
            ("fact", json!(fact.as_str())),
            ("example", in_words::example_json(example)),
        ],
        Matter::NoBenefit { benefit } => vec![("benefit", json!(benefit))],
        Matter::NoBlockage { blockage } => vec![("blockage", json!(blockage))],
        Matter::NoDesk { agency } => vec![("agency", json!(agency.as_str()))],
        Matter::Ended { rule, until } => {
            vec![("rule", json!(rule)), ("until", json!(until.to_string()))]
        }
        Matter::EndsSoon { rule, until, then } => vec![
            ("rule", json!(rule)),
            ("until", json!(until.to_string())),
            ("then", json!(then)),
        ],
    };
    for (key, what) in about {
        value[key] = what;
    }
    value
}

/// One hole of the proof.
pub fn hole(manner: &Manner, hole: &Hole) -> String {
    let commune = Territory::embedded().commune(&hole.commune);
    let name = commune.map_or("", |found| found.commune.name);
    let benefit = Benefit::all().iter().find(|benefit| benefit.code == hole.benefit);
    let args = [
        ("commune", name),
        ("code", hole.commune.as_str()),
        ("benefit", benefit.map_or(hole.benefit, |benefit| benefit.name_fr)),
        ("benefit-code", hole.benefit),
        ("regime", &in_words::regime(manner, hole.regime)),
        ("stage", &in_words::stage(manner, hole.stage)),
        ("problem", &manner.text(&gap_key(hole.gap), &[])),
    ];
    let args: Vec<_> = args.iter().map(|(name, text)| (*name, Arg::Text(text))).collect();
    manner.text("cli-check-hole", &args)
}

fn gap_key(gap: declic_routing::total::Gap) -> String {
    format!("cli-check-gap-{}", gap.code().to_lowercase().replace('_', "-"))
}

/// The proof for programs.
pub fn total_json(manner: &Manner, total: &Total) -> Value {
    let agencies = total.by_agency.iter();
    let by_agency: serde_json::Map<_, _> = agencies
        .map(|(agency, count)| (agency.to_string(), json!(count)))
        .collect();
    let holes: Vec<_> = total
        .holes
        .iter()
        .map(|hole| {
            json!({
                "code": hole.gap.code(),
                "commune": hole.commune,
                "benefit": hole.benefit,
                "regime": hole.regime.as_str(),
                "stage": hole.stage.as_str(),
                "message": self::hole(manner, hole),
            })
        })
        .collect();
    json!({
        "decisions": total.decisions,
        "routed": total.routed,
        "questions": total.questions,
        "triage": total.triage,
        "holes": total.holes_found,
        "holes_shown": holes,
        "by_agency": by_agency,
    })
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
        Matter::Uncovered { power, example } => told(
            "cli-check-uncovered",
            &[("power", power), ("example", &in_words::example(manner, example))],
        ),
        Matter::TooManySituations { power, count, most } => told(
            "cli-check-too-many-situations",
            &[
                ("power", power),
                ("count", &count.to_string()),
                ("most", &most.to_string()),
            ],
        ),
        Matter::NoBody { rule, example } => told(
            "cli-check-no-body",
            &[("rule", rule), ("example", &in_words::example(manner, example))],
        ),
        Matter::IdleQuestion { rule, fact, example } => told(
            "cli-check-idle-question",
            &[
                ("rule", rule),
                ("fact", &in_words::name_and_word(manner, *fact)),
                ("example", &in_words::example(manner, example)),
            ],
        ),
        Matter::UnusedPower { power } => told("cli-check-unused-power", &[("power", power)]),
        Matter::NoBenefit { benefit } => told("cli-check-no-benefit", &[("benefit", benefit)]),
        Matter::NoBlockage { blockage } => told("cli-check-no-blockage", &[("blockage", blockage)]),
        Matter::NoDesk { agency } => told("cli-check-no-desk", &[("agency", agency.as_str())]),
        Matter::Ended { rule, until } => told(
            "cli-check-ended",
            &[("rule", rule), ("until", &when::day(manner, &until.to_string()))],
        ),
        Matter::EndsSoon { rule, until, then } => told(
            "cli-check-ends-soon",
            &[
                ("rule", rule),
                ("until", &when::day(manner, &until.to_string())),
                ("then", &then.join(", ")),
            ],
        ),
    }
}
