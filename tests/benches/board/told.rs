//! The tables.

use declic_tests::measure::report::{Table, Target, figure};
use declic_tests::measure::sample::Sample;

use crate::keeping::Kept;
use crate::level::Level;

const MILLION: usize = 1_000_000;
const TEN_THOUSAND: usize = 10_000;

/// A board of a million tickets takes at most so long, in milliseconds.
const LONGEST_MS: (f64, f64) = (100.0, 50.0);

/// Beside one of ten thousand.
const LONGER: (f64, f64) = (3.0, 1.5);

/// One row for each size.
pub fn boards(levels: &[Level]) -> Table {
    let mut table = Table::new(&[
        "engine",
        "tickets",
        "groups, of the board",
        "floor p50, p99 ms",
        "board of 56, p50, p99 ms",
        "p50 / floor",
        "of one agency, p50, p99 ms",
        "of the country, p50, p99 ms",
        "first: of 56, of the country, ms",
        "run",
    ]);
    for level in levels {
        table.push(vec![
            level.engine.to_string(),
            level.tickets.to_string(),
            format!("{}, {}", level.groups, level.of_territory),
            quantiles(level.floor),
            quantiles(level.territory),
            figure(level.territory.p50_ms / level.floor.p50_ms),
            quantiles(level.agency),
            quantiles(level.country),
            format!(
                "{}, {}",
                figure(level.first_ms),
                figure(level.first_of_country_ms)
            ),
            if level.is_disturbed { "disturbed" } else { "quiet" }.to_owned(),
        ]);
    }
    table
}

/// One row for each engine.
pub fn keeping(kept: &[Kept]) -> Table {
    let mut table = Table::new(&[
        "engine",
        "tickets",
        "cases",
        "sums of a case, ms",
        "log of its commits, bytes",
        "log of its sums, bytes",
    ]);
    for kept in kept {
        let bytes = |of: fn((f64, f64)) -> f64| {
            kept.log_bytes
                .map_or_else(|| "-".to_owned(), |bytes| figure(of(bytes)))
        };
        table.push(vec![
            kept.engine.to_string(),
            kept.tickets.to_string(),
            kept.cases.to_string(),
            figure(kept.ms_per_case),
            bytes(|bytes| bytes.0),
            bytes(|bytes| bytes.1),
        ]);
    }
    table
}

/// What is asked for, as far as it was measured.
pub fn targets(levels: &[Level]) -> Vec<Target> {
    let mut targets = Vec::new();
    for level in levels.iter().filter(|level| level.tickets == MILLION) {
        let engine = level.engine;
        let what = format!("{engine}: board of a territory at a million, p99 ms");
        targets.push(Target::at_most(
            what,
            level.territory.p99_ms,
            LONGEST_MS.0,
            LONGEST_MS.1,
        ));
        let small = levels
            .iter()
            .find(|small| small.engine == engine && small.tickets == TEN_THOUSAND);
        if let Some(small) = small {
            let what = format!("{engine}: same, p99, a million / ten thousand");
            let ratio = level.territory.p99_ms / small.territory.p99_ms;
            targets.push(Target::at_most(what, ratio, LONGER.0, LONGER.1));
        }
        for (whose, measured) in [
            ("board of the country, p99 ms", level.country.p99_ms),
            ("first board of a territory, ms", level.first_ms),
            ("first board of the country, ms", level.first_of_country_ms),
        ] {
            let what = format!("{engine}: {whose}");
            targets.push(Target::at_most(what, measured, LONGEST_MS.0, LONGEST_MS.1));
        }
    }
    targets
}

fn quantiles(sample: Sample) -> String {
    format!("{}, {}", figure(sample.p50_ms), figure(sample.p99_ms))
}
