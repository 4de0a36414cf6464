//! F1 and F22: a hub, a connector, or both killed (SIGKILL) in the middle of their work, again and again.

use std::collections::{BTreeMap, BTreeSet};

use declic_tests::cluster::Cluster;
use declic_tests::oracle::Findings;
use declic_tests::processes::{Connector, Hub};

use crate::back_office::{self, BackOffice, Ticket};
use crate::invariants;
use crate::killer::Moments;
use crate::load::{self, Load};
use crate::run::{Form, Run};
use crate::watching::Onlookers;

/// The agency whose connector is killed.
const AGENCY: &str = "caf-56";

/// The only one besides the history's people who does anything.
const CONNECTOR: &str = "connector.caf-56";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_killed_in_the_middle_of_its_cases() {
    hub_killed(Hub::prepare(), Run::new("F1 on SQLite", 20_261_122)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_on_postgresql_killed_in_the_middle_of_its_cases() {
    let cluster = Cluster::start();
    hub_killed(
        Hub::prepare_on(&cluster),
        Run::new("F1 on PostgreSQL", 20_261_123),
    )
    .await;
}

async fn hub_killed(mut hub: Hub, mut run: Run) {
    let kills = Form::asked().of(10, 30);
    let cases = 10 * kills;
    hub.start().await;
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let moments = Moments::new(kills, load::commands(cases), run.chance.apart());
    let (load, progress) = (Load::whole(&hubs, cases), run.history.progress());
    let ((), deaths) = tokio::join!(
        load.run(&mut run.chance, &run.history),
        moments.kill_hub(&mut hub, progress),
    );

    assert!(deaths.hub >= kills, "{}", deaths.told());
    assert_eq!(run.history.counts().calls, load::commands(cases));
    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    assert_eq!(findings.cases.len(), cases);
    run.tell(&deaths.told(), &findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connector_killed_in_the_middle_of_its_cases() {
    let kills = Form::asked().of(15, 100);
    let cases = 6 * kills;
    let mut run = Run::new("F22, connector", 56_178);
    let (mut hub, mut connector, mut office) = agency().await;
    let onlookers = Onlookers::of(&[hub.address()]);
    let moments = Moments::new(kills, 3 * cases, run.chance.apart());
    let load = Load::opening(hub.address(), cases, office.progress());
    let progress = office.progress();
    let ((), (), deaths) = tokio::join!(
        load.run(&mut run.chance, &run.history),
        office.work(cases),
        moments.kill_connector(&mut connector, progress),
    );

    assert!(deaths.connector >= kills, "{}", deaths.told());
    let findings = settled(&mut hub, &mut connector, &run, &onlookers, cases).await;
    let again = check_agency(&findings, &connector, &office, cases);
    run.tell(&format!("{}; {again}", deaths.told()), &findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_and_connector_killed_together_in_the_middle_of_their_cases() {
    let kills = Form::asked().of(6, 30);
    let cases = 6 * kills;
    let mut run = Run::new("F1 and F22, hub and connector", 1_984);
    let (mut hub, mut connector, mut office) = agency().await;
    let onlookers = Onlookers::of(&[hub.address()]);
    let moments = Moments::new(kills, 3 * cases, run.chance.apart());
    let load = Load::opening(hub.address(), cases, office.progress());
    let progress = office.progress();
    let ((), (), deaths) = tokio::join!(
        load.run(&mut run.chance, &run.history),
        office.work(cases),
        moments.kill_both(&mut hub, &mut connector, progress),
    );

    assert!(deaths.hub + deaths.connector >= kills, "{}", deaths.told());
    let findings = settled(&mut hub, &mut connector, &run, &onlookers, cases).await;
    let again = check_agency(&findings, &connector, &office, cases);
    run.tell(&format!("{}; {again}", deaths.told()), &findings);
}

/// A hub that serves, with the connector of an agency and its software.
async fn agency() -> (Hub, Connector, BackOffice) {
    let mut hub = Hub::prepare();
    hub.start().await;
    let mut connector = Connector::prepare(&hub, AGENCY);
    connector.program().start();
    let office = BackOffice::beside(connector.folder());
    (hub, connector, office)
}

/// Once every event of the agency's tickets was seen, stops the connector and checks the invariants.
async fn settled(
    hub: &mut Hub,
    connector: &mut Connector,
    run: &Run,
    onlookers: &Onlookers,
    cases: usize,
) -> Findings {
    onlookers.mailbox("agencies/caf-56", 4 * cases).await;
    connector.program().stop().await;
    invariants::check_log(&connector.program().log());
    let hubs = std::slice::from_mut(hub);
    invariants::check(hubs, &run.history, onlookers, &[CONNECTOR]).await
}

/// Nothing lost and nothing done twice between the hub and the agency's software: for each ticket one file, one delivery,
/// one acknowledgement, one outcome, and every answer put away as done, with its result.
fn check_agency(findings: &Findings, connector: &Connector, office: &BackOffice, cases: usize) -> String {
    let tickets = invariants::by_ticket(findings);
    assert_eq!(tickets.len(), cases);
    for (name, events) in &tickets {
        let mut kinds: Vec<&str> = events.iter().map(|event| event.kind.name()).collect();
        kinds.sort_unstable();
        let once = ["ACKNOWLEDGED", "DELIVERY_CONFIRMED", "OPENED", "RESOLVED"];
        assert_eq!(kinds, once, "what happened to {}", name.resource());
        let of_connector = events.iter().filter(|event| event.actor.as_str() == CONNECTOR);
        assert_eq!(of_connector.count(), 3);
    }

    let outbox = back_office::names(&connector.folder().join("outbox"));
    assert!(
        outbox.iter().eq(office.tickets().keys()),
        "one file for each ticket and no other: {outbox:?}"
    );
    let handed = outbox
        .iter()
        .map(|file| Ticket::read(&connector.folder().join("outbox").join(file)));
    let handed: BTreeMap<String, Ticket> = handed.map(|ticket| (ticket.name.clone(), ticket)).collect();
    let expected: BTreeSet<String> = tickets.keys().map(|name| name.resource()).collect();
    assert!(handed.keys().eq(&expected), "each ticket has its file");
    // A ticket that nothing interrupts is written once for each of its events.
    let written: u64 = handed.values().map(|ticket| ticket.revision).sum();
    let again = written.saturating_sub(4 * cases as u64);

    let inbox = connector.folder().join("inbox");
    for emptied in ["", "sending", "refused", "rejected"] {
        let left = back_office::names(&inbox.join(emptied));
        assert!(left.is_empty(), "in `{emptied}` there is {left:?}");
    }
    let done = back_office::names(&inbox.join("done"));
    let results = office
        .answers()
        .iter()
        .map(|answer| answer.replace(".json", ".result.json"));
    let expected = office.answers().iter().cloned().chain(results).collect();
    assert_eq!(done, expected, "every answer is done, once");
    assert_eq!(office.answers().len(), 2 * cases);
    format!("{again} hand-overs were done again after a kill")
}
