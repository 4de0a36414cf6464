//! The page of an agency's open tickets in straight SQL, and what the hub's own page costs PostgreSQL.

use std::time::Duration;

use declic_domain::ticket::State;
use declic_store::record::state::state_code;
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::sample::Sample;
use declic_tests::measure::statements::Counting;
use declic_tests::measure::{pgbench, straight};
use declic_tests::processes::Address;
use serde::Serialize;
use sqlx::PgConnection;

/// The key that every ticket of the agency carries.
const KEY: &str = "agencies/caf-56";

/// A page of 50 and the row that tells whether there is another.
const ROWS: u32 = 51;

/// States of tickets that are open.
const OPEN: [State; 5] = [
    State::Routed,
    State::Delivered,
    State::Acknowledged,
    State::AwaitingReply,
    State::Resolved,
];

/// Pages that are counted.
const PAGES: u32 = 50;

/// What the hub's page costs the server.
#[derive(Debug, Serialize)]
pub struct Page {
    pub statements: f64,
    /// Blocks of 8 KiB, in memory or read.
    pub buffers: f64,
    /// Rows that it returns.
    pub rows: f64,
}

/// The same page without a hub: for each state its part of the index no further than a page, then the rows.
pub async fn straight(house: &House, callers: usize, lasts: Duration) -> Sample {
    match house.engine {
        Engine::Postgres => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let script = folder.path().join("page.sql");
            std::fs::write(&script, query() + ";\n").expect("a file");
            let seconds = lasts.as_secs().max(1).to_string();
            pgbench::run(house.cluster(), &script, callers, &["-T", &seconds]).await
        }
        Engine::Sqlite => straight::read(&house.store_file(), &query(), callers, lasts).await,
    }
}

/// What the hub asks for a page, counted.
pub async fn count<F: Future<Output = ()>>(house: &House, list: impl Fn(Address) -> F) -> Page {
    let counting = Counting::begin(house.cluster(), house.connect().await).await;
    for _ in 0..PAGES {
        list(house.hub.address()).await;
    }
    let counted = counting.end().await;
    let of_page = || {
        counted
            .seen
            .iter()
            .filter(|seen| seen.text.to_lowercase().contains("ticket_reach"))
    };
    assert!(of_page().count() > 0, "the server counts: {counted}");
    let each = |total: i64| total as f64 / f64::from(PAGES);
    Page {
        statements: each(of_page().map(|seen| seen.calls).sum()),
        buffers: each(of_page().map(|seen| seen.blocks).sum()),
        rows: each(of_page().map(|seen| seen.rows).sum()),
    }
}

/// Brings the server's statistics up to date.
pub async fn vacuum(connection: &mut PgConnection) {
    for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
        let done = sqlx::raw_sql(statement).execute(&mut *connection).await;
        done.expect("the server does it");
    }
}

fn query() -> String {
    let parts = OPEN.map(|state| {
        format!(
            "SELECT * FROM (SELECT held_since_us, case_id, number FROM ticket_reach \
             WHERE key = '{KEY}' AND state_code = {} \
             ORDER BY held_since_us, case_id, number LIMIT {ROWS}) AS of_{}",
            state_code(state),
            state_code(state),
        )
    });
    format!(
        "SELECT cases.id, cases.key_id, cases.sealed_words, cases.state, tickets.number, tickets.last_leaf, tickets.state \
         FROM (SELECT * FROM ({}) AS found ORDER BY held_since_us, case_id, number LIMIT {ROWS}) AS page \
         JOIN cases ON cases.id = page.case_id \
         JOIN tickets ON tickets.case_id = page.case_id AND tickets.number = page.number \
         ORDER BY page.held_since_us, page.case_id, page.number",
        parts.join(" UNION ALL ")
    )
}
