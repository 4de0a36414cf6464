//! Nobody's departure leaves a ticket to nobody: it is said beforehand what goes where, and done at once by the same rule.

use std::time::{Duration, Instant};

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case, ticket};
use declic_tests::processes::LOOK;

use crate::{commands, whole_case};

/// Longest time in which a ticket is handed over.
const AT_MOST: Duration = Duration::from_secs(30);

/// Longer than a look and its commits take, shorter than the time to the look that reads everything once more.
const ONE_LOOK: Duration = Duration::from_secs(20);

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

#[tokio::test]
async fn a_case_that_nobody_of_its_structure_may_follow_waits_for_the_supervision_which_gives_it_to_somebody()
{
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let (soizic, jean, paul) = (
        hub.speaks_as("soizic.le-bihan"),
        hub.speaks_as("jean.rolland"),
        hub.supervisor(),
    );
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    people::open(&soizic, standard_case()).await;
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;

    let structure = "organisations/ccas-pontivy".to_owned();
    let nobody = "supervision".to_owned();
    let told = rehearsed(&soizic, "camille.martin").await;
    assert_eq!(told, (vec![(structure.clone(), 1)], vec![name.to_owned()]));
    assert_eq!(
        rehearsed(&jean, "soizic.le-bihan").await.0,
        [(nobody.clone(), 1)],
        "the manager's own case, which no colleague may read"
    );
    leaves(&soizic, "camille.martin").await;
    let held_by = async || ticket(&paul, name).await.holder.expect("it is open").party;
    assert_eq!(held_by().await, structure);
    assert_eq!(rehearsed(&jean, "soizic.le-bihan").await.0, [(nobody.clone(), 2)]);
    let to_yann = whole_case::handing_over(&opened.case, "yann.le-goff");
    commands::refused(
        &paul.transfer_case(to_yann.clone()).await,
        "PermissionDenied ROLE_FORBIDDEN",
    );
    leaves(&jean, "soizic.le-bihan").await;
    assert_eq!(held_by().await, nobody);
    let states = v1::ListTicketsRequest {
        states: vec![v1::TicketState::Resolved.into()],
        ..v1::ListTicketsRequest::default()
    };
    let listed = paul.list_tickets(states).await.expect("a list").tickets;
    let holder = listed[0].holder.as_ref().expect("it is open");
    assert_eq!(holder.party, nobody, "the list says it too");
    let yann = hub.colleague();
    commands::refused(
        &yann
            .get_ticket(v1::GetTicketRequest {
                name: name.to_owned(),
            })
            .await,
        "NotFound NOT_FOUND",
    );
    paul.transfer_case(to_yann).await.expect("nobody else may");
    assert_eq!(held_by().await, "members/yann.le-goff");
    commands::close(&yann, name).await;
    hub.stop().await;
}

#[tokio::test]
async fn tickets_of_one_case_are_handed_over_together_and_wait_for_no_later_look() {
    let hub = TestHub::start().await;
    let (camille, jean) = (hub.social_worker(), hub.speaks_as("jean.rolland"));
    let opened = people::open(&camille, people::case_of_an_agency_not_enrolled()).await;
    let mut names = vec![opened.tickets[0].ticket.clone()];
    // Of agencies that are not enrolled either: each stands at the triage desk of its own.
    for benefit in ["ARE", "SURENDETTEMENT", "TITRE_SEJOUR", "CHEQUE_ENERGIE"] {
        let facts = people::case_of_an_agency_not_enrolled().facts.expect("facts");
        let request = v1::AddTicketRequest {
            request_id: fresh(),
            name: opened.case.clone(),
            facts: Some(v1::Facts {
                benefit: benefit.to_owned(),
                ..facts
            }),
            explanation: "Aussi.".to_owned(),
            ..v1::AddTicketRequest::default()
        };
        let added = camille.add_ticket(request).await.expect(benefit);
        names.extend(added.tickets.iter().map(|ticket| ticket.ticket.clone()));
    }
    assert_eq!(names.len(), 5);
    leaves(&jean, "erwan.le-roux").await;
    let begun = Instant::now();
    for name in &names {
        let ended = becomes(&camille, name, |ticket| !ticket.successor.is_empty()).await;
        let successor = ticket(&camille, &ended.successor).await;
        assert_eq!(successor.desk, "agencies/triage-national/desks/orientation");
        assert!(
            !successor.triage_reason.is_empty() && successor.intended_agency == ended.intended_agency,
            "who orients it next knows why it is there: {successor:?}"
        );
    }
    assert!(begun.elapsed() < ONE_LOOK, "{:?}", begun.elapsed());
    hub.stop().await;
}
