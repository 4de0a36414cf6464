//! A database of one size: how long its hub takes to serve, what it holds, and how fast it is read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_client::Client;
use declic_proto::v1;
use declic_tests::measure::engine::{Engine, House, Memory};
use declic_tests::measure::sample::{Sample, is_disturbed, median, middle};
use declic_tests::measure::{load, seed};
use declic_tests::processes::Address;
use serde::Serialize;

use crate::Arguments;
use crate::page::{self, Page};

/// Who lists the tickets of an agency: the manager of its desks reads them all.
const LISTER: &str = "hugo.petit";

/// Who reads cases: those of its organisation.
const READER: &str = "soizic.le-bihan";

/// Tickets of a page.
const PAGE: i32 = 50;

/// A hub that uses less of a processor than this in such a time is at rest.
const REST: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// For a hub to have read its ledger.
const AT_MOST: Duration = Duration::from_secs(600);

/// What was measured with so many tickets.
#[derive(Debug, Serialize)]
pub struct Level {
    pub engine: Engine,
    pub tickets: usize,
    pub start_ms: f64,
    /// At rest, before any call.
    pub at_rest: Memory,
    /// After all calls.
    pub after: Memory,
    pub reads: Vec<Reads>,
    /// Only PostgreSQL tells.
    pub page: Option<Page>,
}

/// With so many callers: medians, and whether the floors agree.
#[derive(Debug, Serialize)]
pub struct Reads {
    pub callers: usize,
    pub floor: Sample,
    pub list: Sample,
    pub case: Sample,
    pub is_disturbed: bool,
}

/// Adds so many tickets, and says how long that took; returns names of some of their cases.
pub async fn grow(house: &House, tickets: usize) -> Vec<String> {
    let begun = Instant::now();
    let cases = seed::tickets(&house.hub.folder().join("hub.toml"), tickets).await;
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{}: {tickets} tickets written and their ledger sealed in {took:.0} s, {:.0} tickets per second",
        house.engine,
        tickets as f64 / took
    );
    if house.engine == Engine::Postgres {
        // What the server does by itself sooner or later, in the middle of a measurement at worst.
        page::vacuum(&mut house.connect().await).await;
    }
    cases
}

/// Measures a database as it stands.
pub async fn measure(house: &mut House, tickets: usize, cases: &[String], arguments: &Arguments) -> Level {
    let mut starts = Vec::new();
    for _ in 0..arguments.starts {
        starts.push(house.hub.start().await.as_secs_f64() * 1e3);
        house.hub.program().stop().await;
    }
    house.hub.start().await;
    rest(house).await;
    let at_rest = house.memory();
    let mut reads = Vec::new();
    for callers in &arguments.callers {
        reads.push(read(house, *callers, cases, arguments).await);
    }
    let page = match house.engine {
        Engine::Postgres => Some(page::count(house, list_once).await),
        Engine::Sqlite => None,
    };
    let after = house.memory();
    house.hub.program().stop().await;
    Level {
        engine: house.engine,
        tickets,
        start_ms: middle(starts.into_iter()),
        at_rest,
        after,
        reads,
        page,
    }
}

/// Waits until the hub has read its whole ledger, which it does at start beside its work.
async fn rest(house: &mut House) {
    let (used, within) = REST;
    let begun = Instant::now();
    let mut before = house.hub.program().processor_time();
    loop {
        tokio::time::sleep(within).await;
        let now = house.hub.program().processor_time();
        if now - before <= used {
            return;
        }
        assert!(begun.elapsed() < AT_MOST, "the hub does not come to rest");
        before = now;
    }
}

async fn read(house: &House, callers: usize, cases: &[String], arguments: &Arguments) -> Reads {
    let (hub, lasts) = (house.hub.address(), arguments.lasts());
    let (mut floors, mut lists, mut threads) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        floors.push(page::straight(house, callers, lasts).await);
        lists.push(list(hub, callers, lasts).await);
        threads.push(case_with_its_thread(hub, cases, callers, lasts).await);
    }
    Reads {
        callers,
        floor: median(&floors),
        list: median(&lists),
        case: median(&threads),
        is_disturbed: is_disturbed(&floors),
    }
}

async fn list(hub: Address, callers: usize, lasts: Duration) -> Sample {
    let clients = Arc::new(load::clients(hub, LISTER, callers));
    let (sample, _) = load::run(callers, lasts, move |caller| {
        let client = clients[caller % clients.len()].clone();
        async move {
            page_of(&client).await;
            Some(())
        }
    })
    .await;
    sample
}

async fn list_once(hub: Address) {
    page_of(&hub.once(LISTER)).await;
}

async fn page_of(client: &Client) {
    let request = v1::ListTicketsRequest {
        page_size: PAGE,
        ..v1::ListTicketsRequest::default()
    };
    let answer = client.list_tickets(request).await.expect("a page");
    assert_eq!(answer.tickets.len(), 50, "a full page");
}

/// Two calls, as who opens a case in a window makes them: the case, and what happened on its first ticket.
async fn case_with_its_thread(hub: Address, cases: &[String], callers: usize, lasts: Duration) -> Sample {
    let clients = Arc::new(load::clients(hub, READER, callers));
    let cases: Arc<Vec<String>> = Arc::new(readable(&clients[0], cases).await);
    let turn = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (sample, _) = load::run(callers, lasts, move |caller| {
        let client = clients[caller % clients.len()].clone();
        let turn = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = cases[turn % cases.len()].clone();
        async move {
            let case = get(&client, name).await.expect("a case of the organisation");
            let request = v1::ListEventsRequest {
                parent: case.tickets[0].name.clone(),
                ..v1::ListEventsRequest::default()
            };
            let answer = client.list_events(request).await.expect("what happened");
            assert!(!answer.events.is_empty(), "a ticket was opened");
            Some(())
        }
    })
    .await;
    sample
}

/// Those of these cases that the reader's organisation opened.
async fn readable(client: &Client, cases: &[String]) -> Vec<String> {
    let mut readable = Vec::new();
    for name in cases {
        if get(client, name.clone()).await.is_some() {
            readable.push(name.clone());
        }
    }
    readable
}

async fn get(client: &Client, name: String) -> Option<v1::Case> {
    let answer = client.get_case(v1::GetCaseRequest { name }).await;
    answer.ok().and_then(|answer| answer.case)
}
