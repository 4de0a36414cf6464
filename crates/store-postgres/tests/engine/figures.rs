//! What this engine promises of the sums besides the contract: what is asked all the time stays short.

use std::collections::BTreeMap;

use declic_domain::figures::{Group, Month, Tally};
use declic_domain::name::{AgencyId, CaseId};
use declic_store::{CountedCase, Limit, RollUp, Store};
use declic_store_postgres::{Options, PgStore};
use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use crate::cluster::{self, connect, execute};

/// Cases that are open.
const CASES: u32 = 600;

/// Cases that are measured anew in one write.
const ROUND: u32 = 30;

#[tokio::test]
async fn the_earliest_is_found_at_once_though_an_old_state_of_the_database_is_held() {
    let url = cluster::database().await;
    let store = PgStore::open(Options::new(&url)).await.expect("a store");
    let begin = Timestamp::UNIX_EPOCH;
    let after = |minutes: u32| begin + SignedDuration::from_mins(minutes.into());
    let all = (0..CASES).map(|number| counted(number, after(number))).collect();
    write(&store, all).await;

    let mut holder = connect(&url).await;
    let held = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT count(*) FROM figure_cases";
    execute(&mut holder, held).await.expect("a state is held");
    let rounds = 1..=CASES / ROUND - 1;
    for round in rounds {
        let due = store.measured_before(after(CASES), Limit::new(ROUND)).await;
        let due = due.expect("a read");
        assert_eq!(due.len(), ROUND as usize);
        let anew = due.iter().map(|case| CountedCase {
            measured_at: Some(after(CASES + round)),
            ..counted(case.0.as_u128() as u32, begin)
        });
        write(&store, anew.collect()).await;
        let state = store.figure_state().await.expect("a read");
        assert_eq!(state.measured_at, Some(after(ROUND * round)));
    }
    let mut database = connect(&url).await;
    for query in ["figures/state", "figures/measured_before"] {
        let walked = walked(&mut database, query).await;
        assert!(
            walked <= 2 * ROUND,
            "{query} walks {walked} rows to find the earliest"
        );
    }
    execute(&mut holder, "COMMIT").await.expect("it is held no more");
    store.close().await;
}

fn counted(number: u32, measured_at: Timestamp) -> CountedCase {
    let group = Group {
        departement: "56".to_owned(),
        month: Month::from_number(202_611).expect("a month"),
        agency: AgencyId::parse("caf-56").expect("an agency"),
        benefit: "RSA".to_owned(),
        blockage: String::new(),
    };
    CountedCase {
        case: CaseId(Uuid::from_u128(number.into())),
        sums: BTreeMap::from([(group, Tally::default())]),
        measured_at: Some(measured_at),
    }
}

async fn write(store: &PgStore, cases: Vec<CountedCase>) {
    let state = store.figure_state().await.expect("a read");
    let write = RollUp {
        expected: state.revision,
        seq: state.seq,
        cases,
        ..RollUp::default()
    };
    store.roll_up(write).await.expect("cases are kept");
}

/// Rows of cases that a query looked at to tell whether they are still there.
async fn walked(database: &mut PgConnection, query: &str) -> u32 {
    let path = format!("{}/queries/{query}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the query is there");
    let text = text.replace("$1", &i64::MAX.to_string()).replace("$2", "1");
    execute(database, "SET enable_seqscan = off; SET enable_bitmapscan = off")
        .await
        .expect("as for connections that read");
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("EXPLAIN (ANALYZE) {text}")))
        .fetch_all(database)
        .await
        .expect("the plan is told");
    let lines: Vec<String> = explained.into_iter().map(|row| row.get(0)).collect();
    let fetches = lines
        .iter()
        .filter_map(|line| line.trim().strip_prefix("Heap Fetches: "));
    let fetches: Vec<u32> = fetches.map(|count| count.parse().expect("a number")).collect();
    assert!(!fetches.is_empty(), "{lines:?}");
    fetches.into_iter().sum()
}
