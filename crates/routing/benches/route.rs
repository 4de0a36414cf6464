//! `cargo xtask bench route`: what one decision takes, what a search for a commune takes, and what the loaded data weigh.
//! Needs no hub.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "../tests/cases/line.rs"]
mod line;

use std::hint::black_box;
use std::time::Instant;

use declic_routing::rehearsal::Generated;
use declic_routing::{Facts, Ruleset, Territory, route};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 22);
/// Rounds, of which the median and the fastest are told.
const ROUNDS: usize = 9;
/// Decisions of one round.
const DECISIONS: usize = 400_000;
/// Random cases beside those of `tests/cases.tsv`.
const RANDOM: usize = 20_000;
/// Microseconds of a decision, at most.
const MOST_MICROSECONDS: f64 = 5.0;
/// Milliseconds of a search in a hundred, at most.
const MOST_MILLISECONDS: f64 = 2.0;
/// One commune in so many is looked for.
const EVERY: usize = 7;
/// Megabytes of the loaded data, at most.
const MOST_MEGABYTES: f64 = 20.0;

fn main() {
    // Whoever only asks which tests a target holds is told that a bench holds none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let before = resident();
    let rules = Ruleset::embedded();
    let found = Territory::embedded().search("Vannes", 1).len();
    let loaded = resident().zip(before).map(|(after, before)| after - before);
    assert_eq!(found, 1, "the territory is loaded");

    let named: Vec<Facts> = include_str!("../tests/cases.tsv")
        .lines()
        .skip(1)
        .map(read)
        .collect();
    let random: Vec<Facts> = Generated::new(1, TODAY).take(RANDOM).collect();
    // As many of the ones as of the others.
    let mixed: Vec<Facts> = random
        .iter()
        .zip(named.iter().cycle())
        .flat_map(|(one, other)| [one, other])
        .cloned()
        .collect();
    println!("| cases | decisions a round | median \u{b5}s | fastest \u{b5}s |\n|---|---|---|---|");
    let mut median = 0.0;
    for (name, cases) in [
        ("of tests/cases.tsv", &named),
        ("random", &random),
        ("mixed", &mixed),
    ] {
        let rounds = measure(cases, rules);
        median = rounds[ROUNDS / 2];
        println!("| {name} | {DECISIONS} | {median:.2} | {:.2} |", rounds[0]);
    }
    let searches = searches(Territory::embedded());
    let (p50, p99) = (searches[searches.len() / 2], searches[searches.len() * 99 / 100]);
    let slowest = searches.last().copied().unwrap_or_default();
    println!("\n| searches | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|");
    println!("| {} | {p50:.3} | {p99:.3} | {slowest:.3} |", searches.len());
    println!("\n| quantity | measured | must | reached |\n|---|---|---|---|");
    let told = |what: &str, measured: f64, most: f64| {
        let reached = if measured < most { "must" } else { "NOT REACHED" };
        println!("| {what} | {measured:.2} | < {most} | {reached} |");
    };
    told("a decision of mixed cases, \u{b5}s", median, MOST_MICROSECONDS);
    told("p99 of a search for a commune, ms", p99, MOST_MILLISECONDS);
    match loaded {
        Some(megabytes) => told(
            "memory of territory, rules and search, MB",
            megabytes,
            MOST_MEGABYTES,
        ),
        None => println!("| memory of territory, rules and search, MB | this system does not tell | | |"),
    }
}

/// Microseconds of a decision, by round, in order.
fn measure(cases: &[Facts], rules: &Ruleset) -> Vec<f64> {
    let round = |_| {
        let started = Instant::now();
        for facts in cases.iter().cycle().take(DECISIONS) {
            black_box(route(black_box(facts), rules));
        }
        started.elapsed().as_secs_f64() * 1e6 / DECISIONS as f64
    };
    let mut rounds: Vec<f64> = (0..ROUNDS).map(round).collect();
    rounds.sort_by(f64::total_cmp);
    rounds
}

/// Milliseconds of each search, in order: names as they stand and as they are typed, whole and not yet whole, postal codes
/// and codes.
fn searches(territory: &'static Territory) -> Vec<f64> {
    let typed = |name: &str| {
        name.to_lowercase()
            .replace("saint", "st")
            .replace(['-', '\''], " ")
    };
    let begun = |name: &str, letters| name.chars().take(letters).collect::<String>();
    let mut queries = Vec::new();
    for commune in territory.communes().iter().step_by(EVERY) {
        let name = commune.name;
        queries.extend([name.to_owned(), typed(name), begun(name, 2), begun(name, 4)]);
        queries.extend(commune.postal_codes().map(str::to_owned));
        queries.push(commune.code.to_owned());
    }
    queries.extend(territory.other_codes().step_by(EVERY).map(str::to_owned));
    let search = |query: &String| {
        let started = Instant::now();
        black_box(territory.search(black_box(query), 10));
        started.elapsed().as_secs_f64() * 1e3
    };
    let mut took: Vec<f64> = queries.iter().map(search).collect();
    took.sort_by(f64::total_cmp);
    took
}

fn read(written: &str) -> Facts {
    let cells: Vec<&str> = written.split('\t').collect();
    let [_, commune, regime, benefit, others, ..] = cells[..] else {
        panic!("{written}: not eight cells");
    };
    let raw = line::raw(written, commune, regime, benefit, others);
    Facts::parse(&raw, TODAY).unwrap_or_else(|errors| panic!("{written}: {errors}"))
}

/// Megabytes of memory that the process holds, where Linux tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1_024.0 / 1e6)
}
