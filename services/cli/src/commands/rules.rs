//! `declic routing rules|check|rehearse`: reading, checking and rehearsing a file of rules. Needs no hub.

mod file;
mod in_words;
pub mod remarks;
mod sentences;
mod side_by_side;

use std::time::Instant;

use declic_routing::check::check;
use declic_routing::rehearsal::{Place, Rehearsal};
use declic_routing::total::Total;
use declic_routing::{Ruleset, Territory};
use declic_words::Arg;
use jiff::civil::Date;
use serde_json::json;

use crate::args::{CheckRules, Rehearse};
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::table::Table;

pub use file::read;

/// Longest list of moves that is shown to people.
const MOST_MOVES: usize = 25;

/// The rules of this program, as a file to start from.
pub fn print(screen: &mut Screen) -> Result<(), Failure> {
    screen.show(Ruleset::embedded_file())
}

/// What is to know of a file of rules before it is activated.
pub fn check_rules(options: &CheckRules, screen: &mut Screen) -> Result<(), Failure> {
    let read;
    let rules = match &options.file {
        None => Ruleset::embedded(),
        Some(path) => {
            read = self::read(path, screen)?;
            &read
        }
    };
    let on_date = options.on_date.unwrap_or_else(|| today(screen));
    let found = check(rules, on_date, |_| true);
    let forbidden = found.iter().filter(|remark| remark.matter.forbids()).count();
    let started = Instant::now();
    let total = options.total.then(|| side_by_side::total(rules, on_date));
    if total.is_some() {
        // Rounded up: less than a second is one.
        let seconds = i64::try_from(started.elapsed().as_millis().div_ceil(1_000)).unwrap_or(i64::MAX);
        let seconds = [("seconds", Arg::Number(seconds))];
        screen.say(&screen.manner.text("cli-rules-total-time", &seconds));
    }
    let holes = total.as_ref().map_or(0, |total| total.holes_found);
    if screen.manner.json {
        let told: Vec<_> = found
            .iter()
            .map(|remark| remarks::remark_json(&screen.manner, remark, rules))
            .collect();
        let total = total
            .as_ref()
            .map(|total| remarks::total_json(&screen.manner, total));
        let (ruleset, digest) = (rules.version(), rules.digest().to_string());
        screen.show_json(&json!({
            "ruleset": ruleset, "digest": digest, "on_date": on_date.to_string(), "remarks": told, "total": total,
        }))?;
    } else {
        let mut page = screen
            .manner
            .text("cli-rules-of", &[("version", Arg::Text(rules.version()))]);
        page.push('\n');
        for remark in &found {
            let mark = if remark.matter.forbids() { "✗" } else { "·" };
            let line = remarks::at_line(&screen.manner, remark.line);
            let told = remarks::matter(&screen.manner, &remark.matter, rules);
            page.push_str(&format!("{mark} {line}{told}\n"));
        }
        if let Some(total) = &total {
            page.push_str(&total_page(total, screen));
        }
        screen.show(&page)?;
    }
    if forbidden == 0 && holes == 0 {
        screen.say(&screen.manner.text("cli-rules-right", &[]));
        return Ok(());
    }
    let count = Arg::Number(i64::try_from(forbidden as u64 + holes).unwrap_or(i64::MAX));
    let sentence = screen.manner.text("cli-rules-forbidden", &[("count", count)]);
    Err(Failure::new(Exit::Refused, sentence))
}

/// What a file of rules would move.
pub fn rehearse(options: &Rehearse, screen: &mut Screen) -> Result<(), Failure> {
    let rehearsed = read(&options.file, screen)?;
    let in_force;
    let before = match &options.against {
        None => Ruleset::embedded(),
        Some(path) => {
            in_force = read(path, screen)?;
            &in_force
        }
    };
    let today = options.on_date.unwrap_or_else(|| today(screen));
    let rehearsal = match &options.input {
        Some(path) => side_by_side::of_file(path, today, before, &rehearsed, screen.manner.lang)?,
        None => side_by_side::generated(options.cases, options.seed, today, before, &rehearsed),
    };
    if screen.manner.json {
        return screen.show_json(&rehearsal_json(&rehearsal, before, &rehearsed));
    }
    let page = rehearsal_page(&rehearsal, before, &rehearsed, screen);
    screen.show(&page)
}

/// Today, where the reader is.
pub fn today(screen: &Screen) -> Date {
    screen.manner.now.to_zoned(screen.manner.zone.clone()).date()
}

fn total_page(total: &Total, screen: &Screen) -> String {
    let number = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let manner = &screen.manner;
    let args = [
        ("decisions", number(total.decisions)),
        ("routed", number(total.routed)),
        ("questions", number(total.questions)),
        ("triage", number(total.triage)),
        ("holes", number(total.holes_found)),
    ];
    let mut page = format!("\n{}\n", manner.text("cli-rules-total", &args));
    for hole in &total.holes {
        page.push_str(&format!("✗ {}\n", remarks::hole(manner, hole)));
    }
    let mut table =
        Table::new(["agency", "decisions"].map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for (agency, count) in &total.by_agency {
        table.row([agency.to_string(), count.to_string()]);
    }
    page.push('\n');
    page + &table.to_text(manner)
}

fn rehearsal_page(rehearsal: &Rehearsal, before: &Ruleset, after: &Ruleset, screen: &Screen) -> String {
    let manner = &screen.manner;
    let number = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let args = [
        ("before", Arg::Text(before.version())),
        ("after", Arg::Text(after.version())),
        ("cases", number(rehearsal.cases)),
        ("moved", number(rehearsal.moved)),
        ("reworded", number(rehearsal.reworded)),
    ];
    let mut page = manner.text("cli-rehearsal", &args);
    page.push('\n');
    let headings = |names: &[&str]| -> Vec<String> {
        let texts = names
            .iter()
            .map(|name| manner.text(&format!("table-{name}"), &[]));
        texts.collect()
    };
    let mut moves: Vec<_> = rehearsal.moves.iter().collect();
    moves.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut table = Table::new(headings(&["departement", "benefit", "from", "to", "cases"]));
    for (made, count) in moves.iter().take(MOST_MOVES) {
        table.row([
            made.departement.to_owned(),
            made.benefit.to_owned(),
            place(&made.from, screen),
            place(&made.to, screen),
            count.to_string(),
        ]);
    }
    if !moves.is_empty() {
        page.push_str(&format!("\n{}", table.to_text(manner)));
    }
    if moves.len() > MOST_MOVES {
        let more = number((moves.len() - MOST_MOVES) as u64);
        page.push_str(&manner.text("cli-rehearsal-more", &[("count", more)]));
        page.push('\n');
    }
    let mut loads = Table::new(headings(&["agency", "before", "after"]));
    let changed = rehearsal
        .loads
        .iter()
        .filter(|(_, load)| load.before != load.after);
    let mut any = false;
    for (to, load) in changed {
        any = true;
        loads.row([place(to, screen), load.before.to_string(), load.after.to_string()]);
    }
    if any {
        page.push_str(&format!("\n{}", loads.to_text(manner)));
    }
    for moved in rehearsal.sample.iter().take(3) {
        let facts = &moved.facts;
        let commune = facts.commune.commune;
        page.push_str(&format!(
            "\n{}\n",
            manner.heading(&format!(
                "{} ({}), {} ({}), {}",
                commune.name,
                commune.code,
                facts.benefit.name_fr,
                facts.benefit.code,
                in_words::regime(manner, facts.regime),
            ))
        ));
        for (key, decision) in [
            ("cli-rehearsal-before", &moved.before),
            ("cli-rehearsal-after", &moved.after),
        ] {
            let reason = decision.because();
            let to = place(&Place::of(decision), screen);
            let args = [("place", Arg::Text(&to)), ("reason", Arg::Text(reason))];
            page.push_str(&format!("  {}\n", manner.text(key, &args)));
        }
    }
    page
}

fn rehearsal_json(rehearsal: &Rehearsal, before: &Ruleset, after: &Ruleset) -> serde_json::Value {
    let moves: Vec<_> = rehearsal
        .moves
        .iter()
        .map(|(made, count)| {
            json!({
                "departement": made.departement,
                "benefit": made.benefit,
                "from": word(&made.from),
                "to": word(&made.to),
                "cases": count,
            })
        })
        .collect();
    let loads = rehearsal.loads.iter();
    let loads: serde_json::Map<_, _> = loads
        .map(|(to, load)| (word(to), json!({ "before": load.before, "after": load.after })))
        .collect();
    let sample: Vec<_> = rehearsal
        .sample
        .iter()
        .map(|moved| {
            json!({
                "commune": moved.facts.commune.given,
                "benefit": moved.facts.benefit.code,
                "regime": moved.facts.regime.as_str(),
                "before": { "to": word(&Place::of(&moved.before)), "reasons": moved.before.reasons },
                "after": { "to": word(&Place::of(&moved.after)), "reasons": moved.after.reasons },
            })
        })
        .collect();
    json!({
        "before": before.version(),
        "after": after.version(),
        "cases": rehearsal.cases,
        "moved": rehearsal.moved,
        "reworded": rehearsal.reworded,
        "moves": moves,
        "loads": loads,
        "sample": sample,
    })
}

/// A place for programs: agencies, "question:regime", "triage".
fn word(place: &Place) -> String {
    match place {
        Place::Agencies(agencies) => {
            let slugs: Vec<&str> = agencies.iter().map(|agency| agency.as_str()).collect();
            slugs.join(" ")
        }
        Place::Question(fact) => format!("question:{fact}"),
        Place::Triage => "triage".to_owned(),
    }
}

/// A place for people.
fn place(place: &Place, screen: &Screen) -> String {
    match place {
        Place::Agencies(agencies) => {
            let territory = Territory::embedded();
            let names: Vec<&str> = agencies.iter().map(|agency| territory.name_of(*agency)).collect();
            names.join(", ")
        }
        Place::Question(fact) => screen.manner.text(
            "cli-place-question",
            &[("fact", Arg::Text(&in_words::name(&screen.manner, *fact)))],
        ),
        Place::Triage => screen.manner.text("cli-place-triage", &[]),
    }
}
