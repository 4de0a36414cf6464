//! What a file of rules may hold: no ring of powers, nothing without end, and the reading itself always ends soon.

use std::fmt::Write as _;

use declic_routing::{Problem, Ruleset};

fn head(powers: usize) -> String {
    let mut file = "format = 1\nversion = \"test\"\n".to_owned();
    for power in 0..powers {
        writeln!(file, "[power.p{power}]").expect("a string takes it");
    }
    file + "[benefit.AF]\ndecides = \"p0\"\nlaw = \"\"\nconfidence = \"high\"\n"
}

fn rule(name: &str, power: &str, lines: &str) -> String {
    format!("[[rule]]\nname = \"{name}\"\npower = \"{power}\"\nreason = \"x\"\n{lines}\n")
}

/// What is told of a file, with the lines of the places.
fn told(file: &str) -> Vec<(usize, usize, Problem)> {
    let error = Ruleset::parse(file).expect_err("the file is wrong");
    let faults = error.0.into_iter();
    faults
        .map(|fault| (fault.line, fault.column, fault.problem))
        .collect()
}

/// Line and column of the last place of a text.
fn place_of(file: &str, text: &str) -> (usize, usize) {
    let at = file.rfind(text).expect("it is in the file");
    let before = &file[..at];
    let line = before.matches('\n').count() + 1;
    (line, at - before.rfind('\n').map_or(0, |at| at + 1) + 1)
}

#[test]
fn a_ring_of_powers_is_told_at_the_reference_that_closes_it() {
    let file = head(3)
        + &rule("first", "p0", "when = { zone = \"overseas\" }\nbody = \"caf\"")
        + &rule("away", "p0", "rank = 200\nas = \"p1\"")
        + &rule("on", "p1", "as = \"p2\"")
        + &rule(
            "back",
            "p2",
            "triage = true\ncandidates = [\"caf\", \"power.p0\"]",
        );
    let (line, column) = place_of(&file, "power.p0");
    let chain = "p0 -> p1 -> p2 -> p0".to_owned();
    assert_eq!(told(&file), [(line, column, Problem::Loop { chain })]);
}

#[test]
fn a_power_that_asks_itself_is_told_as_such_in_a_sentence_too() {
    let ring =
        "body = \"caf\"\nwould_change = [\"ailleurs\", \"à côté : {power.p1}\", \"sinon : {power.p0}\"]";
    let file = head(11) + &rule("own", "p0", ring) + &rule("other", "p1", "body = \"caf\"");
    let at = file.find("power.p0}").expect("it is there");
    let line = file[..at].matches('\n').count() + 1;
    let start = file[..at].rfind('\n').expect("there are lines before") + 1;
    let column = file[start..at].chars().count() + 1;
    let power = "p0".to_owned();
    assert_eq!(told(&file), [(line, column, Problem::AsksItself { power })]);
    let as_itself = head(1) + &rule("own", "p0", "as = \"p0\"");
    let (line, column) = place_of(&as_itself, "\"p0\"");
    let power = "p0".to_owned();
    assert_eq!(told(&as_itself), [(line, column, Problem::AsksItself { power })]);
}

#[test]
fn every_ring_is_told_at_once() {
    let file = head(4)
        + &rule("a", "p0", "as = \"p1\"")
        + &rule("b", "p1", "as = \"p0\"")
        + &rule("c", "p2", "as = \"p3\"")
        + &rule("d", "p3", "as = \"p2\"");
    let rings = told(&file);
    assert_eq!(rings.len(), 2, "{rings:?}");
}

/// Powers of which each asks the next twice: 2 to the power of their number ways, and no ring.
fn ladder(steps: usize) -> String {
    let mut file = head(steps + 1);
    for step in 0..steps {
        let next = format!("as = \"p{}\"", step + 1);
        let some = format!("rank = 1\nwhen = {{ zone = \"overseas\" }}\n{next}");
        file += &rule(&format!("some{step}"), &format!("p{step}"), &some);
        file += &rule(&format!("rest{step}"), &format!("p{step}"), &next);
    }
    file + &rule("end", &format!("p{steps}"), "body = \"caf\"")
}

#[test]
fn looking_for_rings_takes_no_longer_than_the_powers_are_many() {
    // By every way, this would take until the end of the world.
    Ruleset::parse(&ladder(90)).expect("nothing comes back");
}

#[test]
fn powers_that_would_ask_too_many_others_in_one_case_are_refused() {
    let mut file = head(9);
    for step in 0..8 {
        let next = format!("\"power.p{}\"", step + 1);
        // Named by the sentence once more, so each step asks twice as many.
        let lines = format!(
            "triage = true\ncandidates = [{next}]\nwould_change = \"ailleurs : {{power.p{}}}\"",
            step + 1
        );
        file += &rule(&format!("r{step}"), &format!("p{step}"), &lines);
    }
    file += &rule("end", "p8", "body = \"caf\"");
    let refused = told(&file);
    let [(_, _, Problem::TooManyAsked { power, most: 100 })] = &refused[..] else {
        panic!("{refused:?}");
    };
    // 2 + 4 + ... + 64 = 126 is the first sum above a hundred: six steps before the end.
    assert_eq!(power, "p2");
    // Sentences that repeat the sentence of the power they lead to.
    let mut file = head(9);
    for step in 0..8 {
        let next = format!("as = \"p{}\"", step + 1);
        let twice = rule(&format!("r{step}"), &format!("p{step}"), &next);
        file += &twice.replace("reason = \"x\"", "reason = \"{reason} {reason}\"");
    }
    file += &rule("end", "p8", "body = \"caf\"");
    let refused = told(&file);
    assert!(
        matches!(refused[..], [(_, _, Problem::TooManyAsked { .. })]),
        "{refused:?}"
    );
}

#[test]
fn a_file_that_holds_too_much_is_refused_with_how_much_it_may_hold() {
    let long = head(1) + &"# \n".repeat(400_000);
    let [
        (
            1,
            1,
            Problem::TooMany {
                what: "bytes",
                most: 1_048_576,
                ..
            },
        ),
    ] = told(&long)[..]
    else {
        panic!("{:?}", told(&long));
    };
    let powers = told(&head(129));
    let [
        (
            _,
            _,
            Problem::TooMany {
                what: "powers",
                count: 129,
                most: 128,
            },
        ),
    ] = powers[..]
    else {
        panic!("{powers:?}");
    };
    let rules: String = (0..1_001)
        .map(|at| rule(&format!("r{at}"), "p0", "body = \"caf\""))
        .collect();
    let file = head(1) + &rules;
    let refused = told(&file);
    let (line, _) = place_of(&file, "[[rule]]");
    let [
        (
            at,
            1,
            Problem::TooMany {
                what: "rules",
                count: 1_001,
                most: 1_000,
            },
        ),
    ] = refused[..]
    else {
        panic!("{refused:?}");
    };
    assert_eq!(at, line);
    let values = "\"56\",".repeat(1_001);
    let file = head(1)
        + &rule(
            "r",
            "p0",
            &format!("when = {{ departement = [{values}] }}\nbody = \"caf\""),
        );
    let refused = told(&file);
    assert!(
        matches!(
            refused[..],
            [(
                _,
                _,
                Problem::TooMany {
                    what: "values",
                    most: 1_000,
                    ..
                }
            )]
        ),
        "{refused:?}"
    );
}

#[test]
fn reading_a_file_that_is_wrong_everywhere_ends_soon() {
    // Each unknown word is compared with every commune: a hundred are enough.
    let words: String = (0..900).map(|at| format!("\"x{at}\",")).collect();
    let rules: String = (0..90)
        .map(|at| {
            let lines = format!("when = {{ commune = [{words}] }}\nbody = \"caf\"");
            rule(&format!("r{at}"), "p0", &lines)
        })
        .collect();
    assert_eq!(told(&(head(1) + &rules)).len(), 100);
}

#[test]
fn rules_of_one_rank_are_told_only_where_a_case_can_meet_both() {
    let pair = |first: &str, second: &str| {
        head(1)
            + &rule("one", "p0", &format!("when = {{ {first} }}\nbody = \"caf\""))
            + &rule("two", "p0", &format!("when = {{ {second} }}\nbody = \"caf\""))
    };
    for (first, second) in [
        // No commune of the Seignanx is in the Morbihan.
        ("grouping = \"seignanx\"", "departement = \"56\""),
        ("commune = \"56260\"", "departement = \"35\""),
        ("commune = \"56260\"", "grouping = \"metropole\""),
        // A scheme of its own tells the regime.
        (
            "regime = \"unknown\"",
            "special_scheme = [\"enim\", \"sre\"], agricultural_status = \"not_given\"",
        ),
        (
            "regime = \"unknown\"",
            "agricultural_status = \"employee\", special_scheme = \"none\"",
        ),
        // Who held the file is the one seized, else the one that pays.
        (
            "former_body = \"CAF\", seized_body = \"not_given\"",
            "paying_body = \"MSA\"",
        ),
        ("former_body = \"not_given\"", "paying_body = \"given\""),
        ("former_body = \"CAF\"", "seized_body = \"MSA\""),
        ("benefit = \"AF\"", "benefit = \"RSA\""),
        // No benefit RSA asks this power.
        ("benefit = \"RSA\"", "regime = \"general\""),
    ] {
        let file = pair(first, second);
        Ruleset::parse(&file).unwrap_or_else(|error| panic!("{first} / {second}: {error}"));
    }
    for (first, second, example) in [
        (
            "grouping = \"seignanx\"",
            "departement = \"40\"",
            "commune 40312 (Tarnos), benefit AF, regime general, stage not_given:",
        ),
        (
            "regime = \"unknown\"",
            "special_scheme = [\"enim\", \"agirc-arrco\"]",
            "regime unknown, stage not_given, special_scheme agirc-arrco:",
        ),
        (
            "former_body = \"CAF\"",
            "paying_body = \"MSA\"",
            "paying_body msa-ain-rhone, seized_body caf-01:",
        ),
    ] {
        let refused = Ruleset::parse(&pair(first, second)).expect_err("a case meets both");
        assert!(
            refused.to_string().contains(example),
            "{first} / {second}: {refused}"
        );
    }
}
