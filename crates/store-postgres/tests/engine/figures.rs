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
    let revision = store.figure_state().await.expect("a read").revision;
    let mut database = connect(&url).await;
    for (query, given) in [
        ("figures/state", String::new()),
        ("figures/measured_before", format!("({}, 1)", i64::MAX)),
        (
            "figures/advance",
            format!("({revision}, 0{})", ", NULL".repeat(11)),
        ),
    ] {
        let walked = walked(&mut database, query, &given).await;
        assert!(
            walked <= 2 * ROUND,
            "{query} walks {walked} rows to find the earliest"
        );
    }
    execute(&mut holder, "COMMIT").await.expect("it is held no more");
    store.close().await;
}

/// The program before this one wrote the sums and did not say when the earliest was measured.
#[tokio::test]
async fn what_a_program_of_before_measured_is_found() {
    let url = cluster::database().await;
    let store = PgStore::open(Options::new(&url)).await.expect("a store");
    let after = |minutes: u32| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes.into());
    write(&store, vec![counted(1, after(20))]).await;
    let by_another = async |number: u32, minutes: u32| {
        let written = format!(
            "UPDATE figure_state SET revision = revision + 1; \
             INSERT INTO figure_cases (case_id, measured_at_us, record) \
             SELECT '{}', {}, record FROM figure_cases LIMIT 1",
            Uuid::from_u128(number.into()),
            after(minutes).as_microsecond(),
        );
        execute(&mut connect(&url).await, &written)
            .await
            .expect("the program before this one writes");
        let state = store.figure_state().await.expect("a read");
        assert_eq!(state.measured_at, Some(after(minutes)));
        let due = store.measured_before(after(minutes + 1), Limit::new(9)).await;
        assert_eq!(due.expect("a read"), [CaseId(Uuid::from_u128(number.into()))]);
    };
    // Its clock is behind; what it wrote stays found.
    by_another(2, 10).await;
    write(&store, vec![counted(1, after(30))]).await;
    assert_eq!(
        store.figure_state().await.expect("a read").measured_at,
        Some(after(10))
    );

    let revision = store.figure_state().await.expect("a read").revision;
    store.clear_figures(revision).await.expect("all is left out");
    write(&store, vec![counted(3, after(50))]).await;
    by_another(4, 40).await;
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

/// Rows of cases that a query looked at to tell whether they are still there; nothing of it stays.
async fn walked(database: &mut PgConnection, query: &str, given: &str) -> u32 {
    let path = format!("{}/queries/{query}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the query is there");
    let prepare = format!(
        "BEGIN; SET enable_seqscan = off; SET enable_bitmapscan = off; DEALLOCATE ALL; PREPARE asked AS {text}"
    );
    execute(database, &prepare).await.expect("the query is right");
    let explain = format!("EXPLAIN (ANALYZE) EXECUTE asked {given}");
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(explain))
        .fetch_all(&mut *database)
        .await
        .expect("the plan is told");
    execute(database, "ROLLBACK").await.expect("nothing stays");
    let lines: Vec<String> = explained.into_iter().map(|row| row.get(0)).collect();
    if query == "figures/advance" {
        let written = lines.iter().find(|line| line.contains("Update on figure_state"));
        assert!(
            written.is_some_and(|line| line.ends_with("rows=1 loops=1)")),
            "{lines:?}"
        );
    }
    let fetches = lines
        .iter()
        .filter_map(|line| line.trim().strip_prefix("Heap Fetches: "));
    let fetches: Vec<u32> = fetches.map(|count| count.parse().expect("a number")).collect();
    assert!(!fetches.is_empty(), "{lines:?}");
    fetches.into_iter().sum()
}
