//! The hub: from what it recorded as the time of a case to its opener, a watcher, and an agency's connector.

use std::collections::HashMap;
use std::time::Duration;

use declic_client::Item;
use declic_proto::v1;
use declic_runtime::{Clock as _, SystemClock};
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::sample::{Latencies, Sample};
use declic_tests::people;
use declic_tests::processes::{Address, Connector};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::Arguments;

/// The agency of the tickets, and who else follows its mailbox.
const AGENCY: &str = "caf-56";
const WATCHER: &str = "hugo.petit";

/// Who opens the cases.
const OPENER: &str = "camille.martin";

/// For the last receipt.
const AT_MOST: Duration = Duration::from_secs(60);

/// From the time the hub recorded the case, before its commit, to each end.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Receipts {
    /// The answer to who opened it.
    pub answer: Sample,
    /// The item of a watcher's stream.
    pub watcher: Sample,
    /// The same while the connector works on the hub's own disk, which it never does but here.
    pub watcher_beside: Sample,
    /// The time the hub recorded the delivery: the connector's file is on its disk, and the hub was told.
    pub connector: Sample,
}

/// A case as it was opened and answered.
struct Opened {
    ticket: v1::Confirmation,
    answered: Timestamp,
}

/// Opens cases at a steady rate and waits for every receipt: of a watcher alone, then of a watcher and a connector.
pub async fn measure(engine: Engine, arguments: &Arguments) -> Receipts {
    let alone = run(engine, arguments, false).await;
    let beside = run(engine, arguments, true).await;
    let lasted = arguments.between() * arguments.count();
    Receipts {
        answer: alone.answer.over(lasted),
        watcher: alone.watcher.over(lasted),
        watcher_beside: beside.watcher.over(lasted),
        connector: beside.connector.over(lasted),
    }
}

/// What one run took; the connector's is empty without one.
struct Took {
    answer: Latencies,
    watcher: Latencies,
    connector: Latencies,
}

async fn run(engine: Engine, arguments: &Arguments, with_connector: bool) -> Took {
    let mut house = House::prepare(engine);
    house.hub.start().await;
    let hub = house.hub.address();
    let mut connector = with_connector.then(|| Connector::prepare(&house.hub, AGENCY));
    // Everybody has connected once this case is there.
    let warm = open(hub).await;
    if let Some(connector) = &mut connector {
        connector.program().start();
        delivered(hub, &warm.ticket.ticket).await;
    }
    let count = arguments.count();
    let watching = tokio::spawn(watch(hub, usize::try_from(count).expect("a small number") + 1));
    let opened = at_a_steady_rate(hub, arguments).await;
    let watched = timeout(AT_MOST, watching).await.expect("every notice comes");
    let watched = watched.expect("the watcher goes on");
    let mut took = Took {
        answer: Latencies::new(),
        watcher: Latencies::new(),
        connector: Latencies::new(),
    };
    for case in &opened {
        let recorded = recorded(&case.ticket);
        took.answer.record(since(case.answered, recorded));
        took.watcher
            .record(since(watched[&case.ticket.event_id], recorded));
        if with_connector {
            let delivered = delivered(hub, &case.ticket.ticket).await;
            took.connector.record(since(delivered, recorded));
        }
    }
    if let Some(mut connector) = connector {
        connector.program().stop().await;
    }
    house.hub.program().stop().await;
    took
}

async fn at_a_steady_rate(hub: Address, arguments: &Arguments) -> Vec<Opened> {
    let mut ticks = interval(arguments.between());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let client = hub.once(OPENER);
    let mut calls = JoinSet::new();
    for _ in 0..arguments.count() {
        ticks.tick().await;
        let client = client.clone();
        // Whoever is slow delays no other.
        calls.spawn(async move { open_by(&client).await });
    }
    calls.join_all().await
}

async fn open(hub: Address) -> Opened {
    open_by(&hub.once(OPENER)).await
}

async fn open_by(client: &declic_client::Client) -> Opened {
    let mut answer = people::open(client, people::standard_case()).await;
    Opened {
        answered: SystemClock.now(),
        ticket: answer.tickets.pop().expect("a ticket"),
    }
}

/// When each of so many openings came, by their events.
async fn watch(hub: Address, count: usize) -> HashMap<Vec<u8>, Timestamp> {
    let mut watch = hub.patient(WATCHER).watch(String::new());
    let mut seen = HashMap::new();
    while seen.len() < count {
        if let Item::Notice { notice, .. } = watch.next().await.expect("a stream")
            && notice.r#type == "OPENED"
        {
            seen.insert(notice.event_id, SystemClock.now());
        }
    }
    seen
}

/// When the hub recorded that the connector holds the ticket.
async fn delivered(hub: Address, ticket: &str) -> Timestamp {
    let client = hub.once(WATCHER);
    let asked = async {
        loop {
            let events = people::events(&client, ticket).await;
            let delivery = events.iter().find(|event| event.r#type == "DELIVERY_CONFIRMED");
            match delivery {
                Some(event) => return timestamp(event.record_time.as_ref()),
                None => tokio::time::sleep(declic_tests::processes::LOOK).await,
            }
        }
    };
    timeout(AT_MOST, asked).await.expect("every ticket is delivered")
}

fn recorded(ticket: &v1::Confirmation) -> Timestamp {
    timestamp(ticket.record_time.as_ref())
}

fn timestamp(time: Option<&prost_types::Timestamp>) -> Timestamp {
    let time = time.expect("a time");
    Timestamp::new(time.seconds, time.nanos).expect("a time within the calendar")
}

fn since(end: Timestamp, begin: Timestamp) -> Duration {
    let took: SignedDuration = end.duration_since(begin);
    took.try_into().unwrap_or(Duration::ZERO)
}
