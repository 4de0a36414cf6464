//! What a command costs on PostgreSQL, in bytes and statements: counted by PostgreSQL, so that the same program counts the
//! same on every machine. Speed itself is for `cargo xtask bench open`.

use declic_tests::measure::engine::House;
use declic_tests::measure::pgbench::{Floor, Script};
use declic_tests::measure::statements::{Counting, Purpose};
use declic_tests::measure::{rows, work};
use declic_tests::people;

/// Cases that are counted, on either side.
const CASES: usize = 200;

/// WAL that commands write, in times of what their rows alone take.
const MOST_WAL: f64 = 1.6;

/// Statements of the session that commits, for each batch.
const MOST_STATEMENTS: f64 = 2.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_takes_few_bytes_and_its_batch_few_statements() {
    let mut house = House::on_postgres("-c fsync=off");
    house.hub.start().await;
    let hub = house.hub.address();

    let case = people::standard_case();
    let request = case.request_id.clone();
    let opened = people::open(&hub.once("camille.martin"), case).await;
    let case = opened.case.strip_prefix("cases/").expect("a case's name");
    let mut connection = house.connect().await;
    let tables = rows::of_postgres(&mut connection, case, &request).await;
    let mut floor = Floor::prepare(&mut connection, &tables).await;

    // Alone, so that each batch holds one command: what a batch adds to it weighs most.
    work::sealed(hub).await;
    let counting = Counting::begin(house.cluster(), connection).await;
    work::open_all(hub, 1, CASES).await;
    let counted = counting.end().await;
    let counting = Counting::begin(house.cluster(), house.connect().await).await;
    let cases = u64::try_from(CASES).expect("a small number");
    floor.cases(house.cluster(), Script::EightStatements, cases).await;
    let straight = counting.end().await;
    house.hub.program().stop().await;

    let wal = counted.wal_of(&[Purpose::Commit, Purpose::References]);
    let of_floor = straight.wal_of(&[Purpose::Floor]);
    let ratio = wal as f64 / of_floor as f64;
    println!(
        "a case: {} bytes of WAL, its rows alone {}\n{counted}",
        wal / cases,
        of_floor / cases,
    );
    assert_eq!(counted.batches, cases, "every batch was seen: {counted}");
    assert!(counted.statements_per_batch() <= MOST_STATEMENTS, "{counted}");
    assert!(
        of_floor / cases > 1_000,
        "the floor writes the rows of a case: {straight}"
    );
    assert!(ratio <= MOST_WAL, "{ratio:.2} times the rows alone: {counted}");
}
