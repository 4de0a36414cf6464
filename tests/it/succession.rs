//! An agency is merged into another: its open tickets follow, page by page, and all that was told about them.

use declic_proto::v1;
use declic_tests::people::{self, events, fresh, standard_case, ticket};
use declic_tests::{TestHub, raw};
use prost::Message as _;

use crate::commands::{self, refused};

fn transfer(from: &str, to: &str) -> v1::TransferAgencyRequest {
    v1::TransferAgencyRequest {
        request_id: fresh(),
        agency: format!("agencies/{from}"),
        successor: format!("agencies/{to}"),
        reason: "Fusion au 1er janvier.".to_owned(),
        ..v1::TransferAgencyRequest::default()
    }
}

#[tokio::test]
async fn open_tickets_follow_to_the_successor_page_by_page_and_each_once() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let (camille, claire, anne) = (hub.social_worker(), hub.caf_agent(), hub.speaks_as("anne.guerin"));
    let mut names = Vec::new();
    for _ in 0..4 {
        let opened = people::open(&camille, standard_case()).await;
        names.push(opened.tickets[0].ticket.clone());
    }
    let ended = names.pop().expect("four");
    let taken = names[0].as_str();
    commands::acknowledge(&claire, taken).await;
    commands::acknowledge(&claire, &ended).await;
    commands::resolve(&claire, &ended).await;
    commands::close(&camille, &ended).await;
    let before = ticket(&camille, taken).await;

    let page = v1::TransferAgencyRequest {
        page_size: 2,
        ..transfer("caf-56", "caf-35")
    };
    let page = page.encode_to_vec();
    let send = async || {
        raw::call_as(
            &channel,
            "jean.rolland",
            "TicketService/TransferAgency",
            page.clone(),
        )
        .await
    };
    let answer = send().await.expect("a merger");
    assert_eq!(send().await.expect("the same request"), answer);
    let decoded = v1::TransferAgencyResponse::decode(answer.as_slice()).expect("an answer");
    assert_eq!(
        decoded,
        v1::TransferAgencyResponse {
            transferred: 2,
            more: true
        }
    );
    let administrator = hub.administrator();
    let rest = administrator.transfer_agency(transfer("caf-56", "caf-35")).await;
    let last = v1::TransferAgencyResponse {
        transferred: 1,
        more: false,
    };
    assert_eq!(rest.expect("the rest"), last);
    let none = administrator.transfer_agency(transfer("caf-56", "caf-35")).await;
    assert_eq!(none.expect("nothing is left").transferred, 0);

    let after = ticket(&anne, taken).await;
    assert_eq!(after.desk, "agencies/caf-35/desks/accueil");
    assert_eq!(after.former_agencies, ["agencies/caf-56"]);
    assert_eq!(
        (after.state, after.epoch, after.due_time, after.agent.as_str()),
        (before.state, before.epoch, before.due_time, "")
    );
    let told = events(&anne, taken).await;
    let last = told.last().expect("an event");
    assert_eq!(
        (last.r#type.as_str(), last.text.as_str()),
        ("AGENCY_TRANSFERRED", "Fusion au 1er janvier.")
    );
    commands::resolve(&anne, taken).await;
    refused(
        &claire
            .get_ticket(v1::GetTicketRequest {
                name: taken.to_owned(),
            })
            .await,
        "NotFound NOT_FOUND",
    );
    assert_eq!(
        ticket(&claire, &ended).await.agency,
        "agencies/caf-56",
        "what has ended stays where it was"
    );
    let jeanne = v1::ListCasesRequest {
        filter: Some(v1::CaseFilter {
            given_name: "jeanne".to_owned(),
            family_name: "EXEMPLE".to_owned(),
            birth_date: "1984-07-14".to_owned(),
            ..v1::CaseFilter::default()
        }),
        ..v1::ListCasesRequest::default()
    };
    let found = anne.list_cases(jeanne).await.expect("a search").cases;
    assert_eq!(found.len(), 3, "the successor finds the person");
    hub.stop().await;
}

#[tokio::test]
async fn a_transfer_that_cannot_be_is_refused_before_anything_moves() {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let administrator = hub.administrator();
    let invalid = "InvalidArgument FIELD_INVALID";
    let rows = [
        transfer("caf-56", "caf-56"),
        transfer("caf-56", "triage-56"),
        transfer("caf-56", "caf-22"),
        transfer("triage-56", "caf-35"),
        transfer("CAF 56", "caf-35"),
        v1::TransferAgencyRequest {
            reason: String::new(),
            ..transfer("caf-56", "caf-35")
        },
        v1::TransferAgencyRequest {
            page_size: 201,
            ..transfer("caf-56", "caf-35")
        },
        v1::TransferAgencyRequest {
            request_id: "x".to_owned(),
            ..transfer("caf-56", "caf-35")
        },
    ];
    for wrong in rows {
        refused(&administrator.transfer_agency(wrong).await, invalid);
    }
    for member in ["camille.martin", "hugo.petit", "paul.durand"] {
        refused(
            &hub.speaks_as(member)
                .transfer_agency(transfer("caf-56", "caf-35"))
                .await,
            "PermissionDenied ROLE_FORBIDDEN",
        );
    }
    let there = ticket(&hub.caf_agent(), &opened.tickets[0].ticket).await;
    assert_eq!(there.agency, "agencies/caf-56");
    hub.stop().await;
}
