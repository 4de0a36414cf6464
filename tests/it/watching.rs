//! Streams: what was missed comes, once and in order, whatever cut them.

use declic_client::{Client, Item, Watch};
use declic_proto::v1;
use declic_proto::v1::ticket_service_client::TicketServiceClient;
use declic_tests::people::{self, standard_case};
use declic_tests::proxy::Proxy;
use declic_tests::{TestHub, raw};
use tonic::Request;

use crate::commands;

async fn next(watch: &mut Watch) -> (u64, String) {
    loop {
        match watch.next().await.expect("a stream that goes on") {
            Item::Notice { notice, resume_token } => return (notice.number, resume_token),
            Item::Heartbeat { .. } => {}
        }
    }
}

#[tokio::test]
async fn a_watcher_that_was_cut_off_gets_what_it_missed_once_and_in_order() {
    let hub = TestHub::start().await;
    let proxy = Proxy::before(hub.running().address).await;
    let mut options = hub.options("connector.caf-56");
    options.endpoint = proxy.endpoint();
    let mut watch = Client::connect_lazy(options)
        .expect("options that work")
        .watch("");
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    assert_eq!(next(&mut watch).await.0, 1);
    for round in 0..3 {
        proxy.cut();
        commands::post(&hub.social_worker(), name, "Sans réseau.").await;
        proxy.mend();
        commands::post(&hub.social_worker(), name, "Le réseau revient.").await;
        assert_eq!(
            (next(&mut watch).await.0, next(&mut watch).await.0),
            (2 + 2 * round, 3 + 2 * round)
        );
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_that_stops_says_so_to_its_streams_and_they_resume_with_the_next() {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let mut request = Request::new(v1::WatchTicketsRequest {
        resume_token: String::new(),
    });
    let bearer = raw::bearer("connector.caf-56").parse().expect("visible ASCII");
    request.metadata_mut().insert("authorization", bearer);
    let mut tickets = TicketServiceClient::new(hub.channel().await);
    let mut stream = tickets
        .watch_tickets(request)
        .await
        .expect("a stream")
        .into_inner();
    let first = stream.message().await.expect("an item").expect("an item");

    let hub = hub.restart().await;
    let ended = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended without a word"),
            Err(status) => break status,
        }
    };
    assert_eq!(raw::line(&ended), "Unavailable SHUTTING_DOWN");
    commands::acknowledge(&hub.caf_agent(), &opened.tickets[0].ticket).await;
    let mut watch = hub.connector("caf-56").watch(first.resume_token);
    assert_eq!(next(&mut watch).await.0, 2);
    hub.stop().await;
}

#[tokio::test]
async fn a_mailbox_read_again_from_any_token_is_the_same() {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    for _ in 0..5 {
        commands::post(&hub.social_worker(), &opened.tickets[0].ticket, "Des nouvelles ?").await;
    }
    let connector = hub.connector("caf-56");
    let mut watch = connector.watch("");
    let mut tokens = vec![String::new()];
    for number in 1..=6 {
        let (told, token) = next(&mut watch).await;
        assert_eq!(told, number);
        tokens.push(token);
    }
    for (number, token) in (1..=6).zip(&tokens) {
        let mut again = connector.watch(token.as_str());
        assert_eq!(
            next(&mut again).await,
            (number, tokens[usize::try_from(number).expect("small")].clone())
        );
    }
    hub.stop().await;
}
