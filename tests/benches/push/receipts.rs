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

/// From the time the hub recorded the case, before its commit, to three ends.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Receipts {
    /// The answer to who opened it.
    pub answer: Sample,
    /// The item of a watcher's stream.
    pub watcher: Sample,
    /// The time the hub recorded the delivery: the connector's file is on its disk, and the hub was told.
    pub connector: Sample,
}

/// A case as it was opened and answered.
struct Opened {
    ticket: v1::Confirmation,
    answered: Timestamp,
}

/// Opens cases at a steady rate and waits for every receipt.
pub async fn measure(engine: Engine, arguments: &Arguments) -> Receipts {
    let mut house = House::prepare(engine);
    house.hub.start().await;
    let hub = house.hub.address();
    let mut connector = Connector::prepare(&house.hub, AGENCY);
    connector.program().start();
    // Everybody has connected once this case is delivered.
    let warm = open(hub).await;
    delivered(hub, &warm.ticket.ticket).await;

    let count = arguments.count();
    let watching = tokio::spawn(watch(hub, usize::try_from(count).expect("a small number") + 1));
    let opened = at_a_steady_rate(hub, arguments).await;
    let watched = timeout(AT_MOST, watching).await.expect("every notice comes");
    let watched = watched.expect("the watcher goes on");
    let (mut answer, mut watcher, mut connected) = (Latencies::new(), Latencies::new(), Latencies::new());
    for case in &opened {
        let recorded = recorded(&case.ticket);
        answer.record(since(case.answered, recorded));
        watcher.record(since(watched[&case.ticket.event_id], recorded));
        connected.record(since(delivered(hub, &case.ticket.ticket).await, recorded));
    }
    connector.program().stop().await;
    house.hub.program().stop().await;
    let lasted = arguments.between() * count;
    Receipts {
        answer: answer.over(lasted),
        watcher: watcher.over(lasted),
        connector: connected.over(lasted),
    }
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
