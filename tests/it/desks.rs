//! A desk says what it does not treat and whom it hears; what nobody takes opens at triage and says so. A desk that is closed
//! leaves nothing to nobody.

use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, ticket};

use crate::commands::{self, refused};

/// Longest wait for a handover, of which one look takes a second.
const LONG: Duration = Duration::from_secs(60);

const SOLIDARITE: &str = "agencies/caf-56/desks/solidarite";
const ACCUEIL: &str = "agencies/caf-56/desks/accueil";

fn rules(desk: &str, rules: v1::DeskRules) -> v1::SetDeskRulesRequest {
    v1::SetDeskRulesRequest {
        request_id: fresh(),
        name: desk.to_owned(),
        rules: Some(rules),
        reason: "partage des tâches".to_owned(),
    }
}

fn closed() -> v1::DeskRules {
    v1::DeskRules {
        closed: true,
        ..v1::DeskRules::default()
    }
}

fn without(blockage: &str) -> v1::DeskRules {
    v1::DeskRules {
        not_blockages: vec![blockage.to_owned()],
        ..v1::DeskRules::default()
    }
}

fn hearing(kinds: &[v1::OrganisationKind], organisations: &[&str]) -> v1::DeskRules {
    v1::DeskRules {
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        organisations: organisations
            .iter()
            .map(|id| format!("organisations/{id}"))
            .collect(),
        ..v1::DeskRules::default()
    }
}

async fn say(jean: &Client, desk: &str, said: v1::DeskRules) {
    let answer = jean.set_desk_rules(rules(desk, said)).await;
    answer.expect("for administrators");
}

/// Opens the case of the RSA that is not paid, and gives its ticket as the social worker reads it.
async fn opened(client: &Client) -> v1::Ticket {
    let mut case = people::standard_case();
    case.request_id = fresh();
    let opened = people::open(client, case).await;
    ticket(client, &opened.tickets[0].ticket).await
}

async fn is_at(client: &Client, name: &str, desk: &str) -> v1::Ticket {
    let looking = async {
        loop {
            let found = ticket(client, name).await;
            if found.desk == desk {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(LONG, looking)
        .await
        .expect("it is handed over")
}

#[tokio::test]
async fn what_a_closed_desk_had_goes_on_at_once_and_nothing_more_comes_to_it() {
    let hub = TestHub::start().await;
    let (jean, camille, claire) = (hub.administrator(), hub.social_worker(), hub.caf_agent());
    let (waiting, followed) = (opened(&camille).await, opened(&camille).await);
    assert_eq!(waiting.desk, SOLIDARITE);
    commands::acknowledge(&claire, &followed.name).await;
    let request = rules(SOLIDARITE, closed());
    let answer = jean
        .set_desk_rules(request.clone())
        .await
        .expect("for administrators");
    let again = jean.set_desk_rules(request).await.expect("the same request");
    assert_eq!(answer, again, "one request id, one effect, one answer");
    for before in [&waiting, &followed] {
        let handed = is_at(&camille, &before.name, ACCUEIL).await;
        assert_eq!(handed.agent, "");
        assert!(handed.successor.is_empty(), "it stays in its agency");
        let events = people::events(&camille, &before.name).await;
        let last = events.last().expect("what happened");
        assert_eq!(
            (last.r#type.as_str(), last.actor.as_str()),
            ("ASSIGNED", "members/rule")
        );
        assert!(last.text.contains("fermée"), "{}", last.text);
    }
    assert_eq!(opened(&camille).await.desk, ACCUEIL);
    let back = v1::AssignTicketRequest {
        request_id: fresh(),
        name: waiting.name.clone(),
        epoch: 1,
        desk: SOLIDARITE.to_owned(),
        reason: "retour".to_owned(),
        ..v1::AssignTicketRequest::default()
    };
    let back = hub.speaks_as("hugo.petit").assign_ticket(back).await;
    refused(&back, "InvalidArgument FIELD_INVALID");

    // With the last desk the agency has nobody for it: triage has.
    say(&jean, ACCUEIL, closed()).await;
    let looking = async {
        loop {
            let found = ticket(&camille, &waiting.name).await;
            if !found.successor.is_empty() {
                return found.successor;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let successor = tokio::time::timeout(LONG, looking)
        .await
        .expect("it is handed over");
    let successor = ticket(&camille, &successor).await;
    assert_eq!(successor.desk, "agencies/triage-56/desks/orientation");
    assert_eq!(
        opened(&camille).await.desk,
        "agencies/triage-56/desks/orientation"
    );

    say(&jean, SOLIDARITE, v1::DeskRules::default()).await;
    assert_eq!(opened(&camille).await.desk, SOLIDARITE, "open again");
    hub.stop().await;
}

#[tokio::test]
async fn a_desk_gets_what_it_treats_from_whom_it_hears_and_triage_gets_the_rest() {
    let hub = TestHub::start().await;
    let (jean, camille) = (hub.administrator(), hub.social_worker());
    say(&jean, SOLIDARITE, without("PAYMENT_INCIDENT")).await;
    assert_eq!(opened(&camille).await.desk, ACCUEIL);
    say(&jean, SOLIDARITE, hearing(&[], &["france-services-vannes"])).await;
    assert_eq!(opened(&camille).await.desk, ACCUEIL, "it does not hear the CCAS");
    assert_eq!(opened(&hub.other_social_worker()).await.desk, SOLIDARITE);
    say(&jean, SOLIDARITE, hearing(&[v1::OrganisationKind::Ccas], &[])).await;
    assert_eq!(
        opened(&camille).await.desk,
        ACCUEIL,
        "nobody said that it is a CCAS"
    );
    let request = v1::GetOrganisationRequest {
        name: "organisations/ccas-pontivy".to_owned(),
    };
    let ccas = jean
        .get_organisation(request)
        .await
        .expect("for everyone")
        .organisation;
    let put = v1::PutOrganisationRequest {
        request_id: fresh(),
        organisation: ccas.map(|ccas| v1::Organisation {
            kind: v1::OrganisationKind::Ccas.into(),
            ..ccas
        }),
        reason: "type".to_owned(),
    };
    let put = jean
        .put_organisation(put)
        .await
        .expect("for administrators")
        .organisation;
    assert_eq!(put.expect("it").kind(), v1::OrganisationKind::Ccas);
    assert_eq!(opened(&camille).await.desk, SOLIDARITE);

    for desk in [SOLIDARITE, ACCUEIL] {
        say(&jean, desk, without("PAYMENT_INCIDENT")).await;
    }
    let declined = opened(&camille).await;
    assert_eq!(declined.desk, "agencies/triage-56/desks/orientation");
    assert_eq!(declined.triage_reason, "NO_DESK_TAKES_IT");
    assert_eq!(declined.intended_agency, "agencies/caf-56");
    let erwan = hub.triage_agent();
    let by_hand = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: declined.name.clone(),
        epoch: 1,
        agency: "agencies/caf-56".to_owned(),
        reason: "la Caf de résidence".to_owned(),
        ..v1::RouteTicketByHandRequest::default()
    };
    let by_hand = erwan.route_ticket_by_hand(by_hand).await;
    refused(&by_hand, "InvalidArgument FIELD_INVALID");
    let (field, problem) = by_hand.expect_err("a refusal").violations.remove(0);
    assert_eq!(field, "agency");
    assert!(
        problem.starts_with("no desk of this agency takes this"),
        "{problem}"
    );

    // Whoever redirects there loses nothing: the successor opens at triage, and says why.
    let mut case = people::standard_case();
    case.request_id = fresh();
    case.facts.get_or_insert_default().regime = v1::Regime::Agricultural.into();
    let at_the_msa = people::open(&camille, case).await.tickets.remove(0).ticket;
    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: at_the_msa,
        epoch: 1,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::General.into(),
        message: "régime général".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = hub
        .msa_agent()
        .redirect_ticket(redirect)
        .await
        .expect("not its own");
    let successor = redirected.successor.expect("what was opened").ticket;
    let successor = ticket(&camille, &successor).await;
    assert_eq!(successor.triage_reason, "NO_DESK_TAKES_IT");
    hub.stop().await;
}

#[tokio::test]
async fn rules_of_a_desk_are_for_administrators_and_name_what_there_is() {
    let hub = TestHub::start().await;
    let jean = hub.administrator();
    let mut outdated = closed();
    outdated.etag = "1".to_owned();
    refused(
        &jean.set_desk_rules(rules(SOLIDARITE, outdated)).await,
        "Aborted ETAG_OUTDATED",
    );
    let nowhere = jean
        .set_desk_rules(rules("agencies/caf-56/desks/nulle-part", closed()))
        .await;
    refused(&nowhere, "NotFound NOT_FOUND");
    let benefit = v1::DeskRules {
        not_benefits: vec!["RSAA".to_owned()],
        ..v1::DeskRules::default()
    };
    for (desk, wrong) in [
        ("agencies/triage-national/desks/orientation", closed()),
        (SOLIDARITE, without("AUCUN")),
        (SOLIDARITE, benefit),
        (SOLIDARITE, hearing(&[v1::OrganisationKind::Unspecified], &[])),
        (SOLIDARITE, hearing(&[], &["inconnue"])),
    ] {
        let answer = jean.set_desk_rules(rules(desk, wrong)).await;
        refused(&answer, "InvalidArgument FIELD_INVALID");
    }
    for client in [hub.speaks_as("hugo.petit"), hub.caf_agent(), hub.social_worker()] {
        let answer = client.set_desk_rules(rules(SOLIDARITE, closed())).await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    let request = v1::GetAgencyRequest {
        name: "agencies/caf-56".to_owned(),
    };
    say(&jean, ACCUEIL, without("OVERPAYMENT")).await;
    let agency = jean.get_agency(request).await.expect("for everyone").agency;
    let desks = agency.expect("an agency").desks;
    let told: Vec<Vec<String>> = desks
        .into_iter()
        .map(|desk| desk.rules.expect("told").not_blockages)
        .collect();
    assert_eq!(told, [Vec::new(), vec!["OVERPAYMENT".to_owned()]]);
    hub.stop().await;
}
