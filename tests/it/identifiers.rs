//! An agency says what it needs to find a person; a case that goes to it without that is refused before it opens.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh};

use crate::commands::refused;

fn required(agency: &str, agency_identifier: bool, nir: bool) -> v1::SetRequiredIdentifiersRequest {
    v1::SetRequiredIdentifiersRequest {
        request_id: fresh(),
        name: format!("agencies/{agency}"),
        required_identifiers: Some(v1::RequiredIdentifiers {
            agency_identifier,
            nir,
            etag: String::new(),
        }),
        reason: "demande de l’organisme".to_owned(),
    }
}

/// A case of a person who has this number at the agency.
fn case(number: &str) -> v1::OpenCaseRequest {
    let mut case = people::standard_case();
    case.request_id = fresh();
    case.person.get_or_insert_default().agency_identifier = number.to_owned();
    case
}

#[tokio::test]
async fn a_case_without_what_its_agency_needs_is_refused_and_says_which_field() {
    let hub = TestHub::start().await;
    let (jean, camille) = (hub.administrator(), hub.social_worker());
    people::open(&camille, case("")).await;
    let request = required("caf-56", true, false);
    let set = jean.set_required_identifiers(request.clone()).await;
    let set = set.expect("for administrators");
    let again = jean
        .set_required_identifiers(request)
        .await
        .expect("the same request");
    assert_eq!(set, again, "one request id, one effect, one answer");
    let without = camille.open_case(case("")).await;
    refused(&without, "InvalidArgument FIELD_INVALID");
    let (field, problem) = without.expect_err("a refusal").violations.remove(0);
    assert_eq!(field, "person.agency_identifier");
    assert!(problem.contains("finds nobody without it"), "{problem}");
    people::open(&camille, case("1234567")).await;

    // Where the case goes elsewhere, nobody asks for it.
    for request in [
        required("caf-56", false, false),
        required("msa-portes-de-bretagne", true, false),
    ] {
        jean.set_required_identifiers(request)
            .await
            .expect("for administrators");
    }
    people::open(&camille, case("")).await;

    let mut outdated = required("caf-56", true, false);
    outdated.required_identifiers.get_or_insert_default().etag = "1".to_owned();
    refused(
        &jean.set_required_identifiers(outdated).await,
        "Aborted ETAG_OUTDATED",
    );
    let unknown = jean
        .set_required_identifiers(required("nulle-part", true, false))
        .await;
    refused(&unknown, "NotFound NOT_FOUND");
    let triage = jean
        .set_required_identifiers(required("triage-national", false, true))
        .await;
    refused(&triage, "InvalidArgument FIELD_INVALID");
    for client in [hub.speaks_as("hugo.petit"), camille] {
        let answer = client
            .set_required_identifiers(required("caf-56", true, false))
            .await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    hub.stop().await;
}

/// Another ticket of the case, at the MSA.
fn addition(case: &str) -> v1::AddTicketRequest {
    let mut facts = people::standard_case().facts.expect("facts");
    facts.regime = v1::Regime::Agricultural.into();
    v1::AddTicketRequest {
        request_id: fresh(),
        name: case.to_owned(),
        facts: Some(facts),
        explanation: "À voir aussi par la MSA.".to_owned(),
        ..v1::AddTicketRequest::default()
    }
}

async fn missing(client: &Client, case: &str, number: usize) -> Vec<String> {
    let request = v1::GetCaseRequest {
        name: case.to_owned(),
    };
    let case = client.get_case(request).await.expect("a case of theirs").case;
    case.expect("a case")
        .tickets
        .swap_remove(number - 1)
        .missing_identifiers
}

#[tokio::test]
async fn a_ticket_that_is_added_needs_them_and_one_that_is_redirected_comes_and_says_what_is_missing() {
    let hub = TestHub::start().await;
    let (jean, camille, claire) = (hub.administrator(), hub.social_worker(), hub.caf_agent());
    let request = required("msa-portes-de-bretagne", true, false);
    jean.set_required_identifiers(request)
        .await
        .expect("for administrators");
    let opened = people::open(&camille, case("")).await;
    let without = camille.add_ticket(addition(&opened.case)).await;
    refused(&without, "InvalidArgument FIELD_INVALID");
    assert_eq!(
        without.expect_err("a refusal").violations[0].0,
        "person.agency_identifier"
    );
    assert!(
        missing(&camille, &opened.case, 1).await.is_empty(),
        "the Caf needs nothing"
    );

    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: opened.tickets[0].ticket.clone(),
        epoch: 1,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Régime agricole.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    claire
        .redirect_ticket(redirect)
        .await
        .expect("never refused for that");
    let needed = ["person.agency_identifier"];
    for client in [&camille, &hub.msa_agent()] {
        assert_eq!(missing(client, &opened.case, 2).await, needed);
    }
    assert!(
        missing(&camille, &opened.case, 1).await.is_empty(),
        "it has ended"
    );
    let correct = v1::CorrectPersonRequest {
        request_id: fresh(),
        name: opened.case.clone(),
        person: case("7654321").person,
        reason: "numéro à la MSA".to_owned(),
        ..v1::CorrectPersonRequest::default()
    };
    camille.correct_person(correct).await.expect("her own case");
    assert!(missing(&hub.msa_agent(), &opened.case, 2).await.is_empty());
    hub.stop().await;
}
