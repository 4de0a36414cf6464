//! Many decisions on all processors; what comes out does not depend on how many there are.

use std::io::BufReader;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use declic_routing::rehearsal::{Generated, Rehearsal};
use declic_routing::total::Total;
use declic_routing::{Facts, Ruleset};
use declic_words::Lang;
use jiff::civil::Date;

use crate::explain::each_facts;
use crate::failure::Failure;

/// Invented cases of one seed.
const SHARE: u64 = 5_000;

/// Every combination of benefit, regime, stage and place.
pub fn total(rules: &Ruleset, on_date: Date) -> Total {
    let territory = rules.territory();
    let current = territory.communes().iter().map(|commune| commune.code);
    let codes: Vec<&str> = current.chain(territory.other_codes()).collect();
    let parts = in_parts(codes.len().div_ceil(100), |part| {
        let mut total = Total::default();
        for code in codes.iter().skip(part * 100).take(100) {
            // Every code comes from the territory itself.
            if total.add(rules, code, on_date).is_err() {
                total.holes_found += 1;
            }
        }
        total
    });
    let mut whole = Total::default();
    parts.into_iter().for_each(|part| whole.merge(part));
    whole
}

/// So many invented cases.
pub fn generated(cases: u64, seed: u64, last_day: Date, before: &Ruleset, after: &Ruleset) -> Rehearsal {
    let shares = usize::try_from(cases.div_ceil(SHARE)).unwrap_or(usize::MAX);
    let parts = in_parts(shares, |part| {
        let done = part as u64 * SHARE;
        let count = usize::try_from((cases - done).min(SHARE)).unwrap_or(usize::MAX);
        let mut rehearsal = Rehearsal::default();
        for facts in Generated::new(seed.wrapping_add(part as u64), last_day).take(count) {
            rehearsal.add(&facts, before, after);
        }
        rehearsal
    });
    merged(parts)
}

/// The cases of a file, one JSON object a line, as `routing explain --input` reads them.
pub fn of_file(
    path: &Path,
    today: Date,
    before: &Ruleset,
    after: &Ruleset,
    lang: Lang,
) -> Result<Rehearsal, Failure> {
    let place = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|error| Failure::of_io(lang, &place, &error))?;
    let mut rehearsal = Rehearsal::default();
    each_facts(BufReader::new(file), today, lang, |facts: &Facts| {
        rehearsal.add(facts, before, after);
    })?;
    Ok(rehearsal)
}

fn merged(parts: Vec<Rehearsal>) -> Rehearsal {
    let mut whole = Rehearsal::default();
    parts.into_iter().for_each(|part| whole.merge(part));
    whole
}

/// The parts of a work, done by as many threads as there are processors, in their order.
fn in_parts<T: Send>(parts: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let one = || {
        let mut done = Vec::new();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return done;
            }
            done.push((part, work(part)));
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let parts = threads.into_iter().map(|thread| match thread.join() {
            Ok(parts) => parts,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        parts.flatten().collect()
    });
    done.sort_by_key(|(part, _)| *part);
    done.into_iter().map(|(_, result)| result).collect()
}
