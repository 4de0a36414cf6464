//! What the check of a ruleset tells before it is activated.

use declic_routing::check::{Matter, Remark, check};
use declic_routing::{AgencyKind, AgencySlug, Benefit, Blockage, FactName, Ruleset, Territory};
use jiff::civil::date;

/// A ruleset that names every benefit and blockage, with these rules of the power that all ask.
fn ruleset(rules: &str) -> Ruleset {
    asking(|_| ("one", "one"), "", rules)
}

/// The same, each benefit decided and paid by other powers; `blockage` says more of each blockage.
fn asking(powers: impl Fn(&str) -> (&'static str, &'static str), blockage: &str, rules: &str) -> Ruleset {
    let mut file = "format = 1\nversion = \"test\"\n[power.one]\n".to_owned();
    for benefit in Benefit::all() {
        let code = benefit.code;
        let (decides, pays) = powers(code);
        file.push_str(&format!(
            "[benefit.{code}]\ndecides = \"{decides}\"\npays = \"{pays}\"\nlaw = \"\"\nconfidence = \"high\"\n"
        ));
    }
    let more = blockage;
    for blockage in Blockage::all() {
        let code = blockage.code;
        file.push_str(&format!(
            "[blockage.{code}]\nleads_to = \"decider\"\nreason = \"x\"\n{more}\n"
        ));
    }
    Ruleset::parse(&(file + rules)).unwrap_or_else(|error| panic!("{error}\n{rules}"))
}

/// What is told of a ruleset, on a day of 2026.
fn told(rules: &str) -> Vec<Matter> {
    matters(&ruleset(rules))
}

fn matters(rules: &Ruleset) -> Vec<Matter> {
    let remarks = check(rules, date(2026, 11, 22), |_| true);
    remarks.into_iter().map(|remark: Remark| remark.matter).collect()
}

fn rule(name: &str, lines: &str) -> String {
    format!("[[rule]]\nname = \"{name}\"\npower = \"one\"\nreason = \"x\"\n{lines}\n")
}

#[test]
fn the_ruleset_of_this_release_may_be_activated() {
    let remarks = check(Ruleset::embedded(), date(2026, 11, 22), |_| true);
    let forbidding: Vec<_> = remarks.iter().filter(|remark| remark.matter.forbids()).collect();
    assert!(forbidding.is_empty(), "{forbidding:#?}");
    let idle = remarks.iter().find(|remark| {
        matches!(
            remark.matter,
            Matter::IdleQuestion { .. } | Matter::UnusedPower { .. }
        )
    });
    assert_eq!(idle, None);
    let ending: Vec<_> = remarks
        .iter()
        .filter_map(|remark| match &remark.matter {
            Matter::EndsSoon { rule, until, then } => Some((rule.as_str(), *until, then.as_slice())),
            _ => None,
        })
        .collect();
    let then = ["rsa.state-ended".to_owned()];
    let last = date(2026, 12, 31);
    assert_eq!(
        ending,
        [
            ("rsa.state-2022", last, &then[..]),
            ("rsa.state-2023", last, &then[..])
        ]
    );
}

#[test]
fn a_ruleset_that_covers_everything_leaves_nothing_to_say() {
    assert_eq!(told(&rule("all", "body = \"caf\"")), []);
}

/// What is told of situations without a rule.
fn holes(matters: &[Matter]) -> Vec<String> {
    let holes = matters.iter().filter_map(|matter| match matter {
        Matter::Uncovered { example, .. } => Some(example.to_string()),
        _ => None,
    });
    holes.collect()
}

#[test]
fn each_situation_that_no_rule_describes_is_told_with_place_benefit_regime_stage_and_day() {
    let remarks = told(&rule(
        "some",
        "when = { regime = [\"general\", \"other\", \"unknown\"], benefit = \"AF\" }\nbody = \"caf\"",
    ));
    assert!(remarks.iter().all(Matter::forbids));
    // The benefits of the other line are one, and so are regimes: no rule tells them apart.
    let wanted = [("AF", "agricultural"), ("CF", "agricultural"), ("CF", "general")];
    let wanted = wanted.map(|(benefit, regime)| {
        format!("commune 01053 (Bourg-en-Bresse), benefit {benefit}, regime {regime}, stage not_given, on_date 2026-11-22")
    });
    assert_eq!(holes(&remarks), wanted);
    let overseas = told(&rule("some", "when = { zone = \"metropole\" }\nbody = \"caf\""));
    let wanted =
        "commune 97101 (Les Abymes), benefit AF, regime general, stage not_given, on_date 2026-11-22";
    assert_eq!(holes(&overseas), [wanted]);
}

#[test]
fn a_power_is_only_asked_for_its_benefits_and_their_stages() {
    let two = "[power.two]\n[[rule]]\nname = \"two\"\npower = \"two\"\nbody = \"mdph\"\nreason = \"x\"\n";
    let only_af = |code: &str| {
        if code == "AF" {
            ("one", "two")
        } else {
            ("two", "two")
        }
    };
    let decides = rule(
        "af",
        "when = { benefit = \"AF\", stage = [\"not_given\", \"DECISION\"] }\nbody = \"caf\"",
    );
    assert_eq!(matters(&asking(only_af, "", &(decides.clone() + two))), []);
    // The other way round, the payment of another benefit asks it too.
    let paid_too = |code: &str| match code {
        "AF" => ("one", "two"),
        "RSA" => ("two", "one"),
        _ => ("two", "two"),
    };
    let remarks = matters(&asking(paid_too, "", &(decides + two)));
    let wanted = [
        "commune 01053 (Bourg-en-Bresse), benefit RSA, regime general, stage PAYMENT, on_date 2026-11-22",
        "commune 01053 (Bourg-en-Bresse), benefit RSA, regime general, stage not_given, on_date 2026-11-22",
    ];
    assert_eq!(holes(&remarks), wanted);
}

#[test]
fn a_power_that_only_the_body_that_pays_leads_to_is_asked_where_one_is_given() {
    let payer = "[power.two]\n[[rule]]\nname = \"payer\"\npower = \"two\"\nwhen = { paying_body = \"given\" }\nbody = \"paying_body\"\nreason = \"x\"\n";
    let all = rule("all", "body = \"caf\"");
    let by_payer = asking(|_| ("one", "one"), "by_payer = \"two\"", &(all.clone() + payer));
    assert_eq!(matters(&by_payer), []);
    let first = asking(|_| ("one", "one"), "first = \"two\"", &(all + payer));
    assert!(!holes(&matters(&first)).is_empty());
}

#[test]
fn holes_are_looked_for_today_and_on_the_days_on_which_rules_begin_or_end() {
    // Before its first day there was another ruleset.
    assert_eq!(told(&rule("since", "from = 2020-01-01\nbody = \"caf\"")), []);
    let later = told(&rule("later", "from = 2027-01-01\nbody = \"caf\""));
    let [ref hole] = holes(&later)[..] else {
        panic!("{later:#?}");
    };
    assert!(hole.ends_with("on_date 2026-11-22"), "{hole}");
    // A gap between two rules, in days to come and in days past.
    for (until, from, gap) in [
        ("2027-03-01", "2027-06-01", "2027-03-02"),
        ("2024-03-01", "2024-06-01", "2024-03-02"),
    ] {
        let before = rule("before", &format!("until = {until}\nbody = \"caf\""));
        let after = rule("after", &format!("from = {from}\nbody = \"caf\""));
        let remarks = told(&(before + &after));
        let [ref hole] = holes(&remarks)[..] else {
            panic!("{remarks:#?}");
        };
        assert!(hole.ends_with(&format!("on_date {gap}")), "{hole}");
    }
    // What could only speak before the first day of another does not speak.
    let since = rule("since", "rank = 10\nfrom = 2020-01-01\nbody = \"caf\"");
    let remarks = told(&(since + &rule("old", "body = \"msa\"")));
    assert!(
        matches!(&remarks[..], [Matter::Shadowed { rule, .. }] if rule == "old"),
        "{remarks:#?}"
    );
}

#[test]
fn rules_that_tell_too_many_situations_apart_are_told_and_not_gone_through() {
    let agencies = Territory::embedded().agencies().iter();
    let pairs: Vec<_> = agencies
        .filter(|agency| agency.kind != AgencyKind::Triage)
        .collect();
    let rules: String = pairs
        .iter()
        .take(300)
        .enumerate()
        .map(|(rank, agency)| {
            let slug = agency.slug;
            let when = format!(
                "rank = {rank}\nwhen = {{ paying_body = \"{slug}\", benefit = \"AF\", departement = \"{:02}\" }}\nbody = \"caf\"",
                rank % 19 + 1
            );
            let again = when.replace("paying_body", "seized_body");
            rule(&format!("p{rank}"), &when) + &rule(&format!("s{rank}"), &again.replacen(&rank.to_string(), &(rank + 1_000).to_string(), 1))
        })
        .collect();
    let remarks = told(&(rules + &rule("all", "rank = 9999\nbody = \"caf\"")));
    let wide = remarks
        .iter()
        .find(|matter| matches!(matter, Matter::TooManySituations { most: 2_000_000, .. }));
    assert!(wide.is_some_and(Matter::forbids), "{remarks:#?}");
}

#[test]
fn a_rule_that_never_speaks_is_told_with_why() {
    let all = rule("all", "rank = 10\nbody = \"caf\"");
    let remarks = told(&(all + &rule("late", "when = { regime = \"general\" }\nbody = \"msa\"")));
    let wanted = Matter::Shadowed {
        rule: "late".to_owned(),
        power: "one".to_owned(),
        by: vec!["all".to_owned()],
    };
    assert!(remarks.contains(&wanted), "{remarks:#?}");
    let nowhere = rule(
        "nowhere",
        "rank = 10\nwhen = { departement = \"56\", zone = \"overseas\" }\nbody = \"caf\"",
    );
    let remarks = told(&(nowhere + &rule("all", "body = \"caf\"")));
    let wanted = Matter::Unreachable {
        rule: "nowhere".to_owned(),
        power: "one".to_owned(),
    };
    assert_eq!(remarks, [wanted]);
}

#[test]
fn a_kind_is_not_taken_for_the_agencies_that_rules_name() {
    // The first agency of its kind is named by another rule: the rule of the kind still speaks for the others.
    let first = "rank = 10\nwhen = { paying_body = \"agirc-arrco\" }\nbody = \"paying_body\"";
    let kind = "rank = 20\nwhen = { paying_body = \"NATIONAL\" }\nbody = \"paying_body\"";
    let rules = rule("named", first) + &rule("kind", kind) + &rule("all", "body = \"caf\"");
    assert_eq!(told(&rules), []);
}

#[test]
fn a_body_that_a_place_lacks_is_told() {
    let remarks = told(&rule("msa", "body = \"msa\""));
    let [Matter::NoBody { rule: name, example }] = &remarks[..] else {
        panic!("{remarks:#?}");
    };
    assert_eq!(name, "msa");
    assert!(example.to_string().contains("97"), "no MSA overseas: {example}");
    let remarks = told(&rule("payer", "body = \"paying_body\""));
    assert!(matches!(&remarks[..], [Matter::NoBody { .. }]), "{remarks:#?}");
    // A body that should join those of another power, and is not there.
    let two = "[power.two]\n[[rule]]\nname = \"two\"\npower = \"two\"\nbody = \"caf\"\nreason = \"x\"\n";
    let remarks = told(&(rule("joined", "as = \"two\"\nand = \"msa\"") + two));
    assert!(
        matches!(&remarks[..], [Matter::NoBody { rule, .. }] if rule == "joined"),
        "{remarks:#?}"
    );
}

#[test]
fn a_question_whose_answers_lead_to_one_body_is_told() {
    let ask = "rank = 10\nwhen = { regime = \"unknown\" }\nask = \"regime\"\ncandidates = [\"caf\"]";
    let remarks = told(&(rule("ask", ask) + &rule("all", "body = \"caf\"")));
    let [Matter::IdleQuestion { rule: name, fact, .. }] = &remarks[..] else {
        panic!("{remarks:#?}");
    };
    assert_eq!((name.as_str(), *fact), ("ask", FactName::Regime));
    let worth = rule("ask", ask)
        + &rule(
            "farmers",
            "rank = 10\nwhen = { regime = \"agricultural\" }\nbody = \"caf-56\"",
        )
        + &rule("all", "body = \"caf\"");
    assert_eq!(told(&worth), []);
}

#[test]
fn the_end_of_a_rule_is_told_before_it_comes_with_what_then_speaks() {
    let then = rule("then", "body = \"caf\"");
    let soon = rule("soon", "rank = 10\nuntil = 2027-03-01\nbody = \"mdph\"");
    let ends = Matter::EndsSoon {
        rule: "soon".to_owned(),
        until: date(2027, 3, 1),
        then: vec!["then".to_owned()],
    };
    assert_eq!(told(&(soon + &then)), [ends]);
    let later = rule("later", "rank = 10\nuntil = 2028-03-01\nbody = \"mdph\"");
    assert_eq!(told(&(later + &then)), []);
    let ended = rule("ended", "rank = 10\nuntil = 2025-03-01\nbody = \"mdph\"");
    let matters = told(&(ended + &then));
    assert!(matches!(&matters[..], [Matter::Ended { .. }]), "{matters:#?}");
    // Nothing follows: what ends is a hole from then on.
    let hole = told(&rule("only", "until = 2027-03-01\nbody = \"caf\""));
    assert!(
        hole.iter().any(
            |matter| matches!(matter, Matter::Uncovered { example, .. } if example.to_string().contains("2027-03-02"))
        ),
        "{hole:#?}"
    );
}

#[test]
fn an_agency_without_a_desk_and_a_power_that_nobody_asks_are_told() {
    let rules = ruleset(&rule("all", "body = \"enim\""));
    let remarks = check(&rules, date(2026, 11, 22), |agency| agency.as_str() != "enim");
    let [
        Remark {
            matter: Matter::NoDesk { agency },
            ..
        },
    ] = &remarks[..]
    else {
        panic!("{remarks:#?}");
    };
    assert_eq!(agency.as_str(), "enim");
    let unused = told(
        "[power.two]\n[[rule]]\nname = \"all\"\npower = [\"one\", \"two\"]\nbody = \"caf\"\nreason = \"x\"",
    );
    let wanted = Matter::UnusedPower {
        power: "two".to_owned(),
    };
    assert_eq!(unused, [wanted]);
}

#[test]
fn an_agency_without_a_desk_is_told_wherever_a_rule_may_name_it() {
    let without = |slugs: &'static [&'static str], rules: &str| {
        let has_desk = |agency: AgencySlug| !slugs.contains(&agency.as_str());
        let remarks = check(&ruleset(rules), date(2026, 11, 22), has_desk);
        let told = remarks.into_iter().filter_map(|remark| match remark.matter {
            Matter::NoDesk { agency } => Some((remark.line, agency.as_str())),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let all = rule("all", "body = \"caf\"");
    let slugs = ["caf-56", "msa-picardie", "mdph-56"];
    let line = 1 + ruleset_lines();
    // No rule tells the Morbihan from the Ain.
    assert_eq!(without(&["caf-56", "mdph-56"], &all), [(line, "caf-56")]);
    // The rule never speaks in the Morbihan.
    let elsewhere = rule(
        "some",
        "rank = 1\nwhen = { departement = \"56\" }\nbody = \"mdph\"",
    ) + &all;
    assert_eq!(without(&["caf-56", "mdph-56"], &elsewhere), [(line, "mdph-56")]);
    // Whoever pays, when it is a body of its kind.
    let payer = rule(
        "payer",
        "rank = 1\nwhen = { paying_body = \"MSA\" }\nbody = \"paying_body\"",
    ) + &all;
    assert_eq!(without(&["msa-picardie"], &payer), [(line, "msa-picardie")]);
    // Who joins is named too.
    let two = "[power.two]\n[[rule]]\nname = \"two\"\npower = \"two\"\nbody = \"caf\"\nreason = \"x\"\n";
    let joined = rule("joined", "as = \"two\"\nand = \"mdph\"") + two;
    assert_eq!(without(&["mdph-56"], &joined), [(line, "mdph-56")]);
    assert!(
        slugs
            .iter()
            .all(|slug| Territory::embedded().agency(slug).is_some())
    );
}

/// Lines of a ruleset before its rules.
fn ruleset_lines() -> usize {
    3 + Benefit::all().len() * 5 + Blockage::all().len() * 4
}

#[test]
fn benefits_and_blockages_without_a_line_are_told() {
    let rules =
        Ruleset::parse("format = 1\nversion = \"empty\"").expect("nothing is written, nothing is wrong");
    let remarks = check(&rules, date(2026, 11, 22), |_| true);
    assert_eq!(remarks.len(), Benefit::all().len() + Blockage::all().len());
    assert!(remarks.iter().all(|remark| remark.matter.forbids()));
}
