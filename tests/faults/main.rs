//! Processes killed in the middle of their work. After each run the invariants of RELIABILITY.md 3 must hold.
//!
//! - [`killer`]: when the programs ([`processes`]) are killed; [`seeds`]: by which chance.
//! - [`load`]: the people at work; [`history`]: what they asked and were answered; [`back_office`]: an agency's software.
//! - [`watching`]: who looks on; [`invariants`]: what must be true in the end; `teeth`: that it can fail.
//!
//! `cargo xtask faults --seed N` runs them with another seed, `--times N` with one seed after the other.
#![expect(
    clippy::print_stdout,
    reason = "what a run counted, and the seed by which it can be had again"
)]

mod back_office;
mod history;
mod invariants;
mod killer;
mod load;
mod seeds;
mod teeth;
mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use declic_tests::oracle::Findings;
use declic_tests::processes::{self, Connector, Hub};

use back_office::{BackOffice, Ticket};
use history::History;
use killer::{Deaths, Moments};
use load::Plan;
use seeds::Chance;
use watching::Onlookers;

/// The agency whose connector is killed.
const AGENCY: &str = "caf-56";

/// The only one besides the history's people who does anything.
const CONNECTOR: &str = "connector.caf-56";

/// A run: its seed, what it counts, and how long it took.
struct Run {
    begun: Instant,
    chance: Chance,
    seed: u64,
    history: Arc<History>,
}

impl Run {
    fn new(own_seed: u64) -> Self {
        let seed = seeds::seed(own_seed);
        println!("seed {seed}");
        let (begun, chance, history) = (Instant::now(), Chance::new(seed), Arc::default());
        Self {
            begun,
            chance,
            seed,
            history,
        }
    }

    fn tell(&self, deaths: &Deaths, findings: &Findings) {
        let counts = self.history.counts();
        println!(
            "seed {}: {} cases, {} events, {} checkpoints, {}; {} calls of people, {} retries, {} unknown outcomes, all \
             resolved ({} calls had been done before their retry); {:.1?} in all",
            self.seed,
            findings.cases.len(),
            findings.events.len(),
            findings.ledger.checkpoints.len(),
            deaths.told(),
            counts.calls,
            counts.retries,
            counts.unknown,
            counts.already_done,
            self.begun.elapsed(),
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_killed_in_the_middle_of_200_cases() {
    const CASES: usize = 200;
    let mut run = Run::new(20_261_122);
    let mut hub = Hub::prepare();
    hub.start().await;
    let onlookers = Onlookers::of(hub.address());
    let moments = Moments::new(20, load::commands(CASES), run.chance.apart());
    let (address, progress) = (hub.address(), run.history.progress());
    let ((), deaths) = tokio::join!(
        load::run(address, Plan::Whole, CASES, &mut run.chance, &run.history),
        moments.kill_hub(&mut hub, progress),
    );

    assert!(deaths.hub >= 20, "{}", deaths.told());
    assert_eq!(run.history.counts().calls, load::commands(CASES));
    let findings = invariants::check(&mut hub, &run.history, &onlookers, &[]).await;
    assert_eq!(findings.cases.len(), CASES);
    invariants::check_checkpoints_kept(&findings, &onlookers.checkpoints(), &hub.ledger_key());
    run.tell(&deaths, &findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connector_killed_in_the_middle_of_200_cases() {
    const CASES: usize = 200;
    let mut run = Run::new(56_178);
    let (mut hub, mut connector, mut office) = agency().await;
    let onlookers = Onlookers::of(hub.address());
    let moments = Moments::new(30, 3 * CASES, run.chance.apart());
    let (address, progress) = (hub.address(), office.progress());
    let ((), (), deaths) = tokio::join!(
        load::run(
            address,
            Plan::Opening(office.progress()),
            CASES,
            &mut run.chance,
            &run.history
        ),
        office.work(CASES),
        moments.kill_connector(&mut connector, progress),
    );

    assert!(deaths.connector >= 30, "{}", deaths.told());
    let findings = settled(&mut hub, &mut connector, &run, &onlookers, CASES).await;
    check_agency(&findings, &connector, &office, CASES);
    run.tell(&deaths, &findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_and_connector_killed_together_in_the_middle_of_60_cases() {
    const CASES: usize = 60;
    let mut run = Run::new(1_984);
    let (mut hub, mut connector, mut office) = agency().await;
    let onlookers = Onlookers::of(hub.address());
    let moments = Moments::new(10, 3 * CASES, run.chance.apart());
    let (address, progress) = (hub.address(), office.progress());
    let ((), (), deaths) = tokio::join!(
        load::run(
            address,
            Plan::Opening(office.progress()),
            CASES,
            &mut run.chance,
            &run.history
        ),
        office.work(CASES),
        moments.kill_both(&mut hub, &mut connector, progress),
    );

    assert!(deaths.hub + deaths.connector >= 10, "{}", deaths.told());
    let findings = settled(&mut hub, &mut connector, &run, &onlookers, CASES).await;
    check_agency(&findings, &connector, &office, CASES);
    run.tell(&deaths, &findings);
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
    invariants::check(hub, &run.history, onlookers, &[CONNECTOR]).await
}

/// Nothing lost and nothing done twice between the hub and the agency's software: for each ticket one file, one delivery,
/// one acknowledgement, one outcome, and every answer put away as done, with its result.
fn check_agency(findings: &Findings, connector: &Connector, office: &BackOffice, cases: usize) {
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
    println!("{again} hand-overs were done again after a kill");

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
}
