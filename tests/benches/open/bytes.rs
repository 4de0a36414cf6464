//! Bytes of WAL and statements: nearly free of noise, whatever else the machine does.

use std::time::Duration;

use declic_tests::measure::engine::House;
use declic_tests::measure::pgbench::{Floor, Script};
use declic_tests::measure::statements::{Counting, Purpose};
use declic_tests::measure::work;
use serde::Serialize;

/// Callers of the load that is counted.
const CALLERS: usize = 64;

/// Cases that the floor writes to be counted.
const CASES: u64 = 2_000;

/// What opening a case costs in bytes and statements.
#[derive(Debug, Serialize)]
pub struct Bytes {
    pub opened: u64,
    pub batches: u64,
    /// Statements that the committing session sends for each batch.
    pub statements_per_batch: f64,
    /// Statements of a caller alone, on the database of the store: all but the ledger's.
    pub statements_alone: f64,
    /// Bytes of WAL of a case: what commands write.
    pub wal_per_case: f64,
    /// And what follows from it.
    pub wal_of_sealing: f64,
    pub wal_of_keys: f64,
    pub wal_of_floor: f64,
}

/// Counts what a load of cases makes the hub send, then what the same rows make without it.
pub async fn count(house: &House, floor: &mut Floor, lasts: Duration) -> Bytes {
    let hub = house.hub.address();
    work::sealed(hub).await;
    let counting = Counting::begin(house.cluster(), house.connect().await).await;
    let (sample, _) = work::open(hub, CALLERS, lasts).await;
    work::sealed(hub).await;
    let counted = counting.end().await;
    // The one that `sealed` opened counts too.
    let opened = sample.calls + 1;

    let counting = Counting::begin(house.cluster(), house.connect().await).await;
    let (one, _) = work::open(hub, 1, lasts).await;
    let alone = counting.end().await;
    let sent: u64 = [Purpose::Commit, Purpose::Read, Purpose::References]
        .iter()
        .filter_map(|purpose| alone.statements.get(purpose))
        .sum();

    let counting = Counting::begin(house.cluster(), house.connect().await).await;
    floor.cases(house.cluster(), Script::EightStatements, CASES).await;
    let straight = counting.end().await;
    assert!(
        straight.wal_of(&[Purpose::Floor]) > 0,
        "the server counts: {straight}"
    );
    let each = |bytes: u64, cases: u64| bytes as f64 / cases as f64;
    Bytes {
        opened,
        batches: counted.batches,
        statements_per_batch: counted.statements_per_batch(),
        statements_alone: each(sent, one.calls),
        wal_per_case: each(counted.wal_of(&[Purpose::Commit, Purpose::References]), opened),
        wal_of_sealing: each(counted.wal_of(&[Purpose::Seal]), opened),
        wal_of_keys: each(counted.wal_of(&[Purpose::Keyring]), opened),
        wal_of_floor: each(straight.wal_of(&[Purpose::Floor]), CASES),
    }
}
