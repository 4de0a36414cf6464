//! Commands on a whole case: told on each open ticket, seen at once by whoever may see it after them, refused with their
//! reason.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, case_of_two_agencies, fresh, mainland_today as today, standard_case};
use jiff::{SignedDuration, ToSpan as _};

use crate::commands::{self, refused};

pub fn handing_over(case: &str, to: &str) -> v1::TransferCaseRequest {
    v1::TransferCaseRequest {
        request_id: fresh(),
        name: case.to_owned(),
        opener: format!("members/{to}"),
        reason: "Changement de secteur.".to_owned(),
        ..v1::TransferCaseRequest::default()
    }
}

fn urgency(case: &str, urgent: bool) -> v1::ChangeUrgencyRequest {
    v1::ChangeUrgencyRequest {
        request_id: fresh(),
        name: case.to_owned(),
        urgent,
        reason: "Coupure annoncée.".to_owned(),
        ..v1::ChangeUrgencyRequest::default()
    }
}

/// What a member finds of a case: in the list of cases, in that of tickets whatever their state, and by asking for it.
pub async fn finds(client: &Client, case: &str) -> [bool; 3] {
    let cases = client
        .list_cases(v1::ListCasesRequest::default())
        .await
        .expect("a list")
        .cases;
    let states = 1..=9;
    let request = v1::ListTicketsRequest {
        states: states.collect(),
        ..v1::ListTicketsRequest::default()
    };
    let tickets = client.list_tickets(request).await.expect("a list").tickets;
    let read = client
        .get_case(v1::GetCaseRequest {
            name: case.to_owned(),
        })
        .await;
    [
        cases.iter().any(|found| found.name == case),
        tickets.iter().any(|found| found.name.starts_with(case)),
        read.is_ok(),
    ]
}

pub async fn case(client: &Client, name: &str) -> v1::Case {
    let request = v1::GetCaseRequest {
        name: name.to_owned(),
    };
    client
        .get_case(request)
        .await
        .expect("a case of its own")
        .case
        .expect("a case")
}

#[tokio::test]
async fn a_case_that_is_handed_over_is_found_by_its_new_follower_only_in_every_list() {
    let hub = TestHub::start().await;
    let (camille, yann) = (hub.social_worker(), hub.colleague());
    let opened = people::open(&camille, case_of_two_agencies()).await;
    let ended = v1::WithdrawTicketRequest {
        request_id: fresh(),
        name: opened.tickets[1].ticket.clone(),
        reason: "Réglé.".to_owned(),
        ..v1::WithdrawTicketRequest::default()
    };
    camille.withdraw_ticket(ended).await.expect("an open ticket");
    assert_eq!(finds(&camille, &opened.case).await, [true; 3]);
    assert_eq!(finds(&yann, &opened.case).await, [false; 3]);
    let request = handing_over(&opened.reference, "yann.le-goff");
    let done = camille.transfer_case(request.clone()).await.expect("a colleague");
    assert_eq!(done.tickets.len(), 1, "told on the open ticket");
    assert_eq!(finds(&camille, &opened.case).await, [false; 3]);
    assert_eq!(finds(&yann, &opened.case).await, [true; 3]);
    let again = camille.transfer_case(request).await.expect("the same request");
    assert_eq!(
        again, done,
        "who gave it away still gets the answer to the same request"
    );
    refused(
        &camille
            .transfer_case(handing_over(&opened.case, "yann.le-goff"))
            .await,
        "NotFound NOT_FOUND",
    );
    let read = case(&yann, &opened.case).await;
    assert_eq!(
        (read.opener.as_str(), read.opener_display_name.as_str()),
        ("members/yann.le-goff", "Yann Le Goff")
    );
    let told: Vec<String> = people::events(&hub.msa_agent(), &opened.tickets[0].ticket)
        .await
        .into_iter()
        .map(|event| format!("{} {}", event.r#type, event.text))
        .collect();
    assert_eq!(
        told[1], "CASE_TRANSFERRED Changement de secteur.",
        "the agency knows whom to ask"
    );
    hub.stop().await;
}

#[tokio::test]
async fn who_follows_a_case_holds_what_waits_for_it_and_its_manager_takes_it_over() {
    let hub = TestHub::start().await;
    let (camille, claire, soizic) = (
        hub.social_worker(),
        hub.caf_agent(),
        hub.speaks_as("soizic.le-bihan"),
    );
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    commands::ask(&claire, name, &["Depuis quand ?"]).await;
    soizic
        .transfer_case(handing_over(&opened.case, "yann.le-goff"))
        .await
        .expect("the organisation's manager");
    let holder = people::ticket(&claire, name).await.holder.expect("it waits");
    assert_eq!(holder.party, "members/yann.le-goff");
    commands::reply(&hub.colleague(), name, 1, "Depuis octobre.").await;
    hub.stop().await;
}

#[tokio::test]
async fn every_list_shows_the_new_urgency_also_of_a_ticket_that_has_ended() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, case_of_two_agencies()).await;
    let ended = v1::WithdrawTicketRequest {
        request_id: fresh(),
        name: opened.tickets[1].ticket.clone(),
        reason: "Réglé.".to_owned(),
        ..v1::WithdrawTicketRequest::default()
    };
    camille.withdraw_ticket(ended).await.expect("an open ticket");
    let etag = case(&camille, &opened.case).await.etag;
    let request = v1::ChangeUrgencyRequest {
        etag: etag.clone(),
        ..urgency(&opened.case, true)
    };
    camille.change_urgency(request).await.expect("an open case");
    let late = v1::ChangeUrgencyRequest {
        etag,
        ..urgency(&opened.case, false)
    };
    refused(&camille.change_urgency(late).await, "Aborted ETAG_OUTDATED");
    assert!(case(&camille, &opened.case).await.urgent);
    let states = 1..=9;
    let request = v1::ListTicketsRequest {
        states: states.collect(),
        ..v1::ListTicketsRequest::default()
    };
    let tickets = camille.list_tickets(request).await.expect("a list").tickets;
    assert_eq!(tickets.len(), 2);
    assert!(tickets.iter().all(|ticket| ticket.urgent), "{tickets:?}");
    refused(
        &camille.change_urgency(urgency(&opened.case, true)).await,
        "InvalidArgument FIELD_INVALID",
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_ticket_that_opens_again_is_told_of_the_urgency_of_its_case_in_the_same_commit() {
    let hub = TestHub::start().await;
    let (nora, marc) = (hub.other_social_worker(), hub.msa_agent());
    let opened = people::open(&nora, case_of_two_agencies()).await;
    let at_msa = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&marc, at_msa).await;
    commands::resolve(&marc, at_msa).await;
    commands::close(&nora, at_msa).await;
    nora.change_urgency(urgency(&opened.case, true))
        .await
        .expect("the other ticket is open");
    commands::reopen(&nora, at_msa).await.expect("closed today");
    let told = people::events(&marc, at_msa).await;
    let [.., before, last] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!([&before.r#type, &last.r#type], ["REOPENED", "URGENCY_CHANGED"]);
    // What is left behind is checked: each event names the one before it, also of two in one commit.
    hub.stop().await;
}

#[tokio::test]
async fn a_case_is_handed_to_nobody_but_an_active_colleague() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, standard_case()).await;
    let mut sentences = Vec::new();
    // Of another organisation, gone, of an agency, unknown: one answer, which tells nothing of who exists.
    for nobody in ["nora.haddad", "louis.perrin", "claire.morel", "personne"] {
        let refusal = camille.transfer_case(handing_over(&opened.case, nobody)).await;
        refused(&refusal, "InvalidArgument FIELD_INVALID");
        sentences.push(refusal.expect_err("refused").to_string());
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 1, "{sentences:?}");
    for wrong in ["camille.martin", "", "Yann Le Goff"] {
        let refusal = camille.transfer_case(handing_over(&opened.case, wrong)).await;
        refused(&refusal, "InvalidArgument FIELD_INVALID");
    }
    let silent = v1::TransferCaseRequest {
        reason: " ".to_owned(),
        ..handing_over(&opened.case, "yann.le-goff")
    };
    refused(
        &camille.transfer_case(silent).await,
        "InvalidArgument FIELD_INVALID",
    );
    for stranger in [hub.colleague(), hub.other_social_worker()] {
        let refusal = stranger
            .transfer_case(handing_over(&opened.case, "yann.le-goff"))
            .await;
        refused(&refusal, "NotFound NOT_FOUND");
        refused(
            &stranger.change_urgency(urgency(&opened.reference, true)).await,
            "NotFound NOT_FOUND",
        );
    }
    let reused = handing_over(&opened.case, "yann.le-goff");
    let other = v1::ChangeUrgencyRequest {
        request_id: reused.request_id.clone(),
        ..urgency(&opened.case, true)
    };
    camille.change_urgency(other).await.expect("an open case");
    refused(
        &camille.transfer_case(reused).await,
        "FailedPrecondition REQUEST_ID_REUSED",
    );
    let withdraw = v1::WithdrawCaseRequest {
        request_id: fresh(),
        name: opened.case.clone(),
        reason: "Réglé.".to_owned(),
        ..v1::WithdrawCaseRequest::default()
    };
    camille.withdraw_case(withdraw).await.expect("an open case");
    refused(
        &camille.change_urgency(urgency(&opened.case, false)).await,
        "FailedPrecondition TRANSITION_NOT_ALLOWED",
    );
    hub.stop().await;
}

pub fn mandate(case: &str, given_on: jiff::civil::Date, days: i64) -> v1::RenewMandateRequest {
    v1::RenewMandateRequest {
        request_id: fresh(),
        name: case.to_owned(),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::Oral.into(),
            scope: "RSA et logement".to_owned(),
            given_on: given_on.to_string(),
            expires_on: (given_on + days.days()).to_string(),
            evidence: "note du 20 novembre".to_owned(),
            ..v1::Mandate::default()
        }),
        ..v1::RenewMandateRequest::default()
    }
}

pub fn revocation(case: &str) -> v1::RevokeMandateRequest {
    v1::RevokeMandateRequest {
        request_id: fresh(),
        name: case.to_owned(),
        reason: "Dit au guichet.".to_owned(),
        ..v1::RevokeMandateRequest::default()
    }
}

#[tokio::test]
async fn a_mandate_that_was_taken_back_stops_reopening_and_a_new_one_allows_it() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;
    camille
        .revoke_mandate(revocation(&opened.case))
        .await
        .expect("an open case");
    let read = case(&camille, &opened.case).await.mandate.expect("a mandate");
    assert_eq!(read.revoked_on, today().to_string());
    refused(
        &commands::reopen(&camille, name).await,
        "FailedPrecondition MANDATE_REVOKED",
    );
    refused(
        &camille.revoke_mandate(revocation(&opened.case)).await,
        "FailedPrecondition MANDATE_REVOKED",
    );
    let before = camille
        .renew_mandate(mandate(&opened.case, today() - 1.day(), 300))
        .await;
    refused(&before, "InvalidArgument FIELD_INVALID");
    let renewal = mandate(&opened.case, today(), 30);
    let done = camille
        .renew_mandate(renewal.clone())
        .await
        .expect("an agreement of today");
    assert_eq!(
        camille.renew_mandate(renewal).await.expect("the same request"),
        done
    );
    let read = case(&camille, &opened.case).await.mandate.expect("a mandate");
    assert_eq!(
        (read.revoked_on.as_str(), read.scope.as_str()),
        ("", "RSA et logement")
    );
    assert_eq!(read.evidence, "note du 20 novembre");
    assert_eq!(read.channel(), v1::MandateChannel::Oral);
    commands::reopen(&camille, name).await.expect("the new one holds");
    hub.pass(SignedDuration::from_hours(24 * 40));
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;
    refused(
        &commands::reopen(&camille, name).await,
        "FailedPrecondition MANDATE_INVALID",
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_mandate_that_cannot_be_right_is_refused_with_its_field() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, standard_case()).await;
    let wrong = [
        mandate(&opened.case, today() + 2.days(), 30),
        mandate(&opened.case, today(), -1),
        mandate(&opened.case, today(), 4 * 366),
        v1::RenewMandateRequest {
            mandate: None,
            ..mandate(&opened.case, today(), 30)
        },
    ];
    for request in wrong {
        refused(
            &camille.renew_mandate(request).await,
            "InvalidArgument FIELD_INVALID",
        );
    }
    let over = camille
        .renew_mandate(mandate(&opened.case, today() - 40.days(), 30))
        .await;
    refused(&over, "FailedPrecondition MANDATE_INVALID");
    let stranger = hub
        .other_social_worker()
        .renew_mandate(mandate(&opened.case, today(), 30))
        .await;
    refused(&stranger, "NotFound NOT_FOUND");
    hub.stop().await;
}
