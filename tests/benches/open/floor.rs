//! The same rows straight on the engine, in two ways: the one that ratios are taken to, and another for comparison.

use std::time::Duration;

use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::pgbench::{self, Script};
use declic_tests::measure::rows;
use declic_tests::measure::sample::Sample;
use declic_tests::measure::straight::{self, Commits};
use declic_tests::people;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

/// The engine without a hub.
pub enum Floor {
    Sqlite(Box<straight::Floor>),
    Postgres(pgbench::Floor),
}

impl Floor {
    /// Opens a case through the hub, which serves, and takes its rows.
    pub async fn prepare(house: &House) -> Self {
        let case = people::standard_case();
        let request = case.request_id.clone();
        let opened = people::open(&house.hub.address().once("camille.martin"), case).await;
        let case = opened.case.strip_prefix("cases/").expect("a case's name");
        match house.engine {
            Engine::Postgres => {
                let mut connection = house.connect().await;
                let tables = rows::of_postgres(&mut connection, case, &request).await;
                Self::Postgres(pgbench::Floor::prepare(&mut connection, &tables).await)
            }
            Engine::Sqlite => {
                let file = house.store_file();
                let settings = SqliteConnectOptions::new().filename(&file).read_only(true);
                let mut store = settings.connect().await.expect("the hub's file");
                let tables = rows::of_sqlite(&mut store, case, &request).await;
                let floor = straight::Floor::prepare(&mut store, &file, &tables).await;
                store.close().await.expect("a connection closes");
                Self::Sqlite(Box::new(floor))
            }
        }
    }

    /// What the two columns hold.
    pub fn names(engine: Engine) -> [&'static str; 2] {
        match engine {
            Engine::Sqlite => ["grouped", "one at a time"],
            Engine::Postgres => ["8 statements", "1 statement"],
        }
    }

    /// One round of each.
    pub async fn round(&mut self, house: &House, callers: usize, lasts: Duration) -> [Sample; 2] {
        match self {
            Self::Sqlite(floor) => [
                floor.round(Commits::Grouped, callers, lasts).await,
                floor.round(Commits::Single, callers, lasts).await,
            ],
            Self::Postgres(floor) => [
                floor
                    .round(house.cluster(), Script::EightStatements, callers, lasts)
                    .await,
                floor
                    .round(house.cluster(), Script::OneStatement, callers, lasts)
                    .await,
            ],
        }
    }
}
