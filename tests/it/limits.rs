//! What is long is read in pieces: no answer grows beyond what a client accepts.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::{TestHub, raw};
use tonic_types::StatusExt as _;

use crate::commands;

#[tokio::test]
async fn a_thread_of_the_longest_texts_is_read_to_its_end() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let longest = "𝄞".repeat(2_000);
    commands::acknowledge(&claire, name).await;
    for _ in 0..2 {
        longest_exchange(&claire, &camille, name, &longest).await;
    }
    for _ in 0..130 {
        commands::post(&camille, name, &longest).await;
    }
    let (mut events, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListEventsRequest {
            parent: name.to_owned(),
            page_size: 200,
            page_token,
        };
        let page = claire.list_events(request).await.expect("a page");
        events.extend(page.events);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
    assert_eq!(
        numbers,
        (1..=136).collect::<Vec<u64>>(),
        "each event once, in order"
    );
    assert!(events.iter().map(|event| event.text.len()).sum::<usize>() > 1 << 20);
    hub.stop().await;
}

/// Ten items, each as long as it may be, and their ten answers.
async fn longest_exchange(agent: &Client, opener: &Client, name: &str, longest: &str) {
    let items = (0..10).map(|number| v1::InformationItem {
        kind: v1::InformationKind::Question.into(),
        label: format!("{}{number}", "𝄞".repeat(199)),
        why: "𝄞".repeat(500),
        answered: false,
    });
    let request = v1::RequestInformationRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        items: items.collect(),
        message: longest.to_owned(),
        ..v1::RequestInformationRequest::default()
    };
    agent.request_information(request).await.expect("ten items");
    let answers = (1..=10).map(|item| v1::ItemAnswer {
        item,
        text: longest.to_owned(),
    });
    let request = v1::ReplyTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        answers: answers.collect(),
        message: longest.to_owned(),
        ..v1::ReplyTicketRequest::default()
    };
    opener.reply_ticket(request).await.expect("ten answers");
}

#[tokio::test]
async fn a_list_that_is_longer_than_an_answer_comes_in_more_pages() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let mut sent = Vec::new();
    for _ in 0..150 {
        let mut case = standard_case();
        let person = case.person.as_mut().expect("a person");
        person.given_name = "𝄞".repeat(100);
        person.family_name = "𝄞".repeat(100);
        sent.push(people::open(&camille, case).await.case);
    }
    let (mut read, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListCasesRequest {
            page_size: 200,
            page_token,
            ..v1::ListCasesRequest::default()
        };
        let page = camille.list_cases(request).await.expect("a page");
        read.extend(page.cases.into_iter().map(|case| case.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    sent.reverse();
    assert_eq!(read, sent, "each case once, newest first");
    hub.stop().await;
}

#[tokio::test]
async fn who_calls_too_often_waits_and_the_others_do_not() {
    let hub = TestHub::start_with(|config| {
        config.replace(
            "calls_per_second = 100000\nburst = 100000",
            "calls_per_second = 1\nburst = 3",
        )
    })
    .await;
    let channel = hub.channel().await;
    let mut refused = None;
    for _ in 0..4 {
        let answer = raw::call_as(&channel, "camille.martin", "IdentityService/Whoami", Vec::new()).await;
        refused = answer.err().or(refused);
    }
    let refused = refused.expect("the fourth call within a second");
    assert_eq!(raw::line(&refused), "ResourceExhausted RATE_LIMITED");
    let delay = refused.get_details_retry_info().and_then(|info| info.retry_delay);
    assert!(delay.is_some(), "it says how long to wait");
    raw::call_as(&channel, "claire.morel", "IdentityService/Whoami", Vec::new())
        .await
        .expect("her own bucket");
    hub.stop().await;
}
