//! Any mixture of facts, however odd, is heard and gives one decision.

use declic_routing::{AgencyKind, Benefit, Blockage, Facts, Outcome, RawFacts, Ruleset, Territory, route};
use jiff::civil::date;
use proptest::prelude::*;

fn maybe(values: Vec<String>) -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(values))
}

fn any_facts() -> impl Strategy<Value = RawFacts> {
    let territory = Territory::embedded();
    let mut communes: Vec<String> = territory
        .communes()
        .iter()
        .map(|commune| commune.code.to_owned())
        .collect();
    communes.extend(territory.other_codes().map(str::to_owned));
    let benefits: Vec<String> = Benefit::all()
        .iter()
        .map(|benefit| benefit.code.to_owned())
        .collect();
    let blockages: Vec<String> = Blockage::all()
        .iter()
        .map(|blockage| blockage.code.to_owned())
        .collect();
    let agencies: Vec<String> = territory
        .agencies()
        .iter()
        .filter(|agency| agency.kind != AgencyKind::Triage)
        .map(|agency| agency.slug.as_str().to_owned())
        .collect();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let person = (
        prop::sample::select(communes.clone()),
        prop::sample::select(words(&["general", "agricultural", "other", "unknown"])),
        prop::sample::select(benefits),
        maybe(blockages),
        maybe(words(&["DECISION", "PAYMENT"])),
        maybe(communes.clone()),
        maybe(communes),
    );
    let rest = (
        maybe(agencies.clone()),
        maybe(agencies),
        maybe(words(&["self_employed", "employee"])),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<bool>()),
        maybe(words(&[
            "enim",
            "sre",
            "cnracl",
            "agirc-arrco",
            "independent",
            "none",
            "ratp",
        ])),
        maybe(words(&["déménagement"])),
        any::<bool>(),
        maybe(words(&["2018-06-01", "2026-12-31", "2027-01-01"])),
    );
    (person, rest).prop_map(
        |(
            (commune, regime, benefit, blockage, stage, relief_domicile, elected_domicile),
            (
                paying_body,
                seized_body,
                agricultural_status,
                local_scheme,
                has_basic_pension,
                special_scheme,
                life_event,
                urgent,
                on_date,
            ),
        )| RawFacts {
            commune,
            regime,
            benefit,
            blockage,
            stage,
            relief_domicile,
            elected_domicile,
            paying_body,
            seized_body,
            agricultural_status,
            local_scheme,
            has_basic_pension,
            special_scheme,
            life_event,
            urgent,
            on_date,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_given_fact_is_passed_over_in_silence(raw in any_facts()) {
        let facts = Facts::parse(&raw, date(2026, 11, 22)).expect("every code was drawn from the lists");
        let decision = route(&facts, Ruleset::embedded());
        prop_assert_eq!(&decision, &route(&facts, Ruleset::embedded()));
        prop_assert_eq!(decision.outcome == Outcome::Routed, !decision.agencies.is_empty());
        prop_assert_eq!(decision.outcome == Outcome::Question, decision.question.is_some());
        let mut named: Vec<_> = decision.agencies.iter().chain(&decision.candidates).collect();
        let total = named.len();
        named.sort_unstable();
        named.dedup();
        prop_assert_eq!(named.len(), total, "an agency is named twice: {:?}", decision);
        let told = decision.reasons.join(" ");
        for fact in facts.given() {
            let heard = decision.facts_used.contains(&fact) || told.contains("Sans effet sur cette orientation");
            prop_assert!(heard, "{} is not heard in {:?}", fact, decision);
        }
        if let Some(question) = &decision.question {
            prop_assert!(!facts.given().any(|fact| fact == question.fact), "{:?}", decision);
        }
        let again = Facts::parse(&facts.to_raw(), date(1990, 1, 1)).expect("facts written back parse again");
        prop_assert_eq!(again, facts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_refused_or_resolved_without_a_panic(text in "\\PC{0,12}") {
        let territory = Territory::embedded();
        let hits = territory.search(&text, 5);
        prop_assert!(hits.len() <= 5);
        if let Ok(resolved) = territory.commune(&text) {
            prop_assert!(resolved.given.eq_ignore_ascii_case(text.trim()));
        }
    }
}
