//! What it costs to keep sums: real cases, counted.

use std::sync::Arc;
use std::time::Instant;

use declic_hub::Config;
use declic_runtime::config::NoEnv;
use declic_runtime::{SystemClock, SystemIds};
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::seed;
use serde::Serialize;

/// What keeping the sums of so many tickets cost.
#[derive(Debug, Serialize)]
pub struct Kept {
    pub engine: Engine,
    pub tickets: usize,
    pub cases: usize,
    /// Of each case, everything made again: reading, decrypting, folding, writing.
    pub ms_per_case: f64,
    /// Bytes of the log for each case, of its commits and of its sums. Only PostgreSQL tells.
    pub log_bytes: Option<(f64, f64)>,
}

/// Opens cases until there are so many tickets, then makes their sums again.
pub async fn measure(engine: Engine, tickets: usize) -> Kept {
    let house = House::prepare(engine);
    let file = house.hub.folder().join("hub.toml");
    let begun = position(&house).await;
    seed::tickets(&file, tickets).await;
    let seeded = position(&house).await;
    let config = Config::load(&file, NoEnv).expect("a configuration");
    let start = Instant::now();
    let cases = declic_hub::rebuild::figures(config, Arc::new(SystemClock), Arc::new(SystemIds)).await;
    let cases = cases.expect("the sums are made");
    let took = start.elapsed().as_secs_f64() * 1e3;
    let made = position(&house).await;
    let each = |from: f64, to: f64| (to - from) / cases as f64;
    let log_bytes = match (begun, seeded, made) {
        (Some(begun), Some(seeded), Some(made)) => Some((each(begun, seeded), each(seeded, made))),
        _ => None,
    };
    Kept {
        engine,
        tickets,
        cases,
        ms_per_case: took / cases as f64,
        log_bytes,
    }
}

/// How many bytes the server has logged.
async fn position(house: &House) -> Option<f64> {
    if house.engine == Engine::Sqlite {
        return None;
    }
    let bytes = sqlx::query_scalar("SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::FLOAT8");
    let bytes = bytes.fetch_one(&mut house.connect().await).await;
    Some(bytes.expect("the server tells its position"))
}
