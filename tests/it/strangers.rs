//! What callers learn of what is not theirs: nothing.

use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::{TestHub, raw};
use prost::Message as _;
use tonic::{Code, Status};

#[tokio::test]
async fn a_role_is_refused_what_it_may_never_call() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let rows = [
        ("ines.fabre", "CaseService/OpenCase"),
        ("jean.rolland", "CaseService/ListCases"),
        ("connector.caf-56", "CaseService/OpenCase"),
        ("claire.morel", "CaseService/WithdrawCase"),
        ("claire.morel", "CaseService/ChangeUrgency"),
        ("claire.morel", "CaseService/TransferCase"),
        ("erwan.le-roux", "CaseService/RenewMandate"),
        ("hugo.petit", "CaseService/AddTicket"),
        ("paul.durand", "CaseService/CorrectFacts"),
        ("claire.morel", "CaseService/CorrectPerson"),
        ("connector.caf-56", "CaseService/RevokeMandate"),
        ("camille.martin", "TicketService/AcknowledgeTicket"),
        ("camille.martin", "TicketService/AddNote"),
        ("claire.morel", "TicketService/RouteTicketByHand"),
        ("claire.morel", "TicketService/RecordContact"),
        ("paul.durand", "TicketService/RecordContact"),
        ("claire.morel", "TicketService/RemindTicket"),
        ("paul.durand", "TicketService/RemindTicket"),
        ("camille.martin", "TicketService/EscalateTicket"),
        ("hugo.petit", "TicketService/EscalateTicket"),
        ("claire.morel", "TicketService/ShareTicket"),
        ("paul.durand", "TicketService/UnshareTicket"),
        ("camille.martin", "TicketService/TransferAgency"),
        ("paul.durand", "TicketService/TransferAgency"),
        ("camille.martin", "TicketService/RecordContact"),
        ("paul.durand", "TicketService/ResolveTicket"),
        ("claire.morel", "TicketService/ConfirmDelivery"),
    ];
    for (member, method) in rows {
        // Whatever it holds: what a role may not call does not reach a handler.
        for bytes in [Vec::new(), vec![0xff; 64]] {
            let refused = raw::call_as(&channel, member, method, bytes)
                .await
                .expect_err(method);
            assert_eq!(
                raw::line(&refused),
                "PermissionDenied ROLE_FORBIDDEN",
                "{member} {method}"
            );
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_ticket_of_another_agency_and_one_that_does_not_exist_get_the_same_answer_everywhere() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let another = opened.tickets[0].ticket.clone();
    let unknown = "cases/0190f3a2-7c1e-7d7f-8a41-5b0a6a1c2e3d/tickets/1".to_owned();
    let beyond = format!("{}/tickets/2", opened.case);
    let methods = [
        "GetTicket",
        "ListEvents",
        "AcknowledgeTicket",
        "AssignTicket",
        "RequestInformation",
        "TakeBackTicket",
        "RedirectTicket",
        "ResolveTicket",
        "PostMessage",
        "AddNote",
    ];
    for method in methods {
        let mut answers: Vec<Status> = Vec::new();
        for name in [&another, &unknown, &beyond] {
            let path = format!("TicketService/{method}");
            let bytes = message(method, name);
            answers.push(
                raw::call_as(&channel, "marc.lefevre", &path, bytes)
                    .await
                    .expect_err(method),
            );
        }
        assert_eq!(raw::line(&answers[0]), "NotFound NOT_FOUND", "{method}");
        for answer in &answers[1..] {
            assert_eq!(
                (answer.message(), answer.details()),
                (answers[0].message(), answers[0].details()),
                "{method}"
            );
        }
    }
    for name in [&opened.case, &opened.reference] {
        let request = v1::GetCaseRequest { name: name.clone() }.encode_to_vec();
        let refused = raw::call_as(&channel, "marc.lefevre", "CaseService/GetCase", request).await;
        assert_eq!(
            raw::line(&refused.expect_err("another agency's")),
            "NotFound NOT_FOUND"
        );
    }
    hub.stop().await;
}

/// A well-formed request of this method about this ticket.
fn message(method: &str, name: &str) -> Vec<u8> {
    let (request_id, name, epoch, etag) = (fresh(), name.to_owned(), 1, String::new());
    let text = "Un texte.".to_owned();
    match method {
        "GetTicket" => v1::GetTicketRequest { name }.encode_to_vec(),
        "ListEvents" => v1::ListEventsRequest {
            parent: name,
            ..Default::default()
        }
        .encode_to_vec(),
        "AcknowledgeTicket" => v1::AcknowledgeTicketRequest {
            request_id,
            name,
            etag,
            epoch,
            agent: String::new(),
        }
        .encode_to_vec(),
        "AssignTicket" => v1::AssignTicketRequest {
            request_id,
            name,
            etag,
            epoch,
            agent: "members/marc.lefevre".to_owned(),
            desk: String::new(),
            reason: text,
        }
        .encode_to_vec(),
        "RequestInformation" => {
            let item = v1::InformationItem {
                kind: 1,
                label: text.clone(),
                why: text,
                answered: false,
            };
            let items = vec![item];
            v1::RequestInformationRequest {
                request_id,
                name,
                etag,
                epoch,
                items,
                ..Default::default()
            }
            .encode_to_vec()
        }
        "TakeBackTicket" => v1::TakeBackTicketRequest {
            request_id,
            name,
            etag,
            epoch,
            message: text,
        }
        .encode_to_vec(),
        "RedirectTicket" => v1::RedirectTicketRequest {
            request_id,
            name,
            epoch,
            reason: v1::RedirectReason::Other.into(),
            message: text,
            ..Default::default()
        }
        .encode_to_vec(),
        "ResolveTicket" => {
            let outcome = v1::Outcome::ErrorCorrected.into();
            v1::ResolveTicketRequest {
                request_id,
                name,
                epoch,
                outcome,
                message: text,
                ..Default::default()
            }
            .encode_to_vec()
        }
        "PostMessage" => v1::PostMessageRequest {
            request_id,
            name,
            etag,
            epoch,
            text,
        }
        .encode_to_vec(),
        "AddNote" => v1::AddNoteRequest {
            request_id,
            name,
            etag,
            epoch,
            text,
        }
        .encode_to_vec(),
        other => panic!("no message for {other}"),
    }
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_whoever_asks() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    for method in [
        "CaseService/DropEverything",
        "CaseService/opencase",
        "NoService/OpenCase",
    ] {
        let refused = raw::call_as(&channel, "camille.martin", method, Vec::new())
            .await
            .expect_err(method);
        assert_eq!(refused.code(), Code::Unimplemented, "{method}");
        let stranger = raw::call(&channel, method, &[], Vec::new())
            .await
            .expect_err(method);
        assert_eq!(stranger.code(), Code::Unauthenticated, "{method}");
    }
    assert!(hub.running().hub.store.ping().await.is_ok());
    hub.stop().await;
}
