//! The tables.

use declic_tests::measure::engine::Engine;
use declic_tests::measure::report::{Table, Target, figure};
use declic_tests::measure::sample::Sample;

use crate::level::{Level, Reads};

const MILLION: usize = 1_000_000;
const TEN_THOUSAND: usize = 10_000;

/// One row for each size and number of callers.
pub fn reads(levels: &[Level]) -> Table {
    let mut table = Table::new(&[
        "engine",
        "tickets",
        "callers",
        "floor, page/s",
        "p50, p99 ms",
        "page of 50/s",
        "p50, p99 ms",
        "ratio",
        "case with its thread/s",
        "p50, p99 ms",
        "run",
    ]);
    for level in levels {
        for reads in &level.reads {
            table.push(vec![
                level.engine.to_string(),
                level.tickets.to_string(),
                reads.callers.to_string(),
                figure(reads.floor.per_second),
                quantiles(reads.floor),
                figure(reads.list.per_second),
                quantiles(reads.list),
                figure(reads.ratio()),
                figure(reads.case.per_second),
                quantiles(reads.case),
                if reads.is_disturbed { "disturbed" } else { "quiet" }.to_owned(),
            ]);
        }
    }
    table
}

/// One row for each size.
pub fn hubs(levels: &[Level]) -> Table {
    let mut table = Table::new(&[
        "engine",
        "tickets",
        "start to SERVING, ms",
        "memory at rest, MiB",
        "at most, MiB",
        "buffers of a page",
        "rows of a page",
    ]);
    let mib = |kib: u64| figure(kib as f64 / 1024.0);
    for level in levels {
        let page = level.page.as_ref();
        table.push(vec![
            level.engine.to_string(),
            level.tickets.to_string(),
            figure(level.start_ms),
            mib(level.at_rest.now_kib),
            mib(level.after.most_kib),
            page.map_or_else(|| "-".to_owned(), |page| figure(page.buffers)),
            page.map_or_else(|| "-".to_owned(), |page| figure(page.rows)),
        ]);
    }
    table
}

/// What PERFORMANCE asks for, as far as it was measured.
pub fn targets(levels: &[Level]) -> Vec<Target> {
    let mut targets = Vec::new();
    for level in levels.iter().filter(|level| level.tickets == MILLION) {
        let engine = level.engine;
        if let Some(reads) = level.with(8) {
            let what = format!("{engine}: page of 50 at a million/s, 8 callers / straight SQL");
            targets.push(Target::at_least(what, reads.ratio(), 0.3, 0.5));
        }
        let small = levels
            .iter()
            .find(|small| small.engine == engine && small.tickets == TEN_THOUSAND);
        if let (Some(small), Some(large)) = (small.and_then(|small| small.with(1)), level.with(1)) {
            let what = format!("{engine}: page of 50 p50, a million / ten thousand");
            targets.push(Target::at_most(
                what,
                large.list.p50_ms / small.list.p50_ms,
                3.5,
                2.0,
            ));
        }
        let what = format!("{engine}: start to SERVING with a million tickets, s");
        targets.push(Target::at_most(what, level.start_ms / 1e3, 1.0, 0.3));
    }
    if let Some(largest) = levels.iter().rfind(|level| level.engine == Engine::Postgres)
        && let Some(page) = &largest.page
    {
        let of = format!("PostgreSQL, {} tickets", largest.tickets);
        targets.push(Target::at_most(
            format!("{of}: buffers of a page"),
            page.buffers,
            120.0,
            60.0,
        ));
        targets.push(Target::at_most(
            format!("{of}: rows of a page"),
            page.rows,
            51.0,
            51.0,
        ));
    }
    targets
}

impl Level {
    fn with(&self, callers: usize) -> Option<&Reads> {
        self.reads.iter().find(|reads| reads.callers == callers)
    }
}

impl Reads {
    fn ratio(&self) -> f64 {
        self.list.per_second / self.floor.per_second
    }
}

fn quantiles(sample: Sample) -> String {
    format!("{}, {}", figure(sample.p50_ms), figure(sample.p99_ms))
}
