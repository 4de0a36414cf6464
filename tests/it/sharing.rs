//! A ticket is shown to the agency of another one of its case, which reads it in every list and does nothing with it; a
//! supervisor asks for a ticket that waits.

use declic_proto::v1;
use declic_tests::people::{self, case_of_two_agencies, events, fresh, ticket};
use declic_tests::{TestHub, raw};
use jiff::{SignedDuration, ToSpan as _};
use prost::Message as _;

use crate::commands::{self, refused};

fn share(name: &str, agency: &str) -> v1::ShareTicketRequest {
    v1::ShareTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        agency: format!("agencies/{agency}"),
        reason: "Une même situation, deux organismes.".to_owned(),
        ..v1::ShareTicketRequest::default()
    }
}

fn unshare(name: &str, agency: &str) -> v1::UnshareTicketRequest {
    v1::UnshareTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        agency: format!("agencies/{agency}"),
        reason: "Partagée à tort.".to_owned(),
        ..v1::UnshareTicketRequest::default()
    }
}

/// Names of the tickets that a member finds in its list, with whether they are there to be read only.
async fn listed(client: &declic_client::Client) -> Vec<(String, bool)> {
    let states = 1..=9;
    let request = v1::ListTicketsRequest {
        states: states.collect(),
        ..v1::ListTicketsRequest::default()
    };
    let page = client.list_tickets(request).await.expect("a list");
    let found = page.tickets.into_iter();
    let mut found: Vec<_> = found.map(|ticket| (ticket.name, ticket.read_only)).collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_shared_ticket_is_read_by_the_other_agency_until_it_is_shared_no_more() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let (nora, marc, anne) = (
        hub.other_social_worker(),
        hub.msa_agent(),
        hub.speaks_as("anne.guerin"),
    );
    let opened = people::open(&nora, case_of_two_agencies()).await;
    let (at_msa, at_caf) = (
        opened.tickets[0].ticket.as_str(),
        opened.tickets[1].ticket.as_str(),
    );
    commands::acknowledge(&marc, at_msa).await;
    commands::post(&marc, at_msa, "Recalcul en cours.").await;
    assert_eq!(listed(&anne).await, [(at_caf.to_owned(), false)]);

    let first = share(at_msa, "caf-35").encode_to_vec();
    let send = async || {
        raw::call_as(
            &channel,
            "nora.haddad",
            "TicketService/ShareTicket",
            first.clone(),
        )
        .await
    };
    let answer = send().await.expect("another agency of the case");
    assert_eq!(send().await.expect("the same request"), answer);
    assert_eq!(
        listed(&anne).await,
        [(at_msa.to_owned(), true), (at_caf.to_owned(), false)]
    );
    let connector = hub.connector("caf-35");
    assert_eq!(listed(&connector).await, listed(&anne).await);
    let read = ticket(&anne, at_msa).await;
    assert!(read.read_only);
    assert_eq!(read.shared_with[0].agency, "agencies/caf-35");
    let told: Vec<String> = events(&anne, at_msa)
        .await
        .into_iter()
        .map(|event| event.r#type)
        .collect();
    assert_eq!(told, ["OPENED", "ACKNOWLEDGED", "MESSAGE_POSTED", "SHARED"]);
    let refusals = [
        commands::try_acknowledge(&anne, at_msa, 1).await.err(),
        anne.post_message(v1::PostMessageRequest {
            request_id: fresh(),
            name: at_msa.to_owned(),
            epoch: 1,
            text: "Bonjour.".to_owned(),
            ..v1::PostMessageRequest::default()
        })
        .await
        .err(),
        connector
            .confirm_delivery(v1::ConfirmDeliveryRequest {
                request_id: fresh(),
                name: at_msa.to_owned(),
                epoch: 1,
                ..v1::ConfirmDeliveryRequest::default()
            })
            .await
            .err(),
    ];
    for refusal in refusals {
        assert_eq!(
            commands::line(&refusal.expect("a reader does nothing")),
            "NotFound NOT_FOUND"
        );
    }
    assert_eq!(listed(&hub.caf_agent()).await, [], "another Caf sees nothing");

    nora.unshare_ticket(unshare(at_msa, "caf-35"))
        .await
        .expect("it is shared");
    assert_eq!(listed(&anne).await, [(at_caf.to_owned(), false)]);
    assert!(events_of(&anne, at_msa).await.is_none());
    hub.stop().await;
}

async fn events_of(client: &declic_client::Client, name: &str) -> Option<usize> {
    let request = v1::ListEventsRequest {
        parent: name.to_owned(),
        ..v1::ListEventsRequest::default()
    };
    let page = client.list_events(request).await.ok()?;
    Some(page.events.len())
}

#[tokio::test]
async fn nothing_is_shared_with_a_stranger_twice_on_an_old_reading_or_without_a_mandate() {
    let hub = TestHub::start().await;
    let nora = hub.other_social_worker();
    let opened = people::open(&nora, case_of_two_agencies()).await;
    let name = opened.tickets[0].ticket.as_str();
    let invalid = "InvalidArgument FIELD_INVALID";
    for agency in ["caf-56", "msa-portes-de-bretagne", "CAF 35", ""] {
        refused(&nora.share_ticket(share(name, agency)).await, invalid);
    }
    let without_reason = v1::ShareTicketRequest {
        reason: String::new(),
        ..share(name, "caf-35")
    };
    refused(&nora.share_ticket(without_reason).await, invalid);
    refused(&nora.unshare_ticket(unshare(name, "caf-35")).await, invalid);
    let late = v1::ShareTicketRequest {
        etag: "9".to_owned(),
        ..share(name, "caf-35")
    };
    refused(&nora.share_ticket(late).await, "Aborted ETAG_OUTDATED");
    refused(
        &hub.social_worker().share_ticket(share(name, "caf-35")).await,
        "NotFound NOT_FOUND",
    );
    let once = share(name, "caf-35");
    nora.share_ticket(once.clone()).await.expect("another agency");
    let other = v1::ShareTicketRequest {
        reason: "Autre chose.".to_owned(),
        ..once
    };
    refused(
        &nora.share_ticket(other).await,
        "FailedPrecondition REQUEST_ID_REUSED",
    );
    refused(&nora.share_ticket(share(name, "caf-35")).await, invalid);

    let revoke = v1::RevokeMandateRequest {
        request_id: fresh(),
        name: opened.case.clone(),
        reason: "Par téléphone.".to_owned(),
        ..v1::RevokeMandateRequest::default()
    };
    nora.revoke_mandate(revoke).await.expect("an open case");
    let anne = hub.speaks_as("anne.guerin");
    assert!(
        events_of(&anne, name).await.is_none(),
        "shared no more without the agreement"
    );
    refused(
        &nora.share_ticket(share(name, "caf-35")).await,
        "FailedPrecondition MANDATE_REVOKED",
    );
    let mut short = case_of_two_agencies();
    let mandate = short.mandate.as_mut().expect("a mandate");
    mandate.expires_on = people::mainland_today().saturating_add(3.days()).to_string();
    let second = people::open(&nora, short).await;
    hub.pass(SignedDuration::from_hours(24 * 5));
    refused(
        &nora
            .share_ticket(share(&second.tickets[0].ticket, "caf-35"))
            .await,
        "FailedPrecondition MANDATE_INVALID",
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_supervisor_asks_for_a_ticket_that_waits_and_all_parties_read_why() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, people::standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let escalate = |name: &str| v1::EscalateTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        reason: "La personne n’a plus de ressources.".to_owned(),
        ..v1::EscalateTicketRequest::default()
    };
    let first = escalate(name).encode_to_vec();
    let send = async || {
        raw::call_as(
            &channel,
            "paul.durand",
            "TicketService/EscalateTicket",
            first.clone(),
        )
        .await
    };
    let answer = send().await.expect("a ticket of the territory");
    assert_eq!(send().await.expect("the same request"), answer);
    let claire = hub.caf_agent();
    assert_eq!(ticket(&claire, name).await.escalation_level, 1);
    let told = events(&claire, name).await;
    let last = told.last().expect("an event");
    assert_eq!(
        (last.r#type.as_str(), last.text.as_str()),
        ("ESCALATED_BY_SUPERVISOR", "La personne n’a plus de ressources.")
    );
    let without = v1::EscalateTicketRequest {
        reason: String::new(),
        ..escalate(name)
    };
    let paul = hub.supervisor();
    refused(
        &paul.escalate_ticket(without).await,
        "InvalidArgument FIELD_INVALID",
    );
    let late = v1::EscalateTicketRequest {
        etag: "1".to_owned(),
        ..escalate(name)
    };
    refused(&paul.escalate_ticket(late).await, "Aborted ETAG_OUTDATED");
    let elsewhere = people::open(&hub.other_social_worker(), case_of_two_agencies()).await;
    refused(
        &paul.escalate_ticket(escalate(&elsewhere.tickets[1].ticket)).await,
        "NotFound NOT_FOUND",
    );
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;
    commands::close(&camille, name).await;
    refused(
        &paul.escalate_ticket(escalate(name)).await,
        "FailedPrecondition TRANSITION_NOT_ALLOWED",
    );
    hub.stop().await;
}
