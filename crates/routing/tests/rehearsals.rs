//! What a change of rules would move.

use declic_routing::rehearsal::{Generated, Place, Rehearsal};
use declic_routing::{Facts, Ruleset};
use jiff::civil::date;

/// The ruleset of this release with one text in the place of another.
fn changed(from: &str, to: &str) -> Ruleset {
    let file = Ruleset::embedded_file();
    assert!(file.contains(from), "the file has changed: {from}");
    Ruleset::parse(&file.replacen(from, to, 1)).expect("the change is right")
}

fn rehearse(rehearsed: &Ruleset, cases: usize) -> Rehearsal {
    let mut rehearsal = Rehearsal::default();
    for facts in Generated::new(7, date(2026, 11, 22)).take(cases) {
        rehearsal.add(&facts, Ruleset::embedded(), rehearsed);
    }
    rehearsal
}

#[test]
fn the_same_rules_move_nothing() {
    let rehearsal = rehearse(Ruleset::embedded(), 2_000);
    assert_eq!(
        (rehearsal.cases, rehearsal.moved, rehearsal.reworded),
        (2_000, 0, 0)
    );
    assert!(rehearsal.moves.is_empty() && rehearsal.sample.is_empty());
    assert!(rehearsal.loads.values().all(|load| load.before == load.after));
}

#[test]
fn a_change_moves_what_it_is_about_and_shows_both_explanations() {
    let rehearsed = changed(
        "when = { grouping = \"metropole-lyon\" }\nbody = \"metropole-lyon\"",
        "when = { grouping = \"metropole-lyon\" }\nbody = \"social_authority\"",
    );
    let rehearsal = rehearse(&rehearsed, 20_000);
    assert!(rehearsal.moved > 20, "{}", rehearsal.moved);
    // The others have their domicile de secours there.
    let there = rehearsal.by_departement()["69"];
    assert!(
        there * 10 >= rehearsal.moved * 9,
        "{:?}",
        rehearsal.by_departement()
    );
    assert_eq!(rehearsal.moves.values().sum::<u64>(), rehearsal.moved);
    assert_eq!(rehearsal.by_benefit().values().sum::<u64>(), rehearsal.moved);
    let lost: u64 = rehearsal.loads.values().map(|load| load.before).sum();
    let won: u64 = rehearsal.loads.values().map(|load| load.after).sum();
    // Who was seized and pays is one body more where it was the competent one.
    assert!(lost.abs_diff(won) <= rehearsal.moved, "{lost} {won}");
    for moved in &rehearsal.sample {
        assert_ne!(moved.before.agencies, moved.after.agencies);
    }
}

#[test]
fn a_change_of_words_alone_is_no_move() {
    let rehearsed = changed(
        "Régime agricole : {body} ({law}).",
        "Au régime agricole : {body} ({law}).",
    );
    let rehearsal = rehearse(&rehearsed, 5_000);
    assert_eq!(rehearsal.moved, 0);
    assert!(rehearsal.reworded > 10, "{}", rehearsal.reworded);
}

#[test]
fn parts_add_up_to_the_whole() {
    let rehearsed = changed("body = \"saspa\"", "triage = true");
    let all: Vec<Facts> = Generated::new(3, date(2026, 11, 22)).take(10_000).collect();
    let part = |facts: &[Facts]| {
        let mut rehearsal = Rehearsal::default();
        for facts in facts {
            rehearsal.add(facts, Ruleset::embedded(), &rehearsed);
        }
        rehearsal
    };
    let mut sum = part(&all[..4_000]);
    sum.merge(part(&all[4_000..]));
    let whole = part(&all);
    assert!(whole.moved > 5, "{}", whole.moved);
    assert!(whole.moves.keys().all(|made| made.to == Place::Triage));
    assert_eq!(
        (sum.moved, &sum.moves, &sum.loads),
        (whole.moved, &whole.moves, &whole.loads)
    );
    assert_eq!(sum.sample, whole.sample, "the same cases are shown");
}

#[test]
fn each_move_is_shown_once_however_the_cases_are_shared_out() {
    let rehearsed = changed(
        "when = { grouping = \"metropole-lyon\" }\nbody = \"metropole-lyon\"",
        "when = { grouping = \"metropole-lyon\" }\nbody = \"social_authority\"",
    );
    let mut sum = Rehearsal::default();
    for seed in [3, 3, 3, 4] {
        let mut part = Rehearsal::default();
        for facts in Generated::new(seed, date(2026, 11, 22)).take(3_000) {
            part.add(&facts, Ruleset::embedded(), &rehearsed);
        }
        sum.merge(part);
    }
    let shown = sum.sample.iter().map(|moved| {
        let place = moved.facts.elected_domicile.unwrap_or(moved.facts.commune);
        let (from, to) = (Place::of(&moved.before), Place::of(&moved.after));
        (place.commune.departement, moved.facts.benefit.code, from, to)
    });
    let mut shown: Vec<_> = shown.collect();
    let all = shown.len();
    shown.sort();
    shown.dedup();
    assert!(all > 1, "nothing is shown");
    assert_eq!(shown.len(), all, "a move is shown twice");
}

#[test]
fn the_same_seed_gives_the_same_cases_and_they_read_back() {
    let twice = [0, 0].map(|_| {
        Generated::new(5, date(2026, 11, 22))
            .take(500)
            .collect::<Vec<_>>()
    });
    assert_eq!(twice[0], twice[1]);
    for facts in &twice[0] {
        let again = Facts::parse(&facts.to_raw(), date(1990, 1, 1)).expect("facts written back parse again");
        assert_eq!(again, *facts);
    }
}
