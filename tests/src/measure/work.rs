//! What callers ask of a hub in a load, and what must be over before something else is measured.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use declic_client::Client;
use declic_proto::v1;

use super::load;
use super::sample::Sample;
use crate::people;
use crate::processes::{Address, LOOK};

/// Who opens cases.
const OPENER: &str = "camille.martin";

/// Who acknowledges their tickets, which are all of one desk.
const AGENT: &str = "claire.morel";

/// For so many cases, or for the sealer to catch up.
const AT_MOST: Duration = Duration::from_secs(120);

/// Opens cases, each with a fresh request id.
pub async fn open(hub: Address, callers: usize, lasts: Duration) -> (Sample, Vec<v1::OpenCaseResponse>) {
    open_at_most(hub, callers, lasts, usize::MAX).await
}

/// Opens so many cases.
pub async fn open_all(hub: Address, callers: usize, cases: usize) -> (Sample, Vec<v1::OpenCaseResponse>) {
    open_at_most(hub, callers, AT_MOST, cases).await
}

async fn open_at_most(
    hub: Address,
    callers: usize,
    lasts: Duration,
    cases: usize,
) -> (Sample, Vec<v1::OpenCaseResponse>) {
    let clients = Arc::new(load::clients(hub, OPENER, callers));
    let case = Arc::new(people::standard_case());
    let begun = Arc::new(AtomicUsize::new(0));
    load::run(callers, lasts, move |caller| {
        let client = clients[caller % clients.len()].clone();
        let mut case = v1::OpenCaseRequest::clone(&case);
        case.request_id = people::fresh();
        let is_left = begun.fetch_add(1, Ordering::Relaxed) < cases;
        async move {
            if is_left {
                Some(people::open(&client, case).await)
            } else {
                None
            }
        }
    })
    .await
}

/// Acknowledges these tickets, each with a fresh request id, until none is left or the time is over.
pub async fn acknowledge(
    hub: Address,
    tickets: Vec<v1::Confirmation>,
    callers: usize,
    lasts: Duration,
) -> Sample {
    let clients = Arc::new(load::clients(hub, AGENT, callers));
    let tickets = Arc::new(Mutex::new(tickets));
    let (sample, _) = load::run(callers, lasts, move |caller| {
        let client = clients[caller % clients.len()].clone();
        let ticket = tickets.lock().expect("no thread panicked with it").pop();
        async move {
            let ticket = ticket?;
            let request = v1::AcknowledgeTicketRequest {
                request_id: people::fresh(),
                name: ticket.ticket,
                epoch: ticket.epoch,
                ..v1::AcknowledgeTicketRequest::default()
            };
            let answer = client.acknowledge_ticket(request).await;
            answer.expect("a ticket that is taken");
            Some(())
        }
    })
    .await;
    sample
}

/// The only tickets of these cases.
pub fn tickets(opened: Vec<v1::OpenCaseResponse>) -> Vec<v1::Confirmation> {
    opened.into_iter().flat_map(|case| case.tickets).collect()
}

/// Waits until the ledger covers everything that was committed when this is asked, so that sealing slows nothing that is
/// measured next.
///
/// # Panics
/// When that takes longer than two minutes.
pub async fn sealed(hub: Address) {
    sealed_after(&hub.once(OPENER), people::standard_case()).await;
}

/// Same, by whoever opens this case for it.
pub async fn sealed_after(client: &Client, case: v1::OpenCaseRequest) {
    let mark = people::open(client, case).await;
    let event_id = mark.tickets[0].event_id.clone();
    let begun = Instant::now();
    loop {
        let request = v1::GetInclusionProofRequest {
            event_id: event_id.clone(),
            size: 0,
        };
        if client.get_inclusion_proof(request).await.is_ok() {
            return;
        }
        assert!(begun.elapsed() < AT_MOST, "the ledger is behind");
        tokio::time::sleep(LOOK).await;
    }
}
