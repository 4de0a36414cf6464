//! F38: a hub that is told to end (SIGTERM) under load finishes what it began, and tells its streams to resume.

use std::time::Duration;

use declic_auth::TokenSigner;
use declic_client::Error;
use declic_proto::v1;
use declic_proto::v1::ErrorReason;
use declic_proto::v1::ticket_service_client::TicketServiceClient;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use declic_tests::cluster::Cluster;
use declic_tests::people;
use declic_tests::processes::{Address, Hub};
use tonic::transport::Channel;
use tonic::{Request, Streaming};

use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::watching::Onlookers;

/// Longest rest of someone between two cases.
const REST: Duration = Duration::from_millis(200);

/// What is begun is finished within this time.
const DRAINED: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_told_to_end_finishes_what_it_began() {
    told_to_end(Hub::prepare(), Run::new("F38 on SQLite", 3_800)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_postgresql_told_to_end_finishes_what_it_began() {
    let cluster = Cluster::start();
    let hub = Hub::prepare_on(&cluster);
    told_to_end(hub, Run::new("F38 on PostgreSQL", 3_801)).await;
}

async fn told_to_end(mut hub: Hub, mut run: Run) {
    let times = Form::asked().of(5, 50);
    hub.start().await;
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let load = Load::endless(&hubs, REST).at_once(12);
    let mut chance = run.chance.apart();
    let (slowest, ()) = tokio::join!(
        async {
            let mut slowest = Duration::ZERO;
            for _ in 0..times {
                let stream = follow(hub.address()).await;
                tokio::time::sleep(Duration::from_micros(200_000 + chance.below(600_000))).await;
                let (took, ending) = tokio::join!(hub.program().stop(), ending(stream));
                assert_eq!(
                    ending,
                    Some(ErrorReason::ShuttingDown),
                    "its streams are told to resume"
                );
                slowest = slowest.max(took);
                hub.start().await;
            }
            load.end();
            slowest
        },
        load.run(&mut run.chance, &run.history),
    );

    assert!(slowest < DRAINED, "{slowest:?}");
    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    run.tell(
        &format!("{times} ends under load, slowest {slowest:.1?}, each stream told to resume"),
        &findings,
    );
}

/// A stream that nobody resumes.
async fn follow(hub: Address) -> Streaming<v1::WatchTicketsResponse> {
    let channel = Channel::from_shared(hub.endpoint()).expect("an address");
    let channel = channel.connect().await.expect("a hub that serves");
    let member = "hugo.petit";
    let signer = TokenSigner::new(&people::key(member), member, people::AUDIENCE).expect("a key signs");
    let token = signer.token(SystemClock.now().as_second(), SystemIds.random());
    let mut request = Request::new(v1::WatchTicketsRequest::default());
    let bearer = format!("Bearer {token}").parse().expect("visible ASCII");
    request.metadata_mut().insert("authorization", bearer);
    let opened = TicketServiceClient::new(channel).watch_tickets(request).await;
    opened.expect("a stream").into_inner()
}

/// Why a stream ended, once everything before was read.
async fn ending(mut stream: Streaming<v1::WatchTicketsResponse>) -> Option<ErrorReason> {
    loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(status) => return Error::from(status).reason,
        }
    }
}
