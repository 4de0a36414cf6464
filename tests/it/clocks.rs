//! Who reads which clocks, and that they agree with what everybody else is shown.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, ticket};
use jiff::SignedDuration;

use crate::commands;

async fn clock(client: &Client, case: &str) -> v1::GetCaseClockResponse {
    let request = v1::GetCaseClockRequest {
        name: case.to_owned(),
    };
    client.get_case_clock(request).await.expect("a case of its own")
}

/// Tickets of each chain, by number.
fn tickets(answer: &v1::GetCaseClockResponse) -> Vec<Vec<&str>> {
    let number = |ticket: &v1::ClockTicket| -> Option<usize> { ticket.ticket.rfind('/') };
    let chains = answer.chains.iter().map(|chain| {
        let tickets = chain.tickets.iter();
        tickets
            .map(|ticket| &ticket.ticket[number(ticket).expect("a name") + 1..])
            .collect()
    });
    chains.collect()
}

#[tokio::test]
async fn each_party_reads_the_clocks_of_its_own_tickets_and_strangers_none() {
    let hub = TestHub::start().await;
    let (camille, claire, marc) = (hub.social_worker(), hub.caf_agent(), hub.msa_agent());
    let opened = people::open(&camille, people::standard_case()).await;
    let case = opened.case.as_str();
    let first = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, first).await;
    hub.pass(SignedDuration::from_hours(50));
    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: first.to_owned(),
        epoch: 1,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Régime agricole.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    claire.redirect_ticket(redirect).await.expect("another regime");
    hub.pass(SignedDuration::from_hours(5));

    let whole = clock(&camille, &opened.reference).await;
    assert_eq!(
        (whole.case.as_str(), whole.reference.as_str()),
        (case, opened.reference.as_str())
    );
    assert_eq!(tickets(&whole), [["1", "2"]]);
    let [chain] = whole.chains.as_slice() else {
        panic!("one chain")
    };
    assert!(!chain.partial && chain.legal_hint.is_some());
    let shares: Vec<(v1::ClockPart, i64)> =
        chain.shares.iter().map(|one| (one.part(), one.seconds)).collect();
    let [
        (v1::ClockPart::BeforeAcknowledgement, after),
        (v1::ClockPart::WrongAgency, before),
    ] = shares[..]
    else {
        panic!("{shares:?}")
    };
    assert!(
        (50 * 3_600..51 * 3_600).contains(&before) && (5 * 3_600..6 * 3_600).contains(&after),
        "{shares:?}"
    );
    assert_eq!(before + after, chain.whole_seconds);
    let person = whole
        .person
        .as_ref()
        .expect("who reads all reads the person's clock");
    assert!(person.end_time.is_none() && person.elapsed_seconds >= 55 * 3_600);

    for (client, own, hint) in [(&claire, "1", false), (&marc, "2", false)] {
        let part = clock(client, case).await;
        assert_eq!(tickets(&part), [[own]]);
        let [chain] = part.chains.as_slice() else {
            panic!("one chain")
        };
        assert!(chain.partial && chain.legal_hint.is_some() == hint && part.person.is_none());
    }
    assert_eq!(tickets(&clock(&hub.supervisor(), case).await), [["1", "2"]]);
    let request = v1::GetCaseClockRequest {
        name: case.to_owned(),
    };
    let stranger = hub.other_social_worker().get_case_clock(request.clone()).await;
    commands::refused(&stranger, "NotFound NOT_FOUND");
    let auditor = hub.auditor().get_case_clock(request).await;
    commands::refused(&auditor, "PermissionDenied ROLE_FORBIDDEN");
    let nameless = camille.get_case_clock(v1::GetCaseClockRequest::default()).await;
    commands::refused(&nameless, "InvalidArgument FIELD_INVALID");
    hub.stop().await;
}

#[tokio::test]
async fn a_list_a_ticket_and_its_clock_say_the_same_deadline() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, people::standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let due = async |resolve: bool| {
        let shown = ticket(&claire, name).await.due_time;
        let listed = claire
            .list_tickets(v1::ListTicketsRequest::default())
            .await
            .expect("a list");
        assert_eq!(listed.tickets[0].due_time, shown);
        let told = clock(&camille, &opened.case).await;
        let epoch = &told.chains[0].tickets[0].epochs[0];
        let clock = if resolve {
            &epoch.resolve
        } else {
            &epoch.acknowledge
        };
        let clock = clock.as_ref().expect("a clock");
        (shown, clock.due_time, clock.state())
    };
    let (shown, told, state) = due(false).await;
    assert!(shown.is_some() && shown == told && state == v1::ClockState::Running);
    commands::acknowledge(&claire, name).await;
    let (shown, told, _) = due(true).await;
    assert!(shown.is_some() && shown == told);
    commands::ask(&claire, name, &["Depuis quand ?"]).await;
    let (shown, _, state) = due(true).await;
    assert!(
        shown.is_none() && state == v1::ClockState::Paused,
        "no clock runs while a reply is awaited"
    );
    commands::reply(&camille, name, 1, "Depuis mars").await;
    assert!(due(true).await.0.is_some());
    commands::resolve(&claire, name).await;
    let (shown, _, state) = due(true).await;
    assert!(shown.is_none() && state == v1::ClockState::Stopped);
    hub.stop().await;
}
