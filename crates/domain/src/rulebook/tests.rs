use super::*;

use crate::directory::Role;
use proptest::prelude::*;

fn anne(role: Role) -> Member {
    Member {
        id: MemberId::parse("anne.roux").expect("a slug"),
        name: "Anne Roux".to_owned(),
        role,
        organisation: None,
        agency: None,
        desks: BTreeSet::new(),
        territory: BTreeSet::new(),
        active: true,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    }
}

fn proposal(of: u8) -> Proposal {
    Proposal {
        digest: Digest([of; 32]),
        version: format!("2026.12.{of}"),
        bytes: 1,
        findings: Vec::new(),
    }
}

fn ask(book: &Rulebook, of: u8, departements: &[&str]) -> Ask {
    Ask {
        digest: Digest([of; 32]),
        departements: departements.iter().map(|&code| code.to_owned()).collect(),
        etag: book.generation,
        reason: "décret".to_owned(),
        override_reason: String::new(),
    }
}

fn forbidding() -> Vec<Finding> {
    vec![Finding {
        line: 3,
        forbids: true,
        code: String::new(),
        about: Vec::new(),
        what: "never speaks".to_owned(),
    }]
}

fn activate(book: &Rulebook, ask: Ask, findings: Vec<Finding>) -> Result<Change, Refusal> {
    let admin = anne(Role::Administrator);
    book.activate(
        &admin,
        ask,
        findings,
        Territory::embedded(),
        Timestamp::UNIX_EPOCH,
    )
}

fn roll_back(book: &Rulebook) -> Result<Change, Refusal> {
    let (admin, why) = (anne(Role::Administrator), "erreur".to_owned());
    book.roll_back(&admin, book.generation, why, Timestamp::UNIX_EPOCH)
}

fn then(book: &mut Rulebook, change: Result<Change, Refusal>) {
    book.apply(book.last + 1, change.expect("a change"));
}

#[test]
fn a_departement_goes_first_the_country_follows_and_both_come_back() {
    let mut book = Rulebook::default();
    let (one, two) = (Some(Digest([1; 32])), Some(Digest([2; 32])));
    let change = activate(&book, ask(&book, 1, &["56", "2A"]), Vec::new());
    then(&mut book, change);
    let canary = book.places();
    assert_eq!((canary.of("56"), canary.of("35")), (one, None));
    let change = activate(&book, ask(&book, 2, &["2A"]), Vec::new());
    then(&mut book, change);
    assert_eq!(book.places().of("2A"), two);
    let change = activate(&book, ask(&book, 1, &[]), Vec::new());
    then(&mut book, change);
    assert_eq!((book.places().of("2A"), book.places().of("35")), (one, one));
    for _ in 0..2 {
        let change = roll_back(&book);
        then(&mut book, change);
    }
    assert_eq!(book.places(), canary);
    let change = roll_back(&book);
    then(&mut book, change);
    assert_eq!(book.places(), Places::default());
    assert_eq!(roll_back(&book), Err(Refusal::NothingToRollBack));
}

#[test]
fn what_the_check_forbids_never_decides_in_every_departement() {
    let mut book = Rulebook::default();
    let codes: Vec<&str> = Territory::embedded()
        .departements()
        .iter()
        .map(|one| one.code)
        .collect();
    let (last, others) = codes.split_last().expect("some départements");
    let because = |book: &Rulebook, codes: &[&str]| Ask {
        override_reason: "attendu".to_owned(),
        ..ask(book, 1, codes)
    };
    let forbidden = Err(Refusal::RulesForbidden { count: 1 });
    assert_eq!(activate(&book, because(&book, &codes), forbidding()), forbidden);
    let change = activate(&book, because(&book, others), forbidding());
    then(&mut book, change);
    assert_eq!(activate(&book, because(&book, &[last]), forbidding()), forbidden);
}

#[test]
fn what_the_check_forbids_needs_a_departement_and_a_reason() {
    let book = Rulebook::default();
    let forbidden = Err(Refusal::RulesForbidden { count: 1 });
    let because = |departements: &[&str]| Ask {
        override_reason: "le tribunal l’ordonne".to_owned(),
        ..ask(&book, 1, departements)
    };
    assert_eq!(activate(&book, ask(&book, 1, &["56"]), forbidding()), forbidden);
    assert_eq!(activate(&book, because(&[]), forbidding()), forbidden);
    let done = activate(&book, because(&["56"]), forbidding()).expect("a territory and a reason");
    let ChangeKind::Activated(activation) = done.kind else {
        panic!("an activation: {done:?}");
    };
    assert_eq!(activation.override_reason, "le tribunal l’ordonne");
    assert_eq!(activation.findings, forbidding());
    let idle = activate(&book, because(&["56"]), Vec::new());
    assert!(
        matches!(
            idle,
            Err(Refusal::Field {
                field: "override_reason",
                ..
            })
        ),
        "{idle:?}"
    );
}

#[test]
fn nobody_overwrites_what_was_not_read_and_nobody_else_changes_it() {
    let mut book = Rulebook::default();
    let read = ask(&book, 2, &[]);
    let change = activate(&book, ask(&book, 1, &[]), Vec::new());
    then(&mut book, change);
    assert_eq!(
        activate(&book, read, Vec::new()),
        Err(Refusal::EtagOutdated { current: 1 })
    );
    let unknown = activate(&book, ask(&book, 2, &["99"]), Vec::new());
    assert!(
        matches!(
            unknown,
            Err(Refusal::Field {
                field: "departements",
                ..
            })
        ),
        "{unknown:?}"
    );
    assert_eq!(
        activate(&book, ask(&book, 1, &["56"]), Vec::new()),
        Err(Refusal::RulesInForce)
    );
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        let (actor, now) = (anne(role), Timestamp::UNIX_EPOCH);
        let refused = book.propose(&actor, proposal(9), String::new(), now);
        assert_eq!(refused, Err(Refusal::Role), "{role:?}");
        let refused = book.roll_back(&actor, book.generation, String::new(), now);
        assert_eq!(refused, Err(Refusal::Role), "{role:?}");
        let refused = book.activate(&actor, ask(&book, 2, &[]), Vec::new(), Territory::embedded(), now);
        assert_eq!(refused, Err(Refusal::Role), "{role:?}");
    }
}

#[test]
fn the_same_ruleset_is_proposed_once() {
    let mut book = Rulebook::default();
    let (admin, now) = (anne(Role::Administrator), Timestamp::UNIX_EPOCH);
    let first = book.propose(&admin, proposal(1), "décret".to_owned(), now);
    let first = first.expect("an administrator").expect("a new one");
    book.apply(1, first);
    let again = book.propose(&admin, proposal(1), "autre".to_owned(), now);
    assert_eq!(again, Ok(None));
    assert_eq!((book.known.len(), book.generation), (1, 0));
}

#[test]
fn the_name_of_a_ruleset_reads_back_and_no_other_does() {
    let digest = Digest(std::array::from_fn(|place| place as u8 * 7));
    let name = ruleset_resource(digest);
    assert_eq!(parse_ruleset(&name), Ok(digest));
    for wrong in [
        &name[1..],
        &name[..70],
        &name.to_uppercase(),
        "rulesets/",
        "",
        "rulesets/é",
    ] {
        assert!(parse_ruleset(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    /// Whatever is activated where, as many rollbacks lead back, and no further.
    #[test]
    fn rollbacks_lead_back_to_the_rules_of_the_program(
        asked in proptest::collection::vec((1..4_u8, proptest::sample::subsequence(vec!["56", "2A", "974"], 0..=3)), 0..12)
    ) {
        let mut book = Rulebook::default();
        let mut before = Vec::new();
        for (of, departements) in asked {
            let change = activate(&book, ask(&book, of, &departements), Vec::new());
            if change == Err(Refusal::RulesInForce) {
                continue;
            }
            before.push(book.places());
            then(&mut book, change);
        }
        while let Some(expected) = before.pop() {
            let change = roll_back(&book);
            then(&mut book, change);
            prop_assert_eq!(book.places(), expected);
        }
        prop_assert_eq!(roll_back(&book), Err(Refusal::NothingToRollBack));
    }
}
