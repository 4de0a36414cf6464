//! Facts, their values and whole situations, in the language of the reader, with the words a file of rules writes.

use declic_routing::{Benefit, Blockage, Example, FactName, Regime, Stage, Territory};
use declic_words::{Arg, find};
use serde_json::{Map, Value, json};

use crate::screen::Manner;
use declic_words::when;

/// "régime".
pub fn name(manner: &Manner, fact: FactName) -> String {
    manner.text(&format!("cli-rules-fact-{}", key_of(fact.as_str())), &[])
}

/// "régime (regime)": the name with the word of a file.
pub fn name_and_word(manner: &Manner, fact: FactName) -> String {
    let (name, word) = (name(manner, fact), fact.as_str());
    if name == word {
        name
    } else {
        format!("{name} ({word})")
    }
}

/// The same of a fact that is told by its word; one of another version is told as it comes.
pub fn name_and_word_of(manner: &Manner, word: &str) -> String {
    match FactName::ALL.into_iter().find(|fact| fact.as_str() == word) {
        Some(fact) => name_and_word(manner, fact),
        None => word.to_owned(),
    }
}

/// "agricole (agricultural)", "Les Abymes (97101)".
pub fn value(manner: &Manner, fact: FactName, word: &str) -> String {
    let name = match fact {
        FactName::Commune => Territory::embedded()
            .current(word)
            .map(|found| found.name.to_owned()),
        FactName::Benefit => Benefit::all()
            .iter()
            .find(|benefit| benefit.code == word)
            .map(|benefit| benefit.name_fr.to_owned()),
        FactName::Blockage => Blockage::all()
            .iter()
            .find(|blockage| blockage.code == word)
            .map(|blockage| blockage.label_fr.to_owned()),
        FactName::PayingBody | FactName::SeizedBody => Territory::embedded()
            .agency(word)
            .map(|agency| agency.name_fr.to_owned()),
        _ => find(manner.lang, &format!("cli-rules-value-{}", key_of(word)), &[]),
    };
    match name {
        Some(name) if word == "not_given" || name == word => name,
        Some(name) => format!("{name} ({word})"),
        None => word.to_owned(),
    }
}

/// A situation in one line.
pub fn example(manner: &Manner, example: &Example) -> String {
    let day = example.on_date.map(|day| day.to_string());
    let facts = example.facts.iter().map(|(fact, word)| (fact.as_str(), *word));
    let on_date = day.iter().map(|day| (FactName::OnDate.as_str(), day.as_str()));
    example_of(manner, &facts.chain(on_date).collect::<Vec<_>>())
}

/// The same of facts that are told by their words.
pub fn example_of(manner: &Manner, facts: &[(&str, &str)]) -> String {
    let told = facts.iter().map(|(fact, word)| {
        let known = FactName::ALL.into_iter().find(|known| known.as_str() == *fact);
        let (name, value) = match known {
            Some(FactName::OnDate) => (name(manner, FactName::OnDate), when::day(manner, word)),
            Some(fact) => (name(manner, fact), value(manner, fact, word)),
            None => ((*fact).to_owned(), (*word).to_owned()),
        };
        let args = [("name", Arg::Text(&name)), ("value", Arg::Text(&value))];
        manner.text("cli-rules-fact-is", &args)
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A situation for programs: words by facts.
pub fn example_json(example: &Example) -> Value {
    let facts = example.facts.iter();
    let mut told: Map<_, _> = facts
        .map(|(fact, word)| (fact.as_str().to_owned(), json!(word)))
        .collect();
    if let Some(day) = example.on_date {
        told.insert(FactName::OnDate.as_str().to_owned(), json!(day.to_string()));
    }
    Value::Object(told)
}

/// A regime.
pub fn regime(manner: &Manner, regime: Regime) -> String {
    value(manner, FactName::Regime, regime.as_str())
}

/// A stage.
pub fn stage(manner: &Manner, stage: Stage) -> String {
    value(manner, FactName::Stage, stage.as_str())
}

fn key_of(word: &str) -> String {
    word.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use declic_words::Lang;

    use super::*;

    /// What the rules of this release may be told with, in French.
    #[test]
    fn every_fact_and_every_word_of_a_fact_has_its_french() {
        let manner = Manner {
            lang: Lang::Fr,
            zone: jiff::tz::TimeZone::UTC,
            json: false,
            quiet: false,
            bold: false,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        for fact in FactName::ALL {
            let key = format!("cli-rules-fact-{}", key_of(fact.as_str()));
            assert!(find(Lang::Fr, &key, &[]).is_some(), "{key}");
        }
        for word in [
            "general",
            "agricultural",
            "other",
            "unknown",
            "none",
            "independent",
            "undescribed",
            "self_employed",
            "employee",
            "yes",
            "no",
            "not_given",
            "DECISION",
            "PAYMENT",
        ] {
            assert_ne!(value(&manner, FactName::Regime, word), word);
        }
        let day = jiff::civil::date(2026, 12, 31);
        let told = Example {
            facts: vec![
                (FactName::Commune, "40273"),
                (FactName::Benefit, "AF"),
                (FactName::Regime, "agricultural"),
                (FactName::Stage, "not_given"),
                (FactName::PayingBody, "caf-40"),
            ],
            on_date: Some(day),
        };
        let wanted = "commune : Saint-Martin-de-Seignanx (40273), prestation : Allocations familiales (AF), \
            régime : agricole (agricultural), stade : non précisé, organisme payeur : Caf des Landes (caf-40), \
            date : 31 décembre 2026";
        assert_eq!(example(&manner, &told).replace('\u{a0}', " "), wanted);
    }
}
