//! What the check of a ruleset tells before it is activated.

use declic_routing::check::{Matter, Remark, check};
use declic_routing::{Benefit, Blockage, FactName, Ruleset};
use jiff::civil::date;

/// A ruleset that names every benefit and blockage, with these rules of the power that all ask.
fn ruleset(rules: &str) -> Ruleset {
    let mut file = "format = 1\nversion = \"test\"\n[power.one]\n".to_owned();
    for benefit in Benefit::all() {
        let code = benefit.code;
        file.push_str(&format!(
            "[benefit.{code}]\ndecides = \"one\"\npays = \"one\"\nlaw = \"\"\nconfidence = \"high\"\n"
        ));
    }
    for blockage in Blockage::all() {
        let code = blockage.code;
        file.push_str(&format!(
            "[blockage.{code}]\nleads_to = \"decider\"\nreason = \"x\"\n"
        ));
    }
    Ruleset::parse(&(file + rules)).unwrap_or_else(|error| panic!("{error}\n{rules}"))
}

/// What is told of a ruleset, on a day of 2026.
fn told(rules: &str) -> Vec<Matter> {
    let remarks = check(&ruleset(rules), date(2026, 11, 22), |_| true);
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

#[test]
fn what_no_rule_describes_is_told_with_an_example() {
    let remarks = told(&rule(
        "some",
        "when = { regime = [\"general\", \"other\", \"unknown\"], zone = \"metropole\" }\nbody = \"caf\"",
    ));
    let [Matter::Uncovered { power, example }] = &remarks[..] else {
        panic!("{remarks:#?}");
    };
    assert_eq!(power, "one");
    assert!(
        example.contains("agricultural") || example.contains("97"),
        "{example}"
    );
    assert!(remarks[0].forbids());
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
    assert!(example.contains("97"), "no MSA overseas: {example}");
    let remarks = told(&rule("payer", "body = \"paying_body\""));
    assert!(matches!(&remarks[..], [Matter::NoBody { .. }]), "{remarks:#?}");
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
            |matter| matches!(matter, Matter::Uncovered { example, .. } if example.contains("2027-03-02"))
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
fn benefits_and_blockages_without_a_line_are_told() {
    let rules =
        Ruleset::parse("format = 1\nversion = \"empty\"").expect("nothing is written, nothing is wrong");
    let remarks = check(&rules, date(2026, 11, 22), |_| true);
    assert_eq!(remarks.len(), Benefit::all().len() + Blockage::all().len());
    assert!(remarks.iter().all(|remark| remark.matter.forbids()));
}
