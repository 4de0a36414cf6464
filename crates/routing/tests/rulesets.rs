//! A file of rules that is wrong is refused with every place and what to do; a small one that is right decides.

use declic_routing::{Digest, Facts, Outcome, RawFacts, Ruleset, route};
use jiff::civil::date;

/// A ruleset of one benefit, with more at its end.
fn small(more: &str) -> String {
    format!(
        r#"format = 1
version = "test"
[list]
alsace = ["67", "68"]
[power.family]
[power.other]
[benefit.AF]
decides = "family"
pays = "family"
law = "CSS R514-1"
confidence = "high"
{more}"#
    )
}

/// A rule of the power `family` with these lines.
fn rule(lines: &str) -> String {
    small(&format!(
        "[[rule]]\nname = \"first\"\npower = \"family\"\n{lines}\n"
    ))
}

fn refusal(file: &str) -> String {
    Ruleset::parse(file).expect_err("the file is wrong").to_string()
}

fn facts(commune: &str) -> Facts {
    let raw = RawFacts {
        commune: commune.to_owned(),
        regime: "general".to_owned(),
        benefit: "AF".to_owned(),
        ..RawFacts::default()
    };
    Facts::parse(&raw, date(2026, 11, 22)).expect("the facts are known")
}

#[test]
fn each_problem_is_told_with_its_place_and_what_to_do() {
    let body = "body = \"caf\"\nreason = \"x\"";
    let cases = [
        ("format = \n".to_owned(), "line 1, column 10:"),
        (
            "format = 2\nversion = \"a\"".to_owned(),
            "line 1, column 10: format 2 is not read here: write format = 1",
        ),
        (
            "format = 1\nversion = \" \"".to_owned(),
            "line 2, column 11: give the version a name",
        ),
        (
            small("color = \"red\""),
            "line 12, column 1: unknown key \"color\". Known: decides",
        ),
        (
            small("[benefit.AFF]\ndecides = \"family\"\nlaw = \"\"\nconfidence = \"high\""),
            "line 12, column 10: unknown benefit \"AFF\"; did you mean \"AF\" (Allocations familiales)?",
        ),
        (
            small("[benefit.CF]\ndecides = \"famly\"\nlaw = \"\"\nconfidence = \"sure\""),
            "line 13, column 11: unknown power \"famly\"; did you mean \"family\"?",
        ),
        (
            small("[benefit.CF]\ndecides = \"famly\"\nlaw = \"\"\nconfidence = \"sure\""),
            "line 15, column 14: unknown confidence \"sure\"",
        ),
        (
            small("[blockage.NO_REPLI]\nleads_to = \"decider\"\nreason = \"x\""),
            "line 12, column 11: unknown blockage \"NO_REPLI\"; did you mean \"NO_REPLY\"?",
        ),
        (
            small("[blockage.NO_REPLY]\nleads_to = \"king\"\nreason = \"x\""),
            "line 13, column 12: unknown lead \"king\"",
        ),
        (
            rule("body = \"caf-999\"\nreason = \"x\""),
            "line 15, column 8: unknown body \"caf-999\"; did you mean",
        ),
        (
            rule("body = \"triage-56\"\nreason = \"x\""),
            "line 15, column 8: unknown body \"triage-56\"",
        ),
        (
            rule(&format!("when = {{ regime = \"agricole\" }}\n{body}")),
            "line 15, column 19: unknown regime \"agricole\"; did you mean \"agricultural\"? Known: general",
        ),
        (
            rule(&format!("when = {{ departement = [\"67\", \"100\"] }}\n{body}")),
            "line 15, column 31: unknown departement \"100\"",
        ),
        (
            rule(&format!("when = {{ departement = \"list.moselle\" }}\n{body}")),
            "line 15, column 24: unknown list \"moselle\". Known: alsace",
        ),
        (
            rule(&format!("when = {{ age = \"60\" }}\n{body}")),
            "line 15, column 10: unknown condition \"age\"",
        ),
        (
            rule(&format!("when = {{ regime = [] }}\n{body}")),
            "line 15, column 19: an empty list never holds",
        ),
        (
            rule(&format!("from = 2026-12-31\nuntil = 2026-01-01\n{body}")),
            "line 16, column 9: ends on 2026-01-01, before it begins on 2026-12-31",
        ),
        (
            rule(&format!("from = 2026-12-31T10:00:00\n{body}")),
            "line 15, column 8: a day is written without quotes and without a time",
        ),
        (
            rule(&format!("from = \"2026-12-31\"\n{body}")),
            "line 15, column 8:",
        ),
        (
            rule(&format!("rank = 10000\n{body}")),
            "line 15, column 8: a rank is a whole number",
        ),
        (rule("reason = \"x\""), "line 13, column 8: a rule says one thing"),
        (
            rule(&format!("ask = \"regime\"\n{body}")),
            "line 13, column 8: a rule says one thing",
        ),
        (rule("body = \"caf\""), "line 13, column 8: give a reason"),
        (
            rule("body = \"caf\"\nreason = \"Caf : {boddy}\""),
            "line 16, column 17: unknown slot \"boddy\"; did you mean \"body\"?",
        ),
        (
            rule("ask = \"colour\"\nreason = \"x\""),
            "line 15, column 7: unknown fact \"colour\"",
        ),
        (
            rule(&format!("candidates = [\"caf\"]\n{body}")),
            "line 15, column 14: candidates go with ask or triage",
        ),
        (
            rule(&format!("and = \"caf\"\n{body}")),
            "line 15, column 7: `and` adds a body to those of `as`",
        ),
        (
            small(&format!("[[rule]]\nname = \"first\"\npower = []\n{body}")),
            "line 14, column 9: a rule is of a power: name one, or several",
        ),
        (
            small(&format!(
                "[[rule]]\nname = \"first\"\npower = [\"family\", \"other\", \"family\"]\n{body}"
            )),
            "line 14, column 29: \"family\" is named twice: take one out",
        ),
        (
            rule("body = [\"caf\", \"msa\", 'msa']\nreason = \"x\""),
            "line 15, column 23: \"msa\" is named twice",
        ),
        (
            rule(&format!(
                "{body}\n[[rule]]\nname = \"first\"\npower = \"other\"\n{body}"
            )),
            "line 18, column 8: \"first\" is already the name of a rule, on line 12",
        ),
    ];
    for (file, wanted) in cases {
        let told = refusal(&file);
        assert!(told.contains(wanted), "wanted {wanted}\ntold   {told}\n{file}");
    }
}

#[test]
fn all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines() {
    let told = refusal(&rule(
        "rank = -1\nwhen = { regime = \"x\", stage = \"y\" }\nbody = \"z\"\nreason = \"{w}\"",
    ));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 5, "{told}");
    let starts = ["line 15", "line 16", "line 16", "line 17", "line 18"];
    assert!(
        lines
            .iter()
            .zip(starts)
            .all(|(line, start)| line.starts_with(start)),
        "{told}"
    );
}

#[test]
fn two_rules_that_may_both_speak_need_different_ranks() {
    let second = |when: &str, rank: &str| {
        rule(&format!(
            "when = {{ regime = [\"general\", \"other\"] }}\nbody = \"caf\"\nreason = \"x\"\n\
             [[rule]]\nname = \"second\"\npower = \"family\"\n{rank}\nwhen = {{ {when} }}\nbody = \"msa\"\nreason = \"y\""
        ))
    };
    let told = refusal(&second(
        "regime = [\"agricultural\", \"other\"], departement = \"56\"",
        "",
    ));
    let wanted = "line 18, column 1: \"second\" has rank 100 like \"first\" (line 12), and both speak where commune 56121 (Lorient), benefit AF, regime other, stage not_given: give";
    assert!(told.contains(wanted), "{told}");
    for (when, rank) in [
        ("regime = \"agricultural\"", ""),
        ("regime = \"other\"", "rank = 50"),
    ] {
        Ruleset::parse(&second(when, rank)).expect("nothing is left to chance");
    }
    let dated = |until: &str| {
        rule(&format!(
            "until = {until}\nbody = \"caf\"\nreason = \"x\"\n\
             [[rule]]\nname = \"second\"\npower = \"family\"\nfrom = 2027-01-01\nbody = \"msa\"\nreason = \"y\""
        ))
    };
    Ruleset::parse(&dated("2026-12-31")).expect("one ends on the day before the other begins");
    assert!(refusal(&dated("2027-01-01")).contains("both speak"));
}

#[test]
fn powers_that_ask_each_other_for_ever_are_refused() {
    let told = refusal(&rule(
        "as = \"other\"\n[[rule]]\nname = \"second\"\npower = \"other\"\nask = \"regime\"\nreason = \"x\"\ncandidates = [\"caf\", \"power.family\"]",
    ));
    let wanted = "line 21, column 23: family -> other -> family: each asks the next for ever";
    assert!(told.contains(wanted), "{told}");
}

#[test]
fn the_rule_of_the_lowest_rank_that_speaks_is_heard() {
    let file = rule(
        "body = \"caf\"\nreason = \"Ici : {body} ({place}).\"\n\
         [[rule]]\nname = \"alsace\"\npower = \"family\"\nrank = 10\nwhen = { departement = \"list.alsace\" }\nbody = \"msa\"\nreason = \"Alsace.\"",
    );
    let rules = Ruleset::parse(&file).expect("the file is right");
    let decision = route(&facts("56260"), &rules);
    assert_eq!(decision.agencies[0].as_str(), "caf-56");
    assert_eq!(
        decision.reasons.last().expect("a reason"),
        "Ici\u{a0}: Caf du Morbihan (Vannes)."
    );
    assert_eq!(decision.rules, ["benefit.AF", "first"]);
    assert_eq!(route(&facts("67482"), &rules).agencies[0].as_str(), "msa-alsace");
}

#[test]
fn a_place_without_the_body_that_a_rule_names_goes_to_triage() {
    let rules = Ruleset::parse(&rule("body = \"msa\"\nreason = \"x\"")).expect("the file is right");
    let decision = route(&facts("97302"), &rules);
    assert_eq!(decision.outcome, Outcome::Triage);
    assert!(decision.agencies.is_empty());
    let rules = Ruleset::parse(&rule(
        "when = { departement = \"56\" }\nbody = \"caf\"\nreason = \"x\"",
    ));
    let decision = route(&facts("75056"), &rules.expect("the file is right"));
    assert_eq!(decision.outcome, Outcome::Triage);
    assert!(
        decision
            .reasons
            .iter()
            .any(|line| line.contains("Aucune règle ne dit")),
        "{decision:?}"
    );
}

#[test]
fn a_ruleset_is_known_by_its_content() {
    let file = rule("body = \"caf\"\nreason = \"x\"");
    let rules = Ruleset::parse(&file).expect("the file is right");
    let digest = rules.digest().to_string();
    assert_eq!(rules.version(), format!("test+{}", &digest[..12]));
    assert_eq!(Digest::of(&file.replace('\n', "\r\n")), rules.digest());
    assert_ne!(Digest::of(&format!("{file}#")), rules.digest());
    assert_eq!(Digest::of(Ruleset::embedded_file()), Ruleset::embedded().digest());
}

#[test]
fn any_text_is_read_or_refused_without_a_panic() {
    let file = Ruleset::embedded_file();
    for (at, line) in file.lines().enumerate().step_by(29) {
        let without: Vec<&str> = file.lines().filter(|other| *other != line).collect();
        let _ = Ruleset::parse(&without.join("\n"));
        let cut: String = file.lines().take(at).map(|line| format!("{line}\n")).collect();
        let _ = Ruleset::parse(&cut[..cut.floor_char_boundary(cut.len() - cut.len() % 5)]);
    }
}
