//! Timers that came due while no hub ran: each is fired once, by two hubs at once, and by hubs that are killed between any
//! two things. What is expected of each ticket is what `domain` says of the state it was left in.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::process::ExitStatusExt as _;
use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, Item, Watch};
use declic_domain::CaseFile;
use declic_domain::event::{Cause, Kind, Party, Rung};
use declic_domain::name::{EventId, TicketName};
use declic_domain::timer::{self, Firing};
use declic_proto::v1;
use declic_runtime::{Clock as _, Shutdown, SystemClock, SystemIds};
use declic_store::crash::{Point, VARIABLE};
use declic_tests::cluster::Cluster;
use declic_tests::hub::{MovedClock, morning};
use declic_tests::measure::work;
use declic_tests::oracle::{self, Findings};
use declic_tests::people::{self, fresh};
use declic_tests::processes::Hub;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use nix::sys::signal::Signal;

/// Cases that are left.
const CASES: usize = 90;

/// A hub whose clock is behind the machine's, as a process.
const MOVED_HUB: &str = env!("CARGO_BIN_EXE_declic-moved-hub");

/// Days ago that cases were left alone, and that a hub starts again.
const LEFT: i64 = 400;
const STARTED: i64 = 35;

/// What is due is done within a minute; more of it, on a machine with other work, takes longer.
const AT_MOST: Duration = Duration::from_secs(180);

/// The rungs of an escalation, the late party first.
const LADDER: [Rung; 3] = [Rung::Holder, Rung::Desk, Rung::Supervision];

/// What a firing comes to.
const POINTS: [Point; 5] = [
    Point::Decided,
    Point::BeforeCommit,
    Point::Committed,
    Point::Woken,
    Point::BeforeAnswer,
];

/// Lives that end at one of them.
const LIVES: usize = 10;

/// Kinds of events by ticket, in their order.
type Told = BTreeMap<TicketName, Vec<&'static str>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_that_find_a_year_of_timers_fire_each_once() {
    let cluster = Cluster::start();
    let mut one = Hub::prepare_on(&cluster);
    let now = morning(STARTED);
    let expected = left_alone(&one, now).await;
    let mut other = one.beside();
    one.moved(MOVED_HUB, behind(now));
    other.moved(MOVED_HUB, behind(now));
    let (soizic, other_soizic) = (manager(&one, now), manager(&other, now));
    let all = count(&expected);
    tokio::join!(one.start(), other.start());
    told(&mut soizic.watch(""), all / 3).await;
    other.program().kill();
    other.start().await;
    told(&mut soizic.watch(""), all * 2 / 3).await;
    one.program().kill();
    told(&mut other_soizic.watch(""), all).await;
    one.start().await;
    // The one that was killed may have had the right to seal.
    told(&mut soizic.watch(""), all).await;
    let today = now.to_zoned(TimeZone::UTC).date();
    work::sealed_after(
        &speaks_as(&one, now, "camille.martin"),
        people::standard_case_on(today),
    )
    .await;
    other.program().stop().await;
    let findings = ended(&mut one).await;
    assert_eq!(by_the_clock(&findings), expected);
    check_alerts(&findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_killed_while_it_fires_fires_each_timer_once() {
    let mut hub = Hub::prepare();
    let now = morning(STARTED);
    let expected = left_alone(&hub, now).await;
    hub.moved(MOVED_HUB, behind(now));
    for life in 0..LIVES {
        let point = POINTS[life % POINTS.len()];
        let asked = format!("{}:1", point.name());
        hub.program().start_with(&[(VARIABLE, &asked)]);
        let status = hub.program().ended().await;
        assert_eq!(status.signal(), Some(Signal::SIGABRT as i32), "{asked}: {status}");
    }
    hub.start().await;
    told(&mut manager(&hub, now).watch(""), count(&expected)).await;
    let findings = ended(&mut hub).await;
    assert_eq!(by_the_clock(&findings), expected);
    check_alerts(&findings);
}

fn behind(now: Timestamp) -> SignedDuration {
    SystemClock.now().duration_since(now)
}

/// The state of each ticket says what was told of it since it was opened or reopened, and its events say the same: each rung of
/// a ladder once, in their order.
pub fn check_alerts(findings: &Findings) {
    let mut rungs: HashMap<(TicketName, Cause), Vec<Rung>> = HashMap::new();
    for (_, event) in &findings.events {
        match &event.kind {
            Kind::Escalated { cause, to } => rungs.entry((event.ticket, *cause)).or_default().push(*to),
            Kind::Reopened { .. } => rungs.retain(|(ticket, _), _| *ticket != event.ticket),
            _ => {}
        }
    }
    for row in findings.cases.iter().flat_map(|case| &case.tickets) {
        let (name, alerts) = (row.ticket.name, row.ticket.alerts);
        let of = |cause| rungs.get(&(name, cause)).cloned().unwrap_or_default();
        let ladders = [
            (of(Cause::Acknowledgement), alerts.acknowledgement),
            (of(Cause::Resolution), alerts.resolution),
        ];
        for (told, last) in &ladders {
            assert!(LADDER.starts_with(told), "{told:?}");
            assert_eq!(told.last(), last.as_ref(), "{name:?}");
        }
        let level: usize = ladders.iter().map(|(told, _)| told.len()).sum();
        assert_eq!(usize::from(alerts.level), level, "{name:?}");
    }
}

/// Cases of a year ago that nobody has touched since, each in one of the states in which the clock has something to do; what
/// it has to do with each of their tickets.
async fn left_alone(hub: &Hub, now: Timestamp) -> Told {
    let clock = MovedClock::at(morning(LEFT));
    let shutdown = Shutdown::new(Duration::from_secs(10));
    let running = declic_hub::start_with(
        hub.config(),
        shutdown,
        Arc::new(clock.clone()),
        Arc::new(SystemIds),
    );
    let running = running.await.expect("a hub that starts");
    let speaks_as = |member: &str| {
        let options = clock.options(format!("http://{}", running.address), member);
        Client::connect_lazy(options).expect("options that work")
    };
    let (camille, claire) = (speaks_as("camille.martin"), speaks_as("claire.morel"));
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    for number in 0..CASES {
        let opened = people::open(&camille, people::standard_case_on(today)).await;
        treated(&claire, &opened.tickets[0].ticket, number % 3).await;
    }
    running.stop().await.expect("a clean end");
    let findings = oracle::check(&hub.config(), &hub.ledger_key(), SystemClock.now()).await;
    let files = findings.cases.iter().map(declic_store::StoredCase::file);
    let told: Told = files.flat_map(|file| due(file, now)).collect();
    let busy = told.values().filter(|kinds| !kinds.is_empty()).count();
    assert_eq!(busy, CASES, "the clock has something to do with each");
    told
}

/// Leaves a ticket as it was opened, waiting for a reply, or resolved.
async fn treated(claire: &Client, name: &str, how: usize) {
    if how == 0 {
        return;
    }
    let request = v1::AcknowledgeTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        agent: "members/claire.morel".to_owned(),
        ..v1::AcknowledgeTicketRequest::default()
    };
    claire
        .acknowledge_ticket(request)
        .await
        .expect("a ticket of hers");
    if how == 1 {
        let request = v1::RequestInformationRequest {
            request_id: fresh(),
            name: name.to_owned(),
            epoch: 1,
            items: vec![v1::InformationItem {
                kind: v1::InformationKind::Document.into(),
                label: "L’attestation de loyer".to_owned(),
                why: "Pour rétablir le droit".to_owned(),
                answered: false,
            }],
            ..v1::RequestInformationRequest::default()
        };
        claire
            .request_information(request)
            .await
            .expect("she has taken it");
    } else {
        let request = v1::ResolveTicketRequest {
            request_id: fresh(),
            name: name.to_owned(),
            epoch: 1,
            outcome: v1::Outcome::RightRestored.into(),
            message: "Le droit est rétabli.".to_owned(),
            ..v1::ResolveTicketRequest::default()
        };
        claire.resolve_ticket(request).await.expect("she has taken it");
    }
}

/// What the clock does to the tickets of a case until nothing is due any more.
fn due(mut file: CaseFile, now: Timestamp) -> Vec<(TicketName, Vec<&'static str>)> {
    let names: Vec<TicketName> = file.tickets.iter().map(|ticket| ticket.name).collect();
    let mut told = Vec::new();
    for name in names {
        let mut kinds = Vec::new();
        let mut event_id = || EventId([0; 16]);
        let mut firing = Firing {
            now,
            event_id: &mut event_id,
        };
        while let Some((_, decision)) =
            timer::fire(&file, name.number, &mut firing).expect("the clock does what it may")
        {
            kinds.extend(decision.drafts.iter().map(|draft| draft.event.kind.name()));
            file.case = decision.case;
            for after in decision.tickets {
                file.tickets.retain(|ticket| ticket.name != after.name);
                file.tickets.push(after);
            }
        }
        told.push((name, kinds));
    }
    told
}

fn count(expected: &Told) -> usize {
    expected.values().map(Vec::len).sum()
}

/// Waits until a mailbox has told so many events of the clock.
async fn told(watch: &mut Watch, all: usize) {
    let mut left = all;
    let telling = async {
        while left > 0 {
            if let Item::Notice { notice, .. } = watch.next().await.expect("the stream goes on") {
                left -= usize::from(is_by_the_clock(&notice.r#type));
            }
        }
    };
    let told = tokio::time::timeout(AT_MOST, telling).await;
    assert!(told.is_ok(), "{left} events of the clock were not told");
}

/// Of a ticket that nobody touches.
fn is_by_the_clock(kind: &str) -> bool {
    !matches!(
        kind,
        "OPENED" | "ACKNOWLEDGED" | "INFORMATION_REQUESTED" | "RESOLVED"
    )
}

/// What the clock did, by ticket.
fn by_the_clock(findings: &Findings) -> Told {
    let mut told = Told::new();
    for (_, event) in &findings.events {
        if event.party == Party::Clock {
            told.entry(event.ticket).or_default().push(event.kind.name());
        }
    }
    told
}

/// Stops it and reads what it leaves; every rule of the oracle holds.
async fn ended(hub: &mut Hub) -> Findings {
    hub.program().stop().await;
    oracle::check(&hub.config(), &hub.ledger_key(), SystemClock.now()).await
}

/// Who follows everything of the organisation that opened the cases, by the clock of its hub.
fn manager(hub: &Hub, now: Timestamp) -> Client {
    speaks_as(hub, now, "soizic.le-bihan")
}

fn speaks_as(hub: &Hub, now: Timestamp, member: &str) -> Client {
    let clock = MovedClock::at(now);
    let mut options = clock.options(hub.address().endpoint(), member);
    options.patience = AT_MOST;
    Client::connect_lazy(options).expect("options that work")
}
