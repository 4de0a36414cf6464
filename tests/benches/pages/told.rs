//! The tables.

use declic_tests::measure::report::{Table, Target, figure};

use crate::level::{Level, Measured};

const MILLION: usize = 1_000_000;
const TEN_THOUSAND: usize = 10_000;

/// A list with a million tickets behind takes at most so long for 19 of 20 readers, in milliseconds; the board.
const LIST_MS: (f64, f64) = (150.0, 30.0);
const BOARD_MS: (f64, f64) = (150.0, 100.0);

/// Beside one of ten thousand.
const LONGER: (f64, f64) = (3.0, 1.5);

/// One row for each page, with the sizes side by side.
pub fn pages(levels: &[Level]) -> Table {
    let mut table = Table::new(&["engine", "tickets", "page", "KiB", "p50 ms", "p95 ms"]);
    for level in levels {
        for page in &level.pages {
            table.push(vec![
                level.engine.to_string(),
                level.tickets.to_string(),
                page.page.to_owned(),
                figure(page.bytes as f64 / 1024.0),
                figure(page.p50_ms),
                figure(page.p95_ms),
            ]);
        }
    }
    table
}

/// What is asked of them, as far as it was measured.
pub fn targets(levels: &[Level]) -> Vec<Target> {
    let mut targets = Vec::new();
    for level in levels.iter().filter(|level| level.tickets == MILLION) {
        let small = levels
            .iter()
            .find(|small| small.engine == level.engine && small.tickets == TEN_THOUSAND);
        for page in &level.pages {
            let (must, aim) = if page.page == "board" { BOARD_MS } else { LIST_MS };
            let of = format!("{}, {}", level.engine, page.page);
            let what = format!("{of}: p95 with a million, ms");
            targets.push(Target::at_most(what, page.p95_ms, must, aim));
            if let Some(small) = small.and_then(|small| small.page(page.page)) {
                let what = format!("{of}: p50, a million / ten thousand");
                let ratio = page.p50_ms / small.p50_ms;
                targets.push(Target::at_most(what, ratio, LONGER.0, LONGER.1));
            }
        }
    }
    targets
}

impl Level {
    fn page(&self, name: &str) -> Option<&Measured> {
        self.pages.iter().find(|page| page.page == name)
    }
}
