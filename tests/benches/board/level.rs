//! Sums of one size: how fast boards are told of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_domain::figures::{Month, Period};
use declic_hub::Config;
use declic_proto::v1;
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock as _, SystemClock};
use declic_store::{RollUp, Store};
use declic_store_postgres::PgStore;
use declic_store_sqlite::SqliteStore;
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::sample::{Sample, is_disturbed, median};
use declic_tests::measure::{load, pgbench, straight};
use declic_tests::people;
use declic_tests::processes::Address;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::{Arguments, draw};

/// Who watches one département, and who keeps the rules of all.
const WATCHER: &str = "paul.durand";
const KEEPER: &str = "jean.rolland";

/// Whom the watcher watches.
const TERRITORY: &str = "56";

/// Who opens cases meanwhile, and how long after each other.
const OPENER: &str = "camille.martin";
const BETWEEN_CASES: Duration = Duration::from_millis(200);

/// Groups written at a time.
const GROUPS: usize = 500;

/// What was measured with sums of so many tickets.
#[derive(Debug, Serialize)]
pub struct Level {
    pub engine: Engine,
    pub tickets: usize,
    /// Rows of the sums, and those of the territory in the usual months.
    pub groups: usize,
    pub of_territory: usize,
    /// The same rows read straight.
    pub floor: Sample,
    /// The first board of the territory after the start, in milliseconds, and of the country over one month more than usual,
    /// which nobody asked for before.
    pub first_ms: f64,
    pub first_of_country_ms: f64,
    /// The board of the territory.
    pub territory: Sample,
    /// Of one agency of it.
    pub agency: Sample,
    /// Of the country.
    pub country: Sample,
    pub is_disturbed: bool,
}

/// Writes sums of so many tickets into a new database, and measures their boards.
pub async fn measure(engine: Engine, tickets: usize, arguments: &Arguments) -> Level {
    let mut house = House::prepare(engine);
    // The first start makes the tables.
    house.hub.start().await;
    house.hub.program().stop().await;
    let now = SystemClock.now();
    let today = now.to_zoned(TimeZone::UTC).date();
    let months = Period::new(None, None, today).expect("the usual period").months();
    let sums = draw::country(tickets, now);
    let (groups, of_territory) = (sums.len(), {
        let within = |group: &&declic_domain::figures::Group| {
            group.departement == TERRITORY && months.contains(&group.month)
        };
        sums.keys().filter(within).count()
    });
    write(&house, sums).await;
    if engine == Engine::Postgres {
        let mut connection = house.connect().await;
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            let done = sqlx::raw_sql(statement).execute(&mut connection).await;
            done.expect("the server does it");
        }
    }
    house.hub.start().await;
    let (hub, lasts) = (house.hub.address(), arguments.lasts());
    let first_ms = first(hub, WATCHER, of(TERRITORY, "")).await;
    let longer = v1::SummarizeFiguresRequest {
        since: (months.start().first_day() - 1.day()).to_string(),
        ..of("", "")
    };
    let first_of_country_ms = first(hub, KEEPER, longer).await;
    let mut rounds: [Vec<Sample>; 4] = Default::default();
    for _ in 0..arguments.rounds {
        rounds[0].push(floor(&house, *months.start(), *months.end(), lasts).await);
        let opening = tokio::spawn(cases(hub));
        rounds[1].push(board(hub, WATCHER, of(TERRITORY, ""), lasts).await);
        rounds[2].push(board(hub, WATCHER, of(TERRITORY, "agencies/caf-56"), lasts).await);
        rounds[3].push(board(hub, KEEPER, of("", ""), lasts).await);
        opening.abort();
    }
    house.hub.program().stop().await;
    let [floor, territory, agency, country] = [0, 1, 2, 3].map(|of| median(&rounds[of]));
    Level {
        engine,
        tickets,
        groups,
        of_territory,
        floor,
        first_ms,
        first_of_country_ms,
        territory,
        agency,
        country,
        is_disturbed: is_disturbed(&rounds[0]),
    }
}

async fn write(house: &House, sums: declic_domain::figures::Sums) {
    let config = Config::load(&house.hub.folder().join("hub.toml"), NoEnv).expect("a configuration");
    let store: Box<dyn Store> = match &config.store.url {
        Some(url) => {
            let options = declic_store_postgres::Options::new(url);
            Box::new(PgStore::open(options).await.expect("the database"))
        }
        None => {
            let options = declic_store_sqlite::Options::new(&config.store.path);
            Box::new(SqliteStore::open(options).await.expect("the file"))
        }
    };
    let state = store.figure_state().await.expect("a state");
    let groups: Vec<_> = sums.into_iter().collect();
    for (expected, some) in (state.revision..).zip(groups.chunks(GROUPS)) {
        let write = RollUp {
            expected,
            seq: state.seq,
            groups: some.iter().cloned().collect(),
            ..RollUp::default()
        };
        store.roll_up(write).await.expect("sums are written");
    }
    store.close().await;
}

/// The rows of the territory's board, without a hub.
async fn floor(house: &House, first: Month, last: Month, lasts: Duration) -> Sample {
    let query = format!(
        "SELECT departement, month, agency, benefit, blockage, tickets, sums FROM figure_groups \
         WHERE departement = '{TERRITORY}' AND month BETWEEN {} AND {} \
         ORDER BY departement, month, agency, benefit, blockage",
        first.number(),
        last.number()
    );
    match house.engine {
        Engine::Sqlite => straight::read(&house.store_file(), &query, 1, lasts).await,
        Engine::Postgres => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let script = folder.path().join("board.sql");
            std::fs::write(&script, query + ";\n").expect("a file");
            let seconds = lasts.as_secs().max(1).to_string();
            pgbench::run(house.cluster(), &script, 1, &["-T", &seconds]).await
        }
    }
}

fn of(departement: &str, agency: &str) -> v1::SummarizeFiguresRequest {
    v1::SummarizeFiguresRequest {
        departement: departement.to_owned(),
        agency: agency.to_owned(),
        ..v1::SummarizeFiguresRequest::default()
    }
}

/// Cases of the territory, opened while boards are asked for: what they change is counted, and the boards with it.
async fn cases(hub: Address) {
    let camille = hub.once(OPENER);
    loop {
        people::open(&camille, people::standard_case()).await;
        tokio::time::sleep(BETWEEN_CASES).await;
    }
}

/// How long one board takes, in milliseconds.
async fn first(hub: Address, member: &str, request: v1::SummarizeFiguresRequest) -> f64 {
    let client = hub.once(member);
    let begun = Instant::now();
    client.summarize_figures(request).await.expect("a board");
    begun.elapsed().as_secs_f64() * 1e3
}

async fn board(hub: Address, member: &str, request: v1::SummarizeFiguresRequest, lasts: Duration) -> Sample {
    let clients = Arc::new(load::clients(hub, member, 1));
    let (sample, _) = load::run(1, lasts, move |_| {
        let (client, request) = (clients[0].clone(), request.clone());
        async move {
            // Of few tickets nothing is told, which takes no less: all of them are read.
            client.summarize_figures(request).await.expect("a board");
            Some(())
        }
    })
    .await;
    sample
}
