//! Nobody's departure leaves a ticket to nobody: it is said beforehand what goes where, and done at once by the same rule.

use std::time::{Duration, Instant};

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case, ticket};
use declic_tests::processes::LOOK;

/// Longest time in which a ticket is handed over.
const AT_MOST: Duration = Duration::from_secs(30);

async fn leaves(client: &Client, id: &str) {
    let request = v1::EndMemberRequest {
        request_id: fresh(),
        name: format!("members/{id}"),
        etag: String::new(),
        reason: "mutation".to_owned(),
    };
    client.end_member(request).await.expect("a departure");
}

async fn rehearsed(client: &Client, id: &str) -> (Vec<(String, i64)>, Vec<String>) {
    let name = format!("members/{id}");
    let answer = client
        .rehearse_departure(v1::RehearseDepartureRequest { name })
        .await;
    let answer = answer.expect("who may record it, or sees to what is left");
    let counts = answer.destinations.into_iter().map(|one| (one.to, one.tickets));
    let tickets = answer.tickets.into_iter().map(|one| one.ticket);
    (counts.collect(), tickets.collect())
}

/// The ticket once this is true of it.
async fn becomes(client: &Client, name: &str, what: impl Fn(&v1::Ticket) -> bool) -> v1::Ticket {
    let begun = Instant::now();
    loop {
        let found = ticket(client, name).await;
        if what(&found) {
            return found;
        }
        assert!(begun.elapsed() < AT_MOST, "it is not handed over: {found:?}");
        tokio::time::sleep(LOOK).await;
    }
}

#[tokio::test]
async fn who_leaves_leaves_no_ticket_to_nobody_and_it_is_said_beforehand() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let (jean, hugo) = (hub.speaks_as("jean.rolland"), hub.speaks_as("hugo.petit"));
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.clone();
    let request = v1::AcknowledgeTicketRequest {
        request_id: fresh(),
        name: name.clone(),
        epoch: 1,
        agent: "members/claire.morel".to_owned(),
        ..v1::AcknowledgeTicketRequest::default()
    };
    claire.acknowledge_ticket(request).await.expect("it is hers");

    let front = "agencies/caf-56/desks/accueil".to_owned();
    let told = rehearsed(&hugo, "claire.morel").await;
    assert_eq!(told, (vec![(front.clone(), 1)], vec![name.clone()]));
    let counted = rehearsed(&jean, "claire.morel").await;
    assert_eq!(
        counted,
        (vec![(front.clone(), 1)], Vec::new()),
        "administrators see no case"
    );
    leaves(&jean, "claire.morel").await;
    let handed = becomes(&camille, &name, |ticket| ticket.desk == front).await;
    assert_eq!(handed.state(), v1::TicketState::Acknowledged);
    assert_eq!(handed.agent, "");
    let events = people::events(&camille, &name).await;
    let last = events.last().expect("what happened");
    assert_eq!(
        (last.r#type.as_str(), last.actor.as_str()),
        ("ASSIGNED", "members/rule")
    );
    assert!(last.text.contains("n’est plus là"), "{}", last.text);

    // One after the other: the manager has it, then triage.
    assert_eq!(
        rehearsed(&jean, "gael.tanguy").await.0,
        [],
        "her manager is there"
    );
    leaves(&jean, "gael.tanguy").await;
    assert_eq!(rehearsed(&jean, "hugo.petit").await.0, [("triage".to_owned(), 1)]);
    leaves(&jean, "hugo.petit").await;
    let ended = becomes(&camille, &name, |ticket| !ticket.successor.is_empty()).await;
    assert_eq!(ended.state(), v1::TicketState::Redirected);
    let successor = ticket(&camille, &ended.successor).await;
    assert_eq!(successor.desk, "agencies/triage-56/desks/orientation");
    assert_eq!(successor.state(), v1::TicketState::Routed);
    assert_eq!(
        rehearsed(&jean, "camille.martin").await.0,
        [("organisations/ccas-pontivy".to_owned(), 1)]
    );
    hub.stop().await;
}

#[tokio::test]
async fn what_a_hub_had_not_handed_over_when_it_ended_is_handed_over_at_its_next_start() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.clone();
    let request = v1::AcknowledgeTicketRequest {
        request_id: fresh(),
        name: name.clone(),
        epoch: 1,
        agent: "members/claire.morel".to_owned(),
        ..v1::AcknowledgeTicketRequest::default()
    };
    claire.acknowledge_ticket(request).await.expect("it is hers");
    // The file says that she has left: nothing was handed over while the hub was down.
    let hub = hub
        .restart_between(async |folder| {
            let file = folder.join("directory.toml");
            let text = std::fs::read_to_string(&file).expect("the directory");
            let claire = "id = \"claire.morel\"\n";
            assert!(text.contains(claire), "{text}");
            std::fs::write(file, text.replace(claire, &format!("{claire}active = false\n"))).expect("a file");
        })
        .await;
    let camille = hub.social_worker();
    let handed = becomes(&camille, &name, |ticket| ticket.agent.is_empty()).await;
    assert_eq!(handed.desk, "agencies/caf-56/desks/accueil");
    hub.stop().await;
}
