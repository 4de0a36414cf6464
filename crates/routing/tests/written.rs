//! What a person writes wrong in a file of rules: told all at once, at the very place, with the nearest that is right.

use declic_routing::{Digest, Fault, Ruleset, Syntax, What};

const HEAD: &str = r#"format = 1
version = "test"
[list]
alsace = ["67", "68"]
[power.family]
[benefit.AF]
decides = "family"
law = "CSS R514-1"
confidence = "high"
"#;

const RULE: &str = r#"[[rule]]
name = "all"
power = "family"
body = "caf"
reason = "x"
"#;

/// What is told of a file, each as "line:column code".
fn told(file: &str) -> Vec<String> {
    faults(file).iter().map(shown).collect()
}

fn faults(file: &str) -> Vec<Fault> {
    Ruleset::parse(file).expect_err("the file is wrong").0
}

fn shown(fault: &Fault) -> String {
    format!("{}:{} {}", fault.line, fault.column, fault.problem.code())
}

/// A file with one line more in its rule, or at its benefit.
fn rule(line: &str) -> String {
    format!("{HEAD}{RULE}{line}\n")
}

fn benefit(line: &str) -> String {
    format!("{HEAD}{line}\n{RULE}")
}

#[test]
fn a_brace_is_refused_where_a_text_is_shown_as_it_is() {
    assert_eq!(told(&benefit("note = \"Voir {body}.\"")), ["10:14 BRACE"]);
    assert_eq!(told(&benefit("would_change = \"sinon }\"")), ["10:23 BRACE"]);
    assert_eq!(
        told(&benefit(
            "[blockage.NO_REPLY]\nleads_to = \"decider\"\nreason = \"{body}\""
        )),
        ["12:11 BRACE"]
    );
    assert_eq!(told(&rule("law = \"{CSS}\"")), ["15:8 BRACE"]);
    let law = HEAD.replace("CSS R514-1", "CSS {law}") + RULE;
    assert_eq!(told(&law), ["8:12 BRACE"]);
}

#[test]
fn a_brace_without_its_other_half_is_refused_in_a_sentence() {
    for (sentence, column) in [("{body", 18), ("body}", 22), ("{bo{dy}", 18)] {
        let file = rule(&format!("would_change = [\"{sentence}\"]"));
        assert_eq!(told(&file), [format!("15:{column} HALF_BRACE")], "{sentence}");
    }
    // A text with escapes is told where it begins.
    assert_eq!(
        told(&rule("would_change = \"\\\"a\\\" {body\"")),
        ["15:16 HALF_BRACE"]
    );
}

#[test]
fn braces_that_nothing_would_fill_are_refused() {
    for slot in ["until", "law", "reason"] {
        let file = rule(&format!("would_change = \"{{{slot}}}\""));
        assert_eq!(told(&file), ["15:16 EMPTY_SLOT"], "{slot}");
    }
    let filled = rule("law = \"L1\"\nuntil = 2030-12-31\nwould_change = \"{until} {law}\"");
    Ruleset::parse(&filled).expect("the rule has what its braces stand for");
}

#[test]
fn a_value_of_a_list_is_told_once_where_the_list_is_written() {
    let lists = HEAD.replace("\"68\"]", "\"680\"]");
    let second = RULE.replace("all", "some") + "rank = 10\nwhen = { departement = \"list.alsace\" }\n";
    let file = format!("{lists}{RULE}when = {{ departement = [\"56\", \"list.alsace\"] }}\n{second}");
    assert_eq!(told(&file), ["4:17 UNKNOWN"]);
    let missing = rule("when = { departement = [\"56\", \"list.lorraine\"] }");
    assert_eq!(told(&missing), ["15:31 UNKNOWN"]);
    let empty = rule("when = { departement = \"list.alsace\" }").replace("[\"67\", \"68\"]", "[]");
    assert_eq!(told(&empty), ["4:10 EMPTY_LIST"]);
}

#[test]
fn lines_that_do_not_exist_are_missing_or_of_another_form_are_told_all_at_once() {
    let file = format!(
        "{}[benefit.CF]\ndecides = [\"family\"]\ncouleur = 3\n[[rule]]\npower = \"family\"\nrank = \"40\"\n\
         until = \"2026-12-31\"\ntriage = 1\nwhen = \"x\"\n[rules]\n",
        HEAD.replace("version = \"test\"\n", "")
    );
    let wanted = [
        "1:1 MISSING",
        "9:10 MISSING",
        "9:10 MISSING",
        "10:11 FORM",
        "11:1 UNKNOWN",
        "12:1 MISSING",
        "14:8 FORM",
        "15:9 DAY",
        "16:10 FORM",
        "17:8 FORM",
        "18:2 UNKNOWN",
    ];
    assert_eq!(told(&file), wanted);
}

#[test]
fn a_rule_between_single_brackets_is_told_how_to_be_written() {
    let file = HEAD.to_owned() + &RULE.replace("[[rule]]", "[rule]");
    assert_eq!(told(&file), ["10:1 HEADER"]);
    assert!(faults(&file)[0].problem.to_string().contains("write [[rule]]"));
}

#[test]
fn what_does_not_exist_is_told_with_the_nearest_by_code_or_by_name() {
    let cases = [
        (
            "when = { benefit = \"ALOCATIONS FAMILIALES\" }",
            What::Benefit,
            "AF",
        ),
        ("when = { benefit = \"AFF\" }", What::Benefit, "AF"),
        ("when = { commune = \"Ondres\" }", What::Commune, "40209"),
        ("when = { departement = \"Morbihan\" }", What::Departement, "56"),
        ("when = { paying_body = \"Caf des Lande\" }", What::Body, "caf-40"),
        ("when = { local_scheme = \"yess\" }", What::YesOrNo, "yes"),
    ];
    for (line, what, nearest) in cases {
        let problem = &faults(&rule(line))[0].problem;
        match problem {
            declic_routing::Problem::Unknown {
                what: found,
                nearest: near,
                ..
            } => {
                assert_eq!((*found, near.as_str()), (what, nearest), "{line}");
            }
            other => panic!("{line}: {other}"),
        }
    }
    let agency = HEAD.to_owned() + &RULE.replace("\"caf\"", "\"Caf des Landes\"");
    let said = faults(&agency)[0].problem.to_string();
    assert!(
        said.contains("did you mean \"caf-40\" (Caf des Landes)?"),
        "{said}"
    );
}

#[test]
fn a_very_long_word_is_refused_without_being_repeated_or_compared() {
    let long = "x".repeat(500_000);
    let said = faults(&rule(&format!("when = {{ commune = \"{long}\" }}")))[0]
        .problem
        .to_string();
    assert!(said.len() < 300, "{said:.300}");
}

#[test]
fn the_mark_of_an_editor_and_its_line_ends_change_nothing() {
    let file = rule("");
    let plain = Ruleset::parse(&file).expect("the file is right");
    let of_windows = format!("\u{feff}{}", file.replace('\n', "\r\n"));
    let marked = Ruleset::parse(&of_windows).expect("so is this one");
    assert_eq!(plain.digest(), marked.digest());
    assert_eq!(plain.version(), marked.version());
    assert_eq!(Digest::of(&of_windows), plain.digest());
    let wrong = "\u{feff}format = 2\r\nversion = \"\"\r\n";
    assert_eq!(told(wrong), ["1:10 FORMAT", "2:11 NO_VERSION"]);
}

#[test]
fn an_empty_file_is_told_as_such() {
    for file in ["", "\n\n", "\u{feff}", " \r\n"] {
        assert_eq!(told(file), ["1:1 EMPTY_FILE"]);
    }
}

#[test]
fn all_lines_that_are_not_written_well_are_told() {
    let file =
        rule("from = 31/12/2026\nwould_change = \"sinon la Caf\nuses = [\"regime\"\n[[rule]]\nname = second");
    let wanted = [
        "15:8 DAY_SYNTAX",
        "16:29 OPEN_QUOTE",
        "17:17 OPEN_LIST",
        "19:8 NO_QUOTES",
    ];
    assert_eq!(told(&file), wanted);
    let unclosed = &faults(&file)[2].problem;
    assert_eq!(*unclosed, declic_routing::Problem::Syntax(Syntax::OpenList));
}
