//! What is added to a case and corrected of it: who reads it then, where it would go, by what name it is found.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, mainland_today as today, standard_case};
use jiff::SignedDuration;

use crate::commands::{self, refused};
use crate::whole_case::{case, finds, mandate, revocation};

fn addition(case: &str) -> v1::AddTicketRequest {
    let mut facts = standard_case().facts.expect("facts");
    facts.stage = v1::Stage::Decision.into();
    facts.blockage = "REFUSAL".to_owned();
    v1::AddTicketRequest {
        request_id: fresh(),
        name: case.to_owned(),
        facts: Some(facts),
        explanation: "Le refus vient du département.".to_owned(),
        ..v1::AddTicketRequest::default()
    }
}

#[tokio::test]
async fn a_ticket_that_is_added_goes_to_another_agency_which_reads_it_and_finds_the_person() {
    let hub = TestHub::start().await;
    let (camille, sophie) = (hub.social_worker(), hub.speaks_as("sophie.garnier"));
    let opened = people::open(&camille, standard_case()).await;
    assert_eq!(finds(&sophie, &opened.case).await, [false; 3]);
    let request = addition(&opened.reference);
    let added = camille.add_ticket(request.clone()).await.expect("another agency");
    assert_eq!(
        camille.add_ticket(request).await.expect("the same request"),
        added
    );
    assert_eq!(added.decision.as_ref().expect("a decision").agencies, ["dep-56"]);
    let [ticket] = &added.tickets[..] else {
        panic!("one ticket: {added:?}")
    };
    assert_eq!(
        (ticket.agency.as_str(), ticket.etag.as_str()),
        ("agencies/dep-56", "1")
    );
    assert_eq!(finds(&sophie, &opened.case).await, [true; 3]);
    let jeanne = v1::ListCasesRequest {
        filter: Some(v1::CaseFilter {
            given_name: "jeanne".to_owned(),
            family_name: "EXEMPLE".to_owned(),
            birth_date: "1984-07-14".to_owned(),
            ..v1::CaseFilter::default()
        }),
        ..v1::ListCasesRequest::default()
    };
    assert_eq!(sophie.list_cases(jeanne).await.expect("a search").cases.len(), 1);
    let told = people::events(&sophie, &ticket.ticket).await;
    assert_eq!(told[0].text, "Le refus vient du département.");
    let first = v1::GetTicketRequest {
        name: opened.tickets[0].ticket.clone(),
    };
    refused(&sophie.get_ticket(first).await, "NotFound NOT_FOUND");
    commands::acknowledge(&sophie, &ticket.ticket).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_ticket_is_added_once_with_facts_that_can_be_and_a_mandate_that_holds() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, standard_case()).await;
    let same = v1::AddTicketRequest {
        facts: standard_case().facts,
        ..addition(&opened.case)
    };
    refused(
        &camille.add_ticket(same).await,
        "FailedPrecondition AGENCY_ALREADY_ASKED",
    );
    let mut unknown = addition(&opened.case);
    unknown.facts.as_mut().expect("facts").benefit = "RMI".to_owned();
    refused(
        &camille.add_ticket(unknown).await,
        "InvalidArgument FIELD_INVALID",
    );
    let without = v1::AddTicketRequest {
        facts: None,
        ..addition(&opened.case)
    };
    refused(
        &camille.add_ticket(without).await,
        "InvalidArgument FIELD_INVALID",
    );
    let late = v1::AddTicketRequest {
        etag: "9".to_owned(),
        ..addition(&opened.case)
    };
    refused(&camille.add_ticket(late).await, "Aborted ETAG_OUTDATED");
    refused(
        &hub.other_social_worker().add_ticket(addition(&opened.case)).await,
        "NotFound NOT_FOUND",
    );
    camille
        .revoke_mandate(revocation(&opened.case))
        .await
        .expect("an open case");
    refused(
        &camille.add_ticket(addition(&opened.case)).await,
        "FailedPrecondition MANDATE_REVOKED",
    );
    camille
        .renew_mandate(mandate(&opened.case, today(), 10))
        .await
        .expect("an agreement of today");
    hub.pass(SignedDuration::from_hours(24 * 12));
    refused(
        &camille.add_ticket(addition(&opened.case)).await,
        "FailedPrecondition MANDATE_INVALID",
    );
    hub.stop().await;
}

pub fn correction(case: &str, commune: &str) -> v1::CorrectFactsRequest {
    let mut facts = standard_case().facts.expect("facts");
    facts.commune = commune.to_owned();
    v1::CorrectFactsRequest {
        request_id: fresh(),
        name: case.to_owned(),
        facts: Some(facts),
        reason: "Elle a déménagé à Rennes.".to_owned(),
        ..v1::CorrectFactsRequest::default()
    }
}

#[tokio::test]
async fn corrected_facts_say_where_a_ticket_would_go_and_leave_it_where_it_is() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let request = correction(&opened.case, "35238");
    let answer = camille
        .correct_facts(request.clone())
        .await
        .expect("an open case");
    assert_eq!(
        camille.correct_facts(request).await.expect("the same request"),
        answer
    );
    let [proposal] = &answer.proposals[..] else {
        panic!("one ticket stands elsewhere: {answer:?}")
    };
    assert_eq!(proposal.ticket, name);
    assert_eq!(
        proposal.decision.as_ref().expect("a decision").agencies,
        ["caf-35"]
    );
    for reader in [&camille, &claire] {
        let read = people::ticket(reader, name).await;
        assert_eq!(read.agency, "agencies/caf-56", "nothing is sent on");
        assert_eq!(read.proposal.expect("the page says it too").agencies, ["caf-35"]);
    }
    assert_eq!(
        finds(&hub.supervisor(), &opened.case).await,
        [false; 3],
        "56 is no longer its département"
    );
    let read = case(&claire, &opened.case).await;
    assert_eq!(read.facts.expect("facts").commune, "35238");
    camille
        .correct_facts(correction(&opened.case, "56260"))
        .await
        .expect("an open case");
    assert_eq!(
        people::ticket(&camille, name).await.proposal,
        None,
        "the Caf of 56 is right again"
    );
    refused(
        &camille.correct_facts(correction(&opened.case, "56260")).await,
        "InvalidArgument FIELD_INVALID",
    );
    refused(
        &camille.correct_facts(correction(&opened.case, "56999")).await,
        "InvalidArgument FIELD_INVALID",
    );
    refused(
        &hub.other_social_worker()
            .correct_facts(correction(&opened.case, "35238"))
            .await,
        "NotFound NOT_FOUND",
    );
    hub.stop().await;
}

pub fn new_name(case: &str, family_name: &str) -> v1::CorrectPersonRequest {
    let person = standard_case().person.expect("a person");
    v1::CorrectPersonRequest {
        request_id: fresh(),
        name: case.to_owned(),
        person: Some(v1::Person {
            family_name: family_name.to_owned(),
            nir: String::new(),
            ..person
        }),
        reason: "Nom de naissance.".to_owned(),
        ..v1::CorrectPersonRequest::default()
    }
}

pub async fn found_by(client: &Client, family_name: &str) -> usize {
    let request = v1::ListCasesRequest {
        filter: Some(v1::CaseFilter {
            given_name: "jeanne".to_owned(),
            family_name: family_name.to_owned(),
            birth_date: "1984-07-14".to_owned(),
            ..v1::CaseFilter::default()
        }),
        ..v1::ListCasesRequest::default()
    };
    client.list_cases(request).await.expect("a search").cases.len()
}

#[tokio::test]
async fn a_corrected_person_is_found_by_the_new_name_only_by_everybody_who_may_search() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    people::open(&camille, standard_case()).await;
    let request = new_name(&opened.case, "Exemplaire");
    let done = camille
        .correct_person(request.clone())
        .await
        .expect("an open case");
    assert_eq!(
        camille.correct_person(request).await.expect("the same request"),
        done
    );
    for who in [&camille, &claire] {
        assert_eq!(
            [found_by(who, "Exemplaire").await, found_by(who, "Exemple").await],
            [1, 1]
        );
        let read = case(who, &opened.case).await.person.expect("a person");
        assert_eq!(
            (read.family_name.as_str(), read.nir.is_empty()),
            ("Exemplaire", false)
        );
    }
    let told = people::events(&claire, &opened.tickets[0].ticket).await;
    let text = &told.last().expect("it is told").text;
    assert!(
        text.contains("Jeanne Exemple, 1984-07-14") && text.contains("Jeanne Exemplaire"),
        "{text}"
    );
    assert!(!text.contains(people::NIR), "no number in a thread: {text}");
    refused(
        &camille.correct_person(new_name(&opened.case, "Exemplaire")).await,
        "InvalidArgument FIELD_INVALID",
    );
    refused(
        &camille.correct_person(new_name(&opened.case, "")).await,
        "InvalidArgument FIELD_INVALID",
    );
    refused(
        &hub.other_social_worker()
            .correct_person(new_name(&opened.case, "Autre"))
            .await,
        "NotFound NOT_FOUND",
    );
    hub.stop().await;
}
