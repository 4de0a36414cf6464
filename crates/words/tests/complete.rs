//! French is complete, English too, and both keep their typography.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use declic_words::{Arg, Family, Lang, blockage_group, label, next_step, text};

const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/declic/v1");
const LOCALES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");

/// Enums of the contract that people see, each with its family.
const ENUMS: [(&str, &str, Family); 27] = [
    ("CaseState", "CASE_STATE_", Family::CaseState),
    ("TicketState", "TICKET_STATE_", Family::TicketState),
    ("Outcome", "OUTCOME_", Family::Outcome),
    ("Effect", "EFFECT_", Family::Effect),
    ("Regime", "REGIME_", Family::Regime),
    ("Stage", "STAGE_", Family::Stage),
    (
        "AgriculturalStatus",
        "AGRICULTURAL_STATUS_",
        Family::AgriculturalStatus,
    ),
    ("InformationKind", "INFORMATION_KIND_", Family::InformationKind),
    ("RedirectReason", "REDIRECT_REASON_", Family::RedirectReason),
    ("ReplayOutcome", "REPLAY_OUTCOME_", Family::ReplayOutcome),
    (
        "RulesetChangeKind",
        "RULESET_CHANGE_KIND_",
        Family::RulesetChangeKind,
    ),
    ("Enrolment", "ENROLMENT_", Family::Enrolment),
    ("ClosurePart", "CLOSURE_PART_", Family::ClosurePart),
    ("OrganisationKind", "ORGANISATION_KIND_", Family::OrganisationKind),
    ("ImportKind", "IMPORT_KIND_", Family::ImportKind),
    ("ImportOutcome", "IMPORT_OUTCOME_", Family::ImportOutcome),
    ("RoutingOutcome", "ROUTING_OUTCOME_", Family::RoutingOutcome),
    ("FactOrigin", "FACT_ORIGIN_", Family::FactOrigin),
    (
        "RoutingConfidence",
        "ROUTING_CONFIDENCE_",
        Family::RoutingConfidence,
    ),
    ("Role", "ROLE_", Family::Role),
    ("MandateChannel", "MANDATE_CHANNEL_", Family::MandateChannel),
    ("ContactChannel", "CONTACT_CHANNEL_", Family::ContactChannel),
    ("ContactResult", "CONTACT_RESULT_", Family::ContactResult),
    ("ClockPart", "CLOCK_PART_", Family::ClockPart),
    ("ClockState", "CLOCK_STATE_", Family::ClockState),
    ("SilenceEffect", "SILENCE_EFFECT_", Family::SilenceEffect),
    ("ErrorReason", "ERROR_REASON_", Family::ErrorReason),
];

#[test]
fn every_enum_of_the_contract_has_its_words_in_french_and_english() {
    let enums = enums_of_the_contract();
    let listed: BTreeSet<&str> = ENUMS.iter().map(|(name, ..)| *name).collect();
    let found: BTreeSet<&str> = enums.keys().map(String::as_str).collect();
    assert_eq!(
        found, listed,
        "an enum of the contract is missing from the list above"
    );

    let mut missing = Vec::new();
    for (name, prefix, family) in &ENUMS {
        for value in &enums[*name] {
            let code = value
                .strip_prefix(prefix)
                .expect("values carry the prefix of their enum");
            if code == "UNSPECIFIED" {
                continue;
            }
            for lang in [Lang::Fr, Lang::En] {
                if label(lang, *family, code) == code {
                    missing.push(format!("{lang:?} {value}"));
                }
            }
            if *name == "TicketState" && next_step(Lang::Fr, code).is_empty() {
                missing.push(format!("next step of {value}"));
            }
        }
    }
    assert!(missing.is_empty(), "no words for {missing:?}");
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_arguments() {
    assert_eq!(messages("fr"), messages("en"));
}

#[test]
fn french_texts_keep_french_typography() {
    let mut wrong = Vec::new();
    for (key, value) in texts("fr") {
        for (place, mark) in value.char_indices().filter(|(_, c)| ":;?!»%".contains(*c)) {
            let before = value[..place].chars().next_back().unwrap_or('x');
            let after = value[place + mark.len_utf8()..].chars().next().unwrap_or(' ');
            let in_a_sentence = after.is_whitespace() || ".),".contains(after);
            if before == ' ' || (in_a_sentence && !"\u{a0}\u{202f}".contains(before)) {
                wrong.push(format!("{key}: {mark:?} after {before:?}"));
            }
        }
        if value.contains('\'') {
            wrong.push(format!("{key}: straight apostrophe"));
        }
        if value.contains("« ") || value.contains("...") {
            wrong.push(format!("{key}: plain space after «, or three dots"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_code_nobody_knows_is_shown_as_it_is() {
    assert_eq!(
        label(Lang::Fr, Family::TicketState, "FROM_TOMORROW"),
        "FROM_TOMORROW"
    );
}

#[test]
fn arguments_enter_the_text_without_invisible_marks() {
    let shown = text(
        Lang::Fr,
        "ledger-verified",
        &[("size", Arg::Number(1)), ("root", Arg::Text("ab"))],
    );
    assert_eq!(shown, "grand livre vérifié\u{a0}: 1 inscription, racine ab");
}

#[test]
fn large_numbers_are_written_as_each_language_does() {
    let told = |lang, cases| {
        let number = Arg::Number(cases);
        let args = [
            ("before", Arg::Text("1")),
            ("after", Arg::Text("2")),
            ("cases", number),
        ];
        let args = [
            args.as_slice(),
            &[("moved", number), ("reworded", Arg::Number(999))],
        ]
        .concat();
        text(lang, "cli-rehearsal", &args)
    };
    assert_eq!(
        told(Lang::Fr, 1_234_567),
        "De 1 à 2. Sur 1\u{202f}234\u{202f}567 dossiers, orientés ailleurs\u{a0}: 1\u{202f}234\u{202f}567\u{202f}; expliqués autrement\u{a0}: 999."
    );
    assert_eq!(
        told(Lang::En, -1_000),
        "From 1 to 2. Of -1,000 cases, sent elsewhere: -1,000; explained otherwise: 999."
    );
}

#[test]
fn every_blockage_has_its_words_and_its_heading() {
    let table = include_str!("../../routing/data/blocking_reasons.tsv");
    for code in table.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        assert_ne!(
            label(Lang::Fr, Family::Blockage, code),
            code,
            "no words for {code}"
        );
        match blockage_group(code) {
            Some(group) => assert_ne!(label(Lang::Fr, Family::BlockageGroup, group), group),
            None => assert_eq!(code, "NON_TAKEUP", "{code} has no heading"),
        }
    }
}

#[test]
fn everything_that_happens_to_a_ticket_has_its_words() {
    let source = include_str!("../../domain/src/event.rs");
    let codes = source
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split_once("\","));
    let codes: Vec<&str> = codes.map(|(code, _)| code).collect();
    assert!(
        codes.contains(&"ACKNOWLEDGED") && codes.contains(&"NO_RULE"),
        "{codes:?}"
    );
    for code in codes {
        let named = [Family::Event, Family::TriageReason]
            .into_iter()
            .any(|family| label(Lang::Fr, family, code) != code);
        assert!(named, "no words for {code}");
    }
}

#[test]
fn languages_are_read_as_the_environment_writes_them() {
    assert_eq!("fr_FR.UTF-8".parse(), Ok(Lang::Fr));
    assert_eq!("en".parse(), Ok(Lang::En));
    assert!("de".parse::<Lang>().is_err());
}

fn enums_of_the_contract() -> BTreeMap<String, Vec<String>> {
    let mut enums = BTreeMap::new();
    for file in files(Path::new(PROTO)) {
        let source = std::fs::read_to_string(&file).expect("the contract is readable");
        let mut current: Option<String> = None;
        for line in source
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("//"))
        {
            if let Some(name) = line.strip_prefix("enum ") {
                current = Some(name.trim_end_matches(['{', ' ']).to_owned());
                continue;
            }
            let Some(name) = &current else { continue };
            if line == "}" {
                current = None;
            } else if let Some((value, _)) = line.split_once(" = ") {
                enums
                    .entry(name.clone())
                    .or_insert_with(Vec::new)
                    .push(value.to_owned());
            }
        }
    }
    enums
}

/// Keys of a language, each with the arguments its text uses.
fn messages(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    texts(lang)
        .into_iter()
        .map(|(key, value)| {
            let used = value
                .split('$')
                .skip(1)
                .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect())
                .collect();
            (key, used)
        })
        .collect()
}

/// Keys and raw values of a language; a value's further lines are joined to it.
fn texts(lang: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for file in files(&Path::new(LOCALES).join(lang)) {
        let source = std::fs::read_to_string(&file).expect("the texts are readable");
        let mut key = String::new();
        for line in source
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            if line.starts_with(' ') {
                let value: &mut String = texts.get_mut(&key).expect("a text begins with its key");
                value.push('\n');
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(" =").expect("a key, an equal sign, a text");
                name.clone_into(&mut key);
                let earlier = texts.insert(key.clone(), value.trim_start().to_owned());
                assert!(earlier.is_none(), "{key} is written twice");
            }
        }
    }
    texts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("a readable entry").path())
        .collect()
}
