//! The social worker reminds the agency, once a business day; and answers what an agency asks, each item as it is asked.

use declic_proto::v1;
use declic_tests::people::{self, events, fresh, standard_case, ticket};
use declic_tests::{TestHub, raw};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use prost::Message as _;

use crate::commands;

fn reminder(name: &str) -> v1::RemindTicketRequest {
    v1::RemindTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        message: "Toujours rien reçu.".to_owned(),
        ..v1::RemindTicketRequest::default()
    }
}

#[tokio::test]
async fn a_reminder_is_told_once_a_business_day_and_a_refusal_says_when_the_next_is_possible() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let first = reminder(name).encode_to_vec();
    let send = async || {
        raw::call_as(
            &channel,
            "camille.martin",
            "TicketService/RemindTicket",
            first.clone(),
        )
        .await
    };
    let answer = send().await.expect("the first");
    assert_eq!(send().await.expect("the same request"), answer);
    let told = events(&hub.caf_agent(), name).await;
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|event| (event.r#type.as_str(), event.text.as_str()))
        .collect();
    assert_eq!(told.last(), Some(&("REMINDED", "Toujours rien reçu.")));
    assert_eq!(told.len(), 2, "one request, one reminder");
    assert!(ticket(&camille, name).await.remind_time.is_some());

    let refused = camille.remind_ticket(reminder(name)).await;
    let refused = refused.expect_err("the same day");
    assert_eq!(commands::line(&refused), "FailedPrecondition REMINDER_TOO_SOON");
    let next_on: Date = refused.metadata["next_on"].parse().expect("a day");
    let paris = TimeZone::get("Europe/Paris").expect("a time zone");
    let next = next_on
        .at(9, 0, 0, 0)
        .to_zoned(paris)
        .expect("a morning")
        .timestamp();
    assert!(next > hub.now());
    hub.pass(next.duration_since(hub.now()));
    camille.remind_ticket(reminder(name)).await.expect("that day");

    commands::acknowledge(&hub.caf_agent(), name).await;
    commands::ask(&hub.caf_agent(), name, &["Depuis quand ?"]).await;
    commands::refused(
        &camille.remind_ticket(reminder(name)).await,
        "FailedPrecondition TRANSITION_NOT_ALLOWED",
    );
    commands::refused(
        &hub.other_social_worker().remind_ticket(reminder(name)).await,
        "NotFound NOT_FOUND",
    );
    let long = v1::RemindTicketRequest {
        message: "x".repeat(501),
        ..reminder(name)
    };
    commands::refused(
        &camille.remind_ticket(long).await,
        "InvalidArgument FIELD_INVALID",
    );
    hub.stop().await;
}

#[tokio::test]
async fn what_is_asked_is_answered_as_it_is_asked_and_once() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    let item = |kind: v1::InformationKind, label: &str| v1::InformationItem {
        kind: kind.into(),
        label: label.to_owned(),
        why: "Pour recalculer les droits".to_owned(),
        answered: false,
    };
    let asking = |items| v1::RequestInformationRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        items,
        ..v1::RequestInformationRequest::default()
    };
    let document = item(v1::InformationKind::Document, "Avis d’imposition 2025");
    let invalid = [
        vec![document.clone(), document.clone()],
        vec![item(v1::InformationKind::Question, "Deux\nlignes ?")],
        vec![item(v1::InformationKind::Unspecified, "Quoi ?")],
        vec![v1::InformationItem {
            why: String::new(),
            ..document.clone()
        }],
    ];
    for wrong in invalid {
        let refused = claire.request_information(asking(wrong)).await;
        commands::refused(&refused, "InvalidArgument FIELD_INVALID");
    }
    let items = vec![document, item(v1::InformationKind::Date, "Départ du conjoint")];
    claire
        .request_information(asking(items))
        .await
        .expect("an agency");
    let reply = |answers: &[(u32, &str)]| {
        let answers = answers.iter().map(|(item, text)| v1::ItemAnswer {
            item: *item,
            text: (*text).to_owned(),
        });
        v1::ReplyTicketRequest {
            request_id: fresh(),
            name: name.to_owned(),
            answers: answers.collect(),
            ..v1::ReplyTicketRequest::default()
        }
    };
    let rows: [(&[(u32, &str)], &str); 4] = [
        (&[(2, "en octobre")], "InvalidArgument FIELD_INVALID"),
        (&[(3, "jointe")], "FailedPrecondition ITEM_NOT_AWAITED"),
        (
            &[(1, "jointe"), (1, "jointe")],
            "FailedPrecondition ITEM_ANSWERED",
        ),
        (
            &[(1, "jointe"), (2, "2026-02-30")],
            "InvalidArgument FIELD_INVALID",
        ),
    ];
    for (answers, expected) in rows {
        commands::refused(&camille.reply_ticket(reply(answers)).await, expected);
    }
    camille
        .reply_ticket(reply(&[(2, "2026-10-05")]))
        .await
        .expect("a day");
    let left = ticket(&camille, name)
        .await
        .information_request
        .expect("one is left");
    let answered: Vec<bool> = left.items.iter().map(|item| item.answered).collect();
    assert_eq!(answered, [false, true]);
    commands::refused(
        &camille.reply_ticket(reply(&[(2, "2026-10-06")])).await,
        "FailedPrecondition ITEM_ANSWERED",
    );
    camille
        .reply_ticket(reply(&[(1, "jointe")]))
        .await
        .expect("the last");
    let given_back = ticket(&camille, name).await;
    assert_eq!(commands::state(given_back.state()), "ACKNOWLEDGED");
    hub.stop().await;
}
