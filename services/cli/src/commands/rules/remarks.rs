//! What the check of a ruleset tells, in the language of the reader and for programs.

use declic_routing::check::{Matter, Remark};
use declic_routing::total::{Hole, Total};
use declic_routing::{Benefit, FactName, Ruleset, Territory};
use declic_words::{Arg, Lang, find};
use serde_json::{Value, json};

use super::in_words;
use crate::screen::Manner;
use declic_words::when;

/// "ligne 12 : ", or nothing.
pub fn at_line(manner: &Manner, line: usize) -> String {
    if line == 0 {
        return String::new();
    }
    let line = Arg::Number(i64::try_from(line).unwrap_or(i64::MAX));
    manner.text("cli-rules-line", &[("line", line)]) + " "
}

/// One remark for programs: its code, its place, what it is about, and the sentence of people.
pub fn remark_json(manner: &Manner, remark: &Remark, rules: &Ruleset) -> Value {
    let matter = &remark.matter;
    let place = (remark.line != 0).then_some(remark.line);
    let mut value = json!({
        "code": matter.code(),
        "line": place,
        "column": place.map(|_| 1),
        "forbids": matter.forbids(),
        "message": self::matter(manner, matter, rules),
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

/// What the check found, of a code and what it is about, wherever it was found; `None` for a code that has no words here.
pub fn sentence(manner: &Manner, code: &str, about: &[(String, String)]) -> Option<String> {
    let key = format!("cli-check-{}", code.to_lowercase().replace('_', "-"));
    let value = |name: &str| {
        let mut named = about.iter();
        named
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let mut words: Vec<(&'static str, String)> = Vec::new();
    for (name, told) in about {
        match name.as_str() {
            "rule" => words.push(("rule", told.clone())),
            "by" => words.push(("by", told.clone())),
            "then" => words.push(("then", told.clone())),
            "count" => words.push(("count", told.clone())),
            "most" => words.push(("most", told.clone())),
            "power" => words.push(("power", power(manner, told, value("power_name")))),
            "until" => words.push(("until", when::day(manner, told))),
            "fact" => words.push(("fact", in_words::name_and_word_of(manner, told))),
            "benefit" => words.push(("benefit", in_words::value(manner, FactName::Benefit, told))),
            "blockage" => words.push(("blockage", in_words::value(manner, FactName::Blockage, told))),
            "agency" => words.push(("agency", in_words::value(manner, FactName::PayingBody, told))),
            "agencies" => {
                let agencies = told.split(", ");
                let named = agencies.map(|agency| in_words::value(manner, FactName::PayingBody, agency));
                let named = named.collect::<Vec<_>>().join(", ");
                words.push(("agencies", and_others(manner, named, value("more"))));
            }
            _ => {}
        }
    }
    words.push(("example", in_words::example_of(manner, &facts_of(about))));
    let args: Vec<_> = words
        .iter()
        .map(|(name, word)| (*name, argument(name, word)))
        .collect();
    find(manner.lang, &key, &args)
}

fn and_others(manner: &Manner, named: String, more: Option<&str>) -> String {
    match more.and_then(|more| more.parse().ok()) {
        Some(more) if more > 0 => {
            let args = [("agencies", Arg::Text(&named)), ("count", Arg::Number(more))];
            manner.text("cli-check-and-others", &args)
        }
        _ => named,
    }
}

/// Counts that a sentence chooses its words by are numbers.
fn argument<'w>(name: &str, word: &'w str) -> Arg<'w> {
    match (name, word.parse()) {
        ("count", Ok(number)) => Arg::Number(number),
        _ => Arg::Text(word),
    }
}

/// "Droit au RSA (rsa_decision)": French readers get the name, with the word of the file.
fn power(manner: &Manner, word: &str, name: Option<&str>) -> String {
    match name {
        Some(name) if manner.lang == Lang::Fr && name != word => format!("{name} ({word})"),
        _ => word.to_owned(),
    }
}

/// The facts of a situation, each with its word.
fn facts_of(about: &[(String, String)]) -> Vec<(&str, &str)> {
    let facts = about.iter();
    facts
        .filter_map(|(name, word)| Some((name.strip_prefix("example.")?, word.as_str())))
        .collect()
}

/// One remark of the check of a file.
pub fn matter(manner: &Manner, matter: &Matter, rules: &Ruleset) -> String {
    sentence(manner, matter.code(), &matter.about(rules)).unwrap_or_else(|| matter.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hub_found_is_told_as_what_is_found_here() {
        let mut manner = Manner {
            lang: Lang::Fr,
            zone: jiff::tz::TimeZone::UTC,
            json: false,
            quiet: false,
            bold: false,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let about = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        type Row = (
            &'static str,
            &'static [(&'static str, &'static str)],
            &'static str,
        );
        let rows: [Row; 5] = [
            (
                "UNREACHABLE",
                &[
                    ("rule", "rsa.never"),
                    ("power", "rsa_decision"),
                    ("power_name", "Droit au RSA"),
                ],
                "la règle « rsa.never » ne s’applique jamais pour Droit au RSA (rsa_decision) : ses conditions ne sont \
                 jamais réunies.",
            ),
            (
                "UNCOVERED",
                &[
                    ("power", "x"),
                    ("example.regime", "agricultural"),
                    ("example.on_date", "2026-12-31"),
                ],
                "aucune règle ne répond pour x, par exemple : régime : agricole (agricultural), date : 31 décembre 2026.",
            ),
            (
                "NO_DESKS",
                &[("count", "3"), ("agencies", "caf-56, cpam-56"), ("more", "1")],
                "3 organismes n’ont ici aucune équipe active, leurs dossiers iraient au tri : Caf du Morbihan (caf-56), \
                 CPAM du Morbihan (cpam-56) et 1 autre",
            ),
            (
                "MORE",
                &[("count", "12")],
                "et 12 autres remarques : declic routing check les donne toutes",
            ),
            (
                "NO_BENEFIT",
                &[("benefit", "AF")],
                "la prestation Allocations familiales (AF) n’a pas de ligne : tous ses \
                 dossiers iraient au tri.",
            ),
        ];
        for (code, pairs, wanted) in rows {
            let told = sentence(&manner, code, &about(pairs)).expect("a known code");
            assert_eq!(told.replace('\u{a0}', " "), wanted);
        }
        assert_eq!(sentence(&manner, "OF_ANOTHER_VERSION", &[]), None);
        manner.lang = Lang::En;
        let about = about(&[
            ("power", "social"),
            ("power_name", "Aide sociale de la collectivité"),
        ]);
        let told = sentence(&manner, "UNUSED_POWER", &about).expect("a known code");
        assert_eq!(told, "nothing asks the power social.");
    }
}
