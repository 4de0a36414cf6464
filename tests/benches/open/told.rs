//! The tables.

use declic_tests::measure::engine::Engine;
use declic_tests::measure::report::{Table, Target, figure};
use declic_tests::measure::sample::Sample;

use crate::floor::Floor;
use crate::rounds::{Level, Measured};

/// Cases a second that the fastest of the tools of today creates by its API at 8 callers (django-helpdesk), measured on a
/// machine of two cores: the one figure here that is not of the same run.
const BEST_TOOL: f64 = 93.0;

/// One row for each number of callers.
pub fn levels(measured: &Measured) -> Table {
    let [floor, other] = Floor::names(measured.engine);
    let (floor, other) = (format!("floor, {floor}/s"), format!("floor, {other}/s"));
    let mut table = Table::new(&[
        &format!("{}, callers", measured.engine),
        &floor,
        "p50, p99 ms",
        &other,
        "OpenCase/s",
        "p50, p99 ms",
        "ratio",
        "Acknowledge/s",
        "p50, p99 ms",
        "ratio",
        "run",
    ]);
    for level in &measured.levels {
        table.push(vec![
            level.callers.to_string(),
            figure(level.floor.per_second),
            quantiles(level.floor),
            figure(level.other_floor.per_second),
            figure(level.open.per_second),
            quantiles(level.open),
            figure(level.open_ratio()),
            figure(level.acknowledge.per_second),
            quantiles(level.acknowledge),
            figure(level.acknowledge_ratio()),
            if level.is_disturbed { "disturbed" } else { "quiet" }.to_owned(),
        ]);
    }
    table
}

/// What PERFORMANCE asks for, as far as it was measured.
pub fn targets(measured: &Measured) -> Vec<Target> {
    let engine = measured.engine;
    let mut targets = Vec::new();
    let at = |callers| measured.level(callers);
    match engine {
        Engine::Postgres => {
            for (callers, must, aim) in [(64, 1.0, 2.0), (8, 0.7, 1.0), (1, 0.7, 1.0)] {
                let ratio = at(callers).map(Level::open_ratio);
                targets.extend(ratio.map(|ratio| {
                    Target::at_least(
                        format!("{engine}: OpenCase/s, {callers} callers / pgbench"),
                        ratio,
                        must,
                        aim,
                    )
                }));
            }
            if let Some(level) = at(64) {
                targets.push(Target::at_most(
                    format!("{engine}: OpenCase p99, 64 callers / pgbench"),
                    level.open.p99_ms / level.floor.p99_ms,
                    1.0,
                    0.5,
                ));
                targets.push(Target::at_least(
                    format!("{engine}: Acknowledge/s, 64 callers / pgbench"),
                    level.acknowledge_ratio(),
                    1.0,
                    1.5,
                ));
            }
        }
        Engine::Sqlite => targets.extend(at(64).map(|level| {
            let what = format!("{engine}: OpenCase/s, 64 callers / grouped floor");
            Target::at_least(what, level.open_ratio(), 0.5, 0.8)
        })),
    }
    targets.extend(at(8).map(|level| {
        let what = format!("{engine}: cases opened/s, 8 callers / the best tool of today");
        Target::at_least(what, level.open.per_second / BEST_TOOL, 15.0, 30.0)
    }));
    let mib = measured.memory.most_kib as f64 / 1024.0;
    targets.push(Target::at_most(
        format!("{engine}: memory of the hub at 128 in flight, MiB"),
        mib,
        100.0,
        40.0,
    ));
    if let Some(bytes) = &measured.bytes {
        println!(
            "WAL of a case: {:.0} bytes by commands, {:.0} by the floor; then {:.0} by the ledger and {:.0} by the keyring, \
             full-page images off. {} cases in {} batches. A caller alone: {} statements a case.\n",
            bytes.wal_per_case,
            bytes.wal_of_floor,
            bytes.wal_of_sealing,
            bytes.wal_of_keys,
            bytes.opened,
            bytes.batches,
            figure(bytes.statements_alone),
        );
        let ratio = bytes.wal_per_case / bytes.wal_of_floor;
        targets.push(Target::at_most(
            format!("{engine}: WAL bytes of a case / floor"),
            ratio,
            1.6,
            1.2,
        ));
        targets.push(Target::at_most(
            format!("{engine}: statements of a batch"),
            bytes.statements_per_batch,
            2.0,
            1.0,
        ));
    }
    targets
}

impl Level {
    fn open_ratio(&self) -> f64 {
        self.open.per_second / self.floor.per_second
    }

    fn acknowledge_ratio(&self) -> f64 {
        self.acknowledge.per_second / self.floor.per_second
    }
}

fn quantiles(sample: Sample) -> String {
    format!("{}, {}", figure(sample.p50_ms), figure(sample.p99_ms))
}
