//! One request id, one effect, one answer: sent twice, at once, over a network that loses answers.

use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::proxy::Proxy;
use declic_tests::{TestHub, raw};
use prost::Message as _;

use crate::commands;

#[tokio::test]
async fn a_request_sent_twice_gets_the_same_bytes_and_does_nothing_more() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let mut sent: Vec<(&str, &str, Vec<u8>)> = vec![(
        "camille.martin",
        "CaseService/OpenCase",
        standard_case().encode_to_vec(),
    )];
    let mut answers: Vec<Vec<u8>> = Vec::new();
    let mut ticket = String::new();
    for step in 0..5 {
        let (member, method, bytes) = sent[step].clone();
        let answer = raw::call_as(&channel, member, method, bytes).await.expect(method);
        if step == 0 {
            let opened = v1::OpenCaseResponse::decode(answer.as_slice()).expect("an answer");
            ticket = opened.tickets[0].ticket.clone();
        }
        answers.push(answer);
        sent.extend(next(step, &ticket));
    }
    // The ticket has moved on, and each request still gets the answer of its time.
    for _ in 0..2 {
        for ((member, method, bytes), answer) in sent.iter().zip(&answers) {
            let again = raw::call_as(&channel, member, method, bytes.clone())
                .await
                .expect(method);
            assert_eq!(&again, answer, "{method}");
        }
    }
    assert_eq!(
        hub.stop().await.events.len(),
        6,
        "a redirect writes on both of its tickets"
    );
}

#[tokio::test]
async fn an_opening_sent_again_takes_no_number() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let number_of = async |bytes: Vec<u8>| {
        let answer = raw::call_as(&channel, "camille.martin", "CaseService/OpenCase", bytes).await;
        let opened = v1::OpenCaseResponse::decode(answer.expect("a case").as_slice()).expect("an answer");
        let number = opened.reference.split('-').nth(1).expect("a number");
        number.parse::<u32>().expect("digits")
    };
    let bytes = standard_case().encode_to_vec();
    let first = number_of(bytes.clone()).await;
    for _ in 0..5 {
        assert_eq!(number_of(bytes.clone()).await, first);
    }
    assert_eq!(number_of(standard_case().encode_to_vec()).await, first + 1);
    hub.stop().await;
}

/// What is sent after the step of this number.
fn next(step: usize, ticket: &str) -> Option<(&'static str, &'static str, Vec<u8>)> {
    let (request_id, name, epoch) = (fresh(), ticket.to_owned(), 1);
    let text = "Un texte.".to_owned();
    Some(match step {
        0 => {
            let request = v1::AcknowledgeTicketRequest {
                request_id,
                name,
                epoch,
                ..Default::default()
            };
            (
                "claire.morel",
                "TicketService/AcknowledgeTicket",
                request.encode_to_vec(),
            )
        }
        1 => {
            let request = v1::PostMessageRequest {
                request_id,
                name,
                text,
                ..Default::default()
            };
            (
                "camille.martin",
                "TicketService/PostMessage",
                request.encode_to_vec(),
            )
        }
        2 => {
            let request = v1::RedirectTicketRequest {
                request_id,
                name,
                epoch,
                reason: v1::RedirectReason::WrongRegime.into(),
                regime: v1::Regime::Agricultural.into(),
                message: text,
                ..Default::default()
            };
            (
                "claire.morel",
                "TicketService/RedirectTicket",
                request.encode_to_vec(),
            )
        }
        3 => {
            let name = ticket
                .rsplit_once("/tickets/")
                .expect("a ticket's name")
                .0
                .to_owned();
            let request = v1::WithdrawCaseRequest {
                request_id,
                name,
                reason: text,
                ..Default::default()
            };
            (
                "camille.martin",
                "CaseService/WithdrawCase",
                request.encode_to_vec(),
            )
        }
        _ => return None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_copies_at_once_have_one_effect_and_one_answer() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    for _ in 0..10 {
        let case = standard_case().encode_to_vec();
        let opening = at_once(&channel, "camille.martin", "CaseService/OpenCase", case).await;
        let opened = v1::OpenCaseResponse::decode(opening.as_slice()).expect("an answer");
        for step in 0..4 {
            let (member, method, bytes) = next(step, &opened.tickets[0].ticket).expect("a next step");
            at_once(&channel, member, method, bytes).await;
        }
    }
    let findings = hub.stop().await;
    assert_eq!((findings.cases.len(), findings.events.len()), (10, 60));
}

/// Sends twenty copies and gives the one answer they all got.
async fn at_once(channel: &tonic::transport::Channel, member: &str, method: &str, bytes: Vec<u8>) -> Vec<u8> {
    let copies = (0..20_usize).map(|index| {
        let (channel, member, method, bytes) = (
            channel.clone(),
            member.to_owned(),
            method.to_owned(),
            bytes.clone(),
        );
        tokio::spawn(async move {
            // Some copies meet the first one at every stage of its way.
            for _ in 0..index * 12 {
                tokio::task::yield_now().await;
            }
            raw::call_as(&channel, &member, &method, bytes).await
        })
    });
    let answers = futures::future::join_all(copies).await;
    let answers = answers.into_iter().map(|answer| answer.expect("no copy panics"));
    let mut answers: Vec<Vec<u8>> = answers
        .map(|answer| answer.unwrap_or_else(|status| panic!("{method}: {status:?}")))
        .collect();
    answers.dedup();
    let [answer] = answers.as_slice() else {
        panic!("{method}: {} answers", answers.len())
    };
    answer.clone()
}

#[tokio::test]
async fn a_request_id_serves_one_content_of_one_caller() {
    let hub = TestHub::start().await;
    let (camille, yann) = (hub.social_worker(), hub.colleague());
    let opened = people::open(
        &camille,
        v1::OpenCaseRequest {
            shared_with_team: true,
            ..standard_case()
        },
    )
    .await;
    let post = |text: &str| v1::PostMessageRequest {
        request_id: "0190f3a2-7c1e-4d7f-8a41-5b0a6a1c2e3d".to_owned(),
        name: opened.tickets[0].ticket.clone(),
        text: text.to_owned(),
        ..v1::PostMessageRequest::default()
    };
    let first = camille.post_message(post("Un.")).await.expect("a message");
    let reused = "FailedPrecondition REQUEST_ID_REUSED";
    commands::refused(&camille.post_message(post("Deux.")).await, reused);
    let elsewhere = v1::WithdrawTicketRequest {
        request_id: post("").request_id,
        name: opened.tickets[0].ticket.clone(),
        reason: "Un.".to_owned(),
        ..v1::WithdrawTicketRequest::default()
    };
    commands::refused(&camille.withdraw_ticket(elsewhere).await, reused);
    let opening = v1::OpenCaseRequest {
        request_id: post("").request_id,
        ..standard_case()
    };
    commands::refused(&camille.open_case(opening).await, reused);
    let others = yann
        .post_message(post("Un."))
        .await
        .expect("another caller's own id");
    assert_ne!(others, first, "nobody gets another caller's answer");
    assert_eq!(hub.stop().await.events.len(), 3);
}

#[tokio::test]
async fn an_answer_that_is_lost_on_the_way_comes_at_the_retry_and_the_effect_is_there_once() {
    let hub = TestHub::start().await;
    let proxy = Proxy::before(hub.running().address).await;
    let mut options = hub.options("camille.martin");
    options.endpoint = proxy.endpoint();
    let camille = declic_client::Client::connect_lazy(options).expect("options that work");
    let opened = people::open(&camille, standard_case()).await;
    for _ in 0..3 {
        proxy.lose_next_answer();
        commands::post(&camille, &opened.tickets[0].ticket, "Des nouvelles ?").await;
    }
    assert_eq!(proxy.lost(), 3);
    assert_eq!(hub.stop().await.events.len(), 4);
}
