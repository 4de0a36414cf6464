//! Bad input: each refusal has its code, its reason, its sentence and its field, and nothing is done.

use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case, today};
use declic_tests::{TestHub, raw};
use jiff::ToSpan as _;
use prost::Message as _;
use tonic_types::StatusExt as _;

use crate::commands;

type Open = v1::OpenCaseRequest;

fn facts(case: &mut Open) -> &mut v1::Facts {
    case.facts.as_mut().expect("facts")
}

fn person(case: &mut Open) -> &mut v1::Person {
    case.person.as_mut().expect("a person")
}

fn mandate(case: &mut Open) -> &mut v1::Mandate {
    case.mandate.as_mut().expect("a mandate")
}

/// What is wrong, how, and the refusal on one line.
type WrongCase = (&'static str, fn(&mut Open), &'static str);

const WRONG_CASES: [WrongCase; 23] = [
    (
        "no request id",
        |c| c.request_id.clear(),
        "InvalidArgument FIELD_INVALID request_id",
    ),
    (
        "unknown commune",
        |c| facts(c).commune = "56999".into(),
        "InvalidArgument FIELD_INVALID facts.commune",
    ),
    (
        "name of a commune",
        |c| facts(c).commune = "Saint-Aubin".into(),
        "InvalidArgument FIELD_INVALID facts.commune",
    ),
    (
        "no commune",
        |c| facts(c).commune.clear(),
        "InvalidArgument FIELD_INVALID facts.commune",
    ),
    (
        "unknown benefit",
        |c| facts(c).benefit = "RMI".into(),
        "InvalidArgument FIELD_INVALID facts.benefit",
    ),
    (
        "unknown blockage",
        |c| facts(c).blockage = "BAD_LUCK".into(),
        "InvalidArgument FIELD_INVALID facts.blockage",
    ),
    (
        "no blockage",
        |c| facts(c).blockage.clear(),
        "InvalidArgument FIELD_INVALID facts.blockage",
    ),
    (
        "no regime",
        |c| facts(c).regime = 0,
        "InvalidArgument FIELD_INVALID facts.regime",
    ),
    (
        "impossible day",
        |c| person(c).birth_date = "1984-02-30".into(),
        "InvalidArgument FIELD_INVALID person.birth_date",
    ),
    (
        "day in French order",
        |c| person(c).birth_date = "14/07/1984".into(),
        "InvalidArgument FIELD_INVALID person.birth_date",
    ),
    (
        "born tomorrow",
        |c| person(c).birth_date = (today() + 2.days()).to_string(),
        "InvalidArgument FIELD_INVALID person.birth_date",
    ),
    (
        "no family name",
        |c| person(c).family_name.clear(),
        "InvalidArgument FIELD_INVALID person.family_name",
    ),
    (
        "wrong key of the number",
        |c| person(c).nir = "284135617801290".into(),
        "InvalidArgument FIELD_INVALID person.nir",
    ),
    (
        "the social-security number where every agency reads it",
        |c| person(c).agency_identifier = "2.84.13.56.178.012-89".into(),
        "InvalidArgument FIELD_INVALID person.agency_identifier",
    ),
    (
        "the same behind another number and a word",
        |c| person(c).agency_identifier = "1234567, nir 284135617801289".into(),
        "InvalidArgument FIELD_INVALID person.agency_identifier",
    ),
    (
        "control characters",
        |c| person(c).given_name = "Je\u{1b}[31manne".into(),
        "InvalidArgument FIELD_INVALID person.given_name",
    ),
    (
        "no person",
        |c| c.person = None,
        "InvalidArgument FIELD_INVALID person",
    ),
    (
        "no mandate",
        |c| c.mandate = None,
        "InvalidArgument FIELD_INVALID mandate",
    ),
    (
        "mandate of tomorrow",
        |c| mandate(c).given_on = (today() + 2.days()).to_string(),
        "InvalidArgument FIELD_INVALID mandate.given_on",
    ),
    (
        "mandate for four years",
        |c| mandate(c).expires_on = (today() + 4.years()).to_string(),
        "InvalidArgument FIELD_INVALID mandate.expires_on",
    ),
    (
        "mandate that has ended",
        |c| mandate(c).expires_on = (today() - 2.days()).to_string(),
        "FailedPrecondition MANDATE_INVALID",
    ),
    (
        "2,001 characters",
        |c| c.explanation = "é".repeat(2_001),
        "InvalidArgument FIELD_INVALID explanation",
    ),
    (
        "nothing to read",
        |c| c.explanation = " \n ".into(),
        "InvalidArgument FIELD_INVALID explanation",
    ),
];

#[tokio::test]
async fn a_wrong_case_is_refused_with_its_field_and_nothing_is_opened() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    for (what, spoil, expected) in WRONG_CASES {
        for validate_only in [false, true] {
            let mut case = Open {
                validate_only,
                ..standard_case()
            };
            spoil(&mut case);
            let refused = raw::call_as(
                &channel,
                "camille.martin",
                "CaseService/OpenCase",
                case.encode_to_vec(),
            )
            .await;
            assert_eq!(raw::line(&refused.expect_err(what)), expected, "{what}");
        }
    }
    let longest = Open {
        explanation: "é".repeat(2_000),
        ..standard_case()
    };
    people::open(&hub.social_worker(), longest).await;
    assert_eq!(hub.stop().await.cases.len(), 1);
}

#[tokio::test]
async fn an_agreement_is_of_the_day_that_it_is_where_the_case_is() {
    let paris = jiff::tz::TimeZone::get("Europe/Paris").expect("a zone of every system");
    let evening = people::mainland_today().at(22, 30, 0, 0).to_zoned(paris);
    let evening = evening.expect("a time of every day");
    let hub = TestHub::start_at(evening.timestamp()).await;
    let tomorrow = (evening.date() + 1.day()).to_string();
    let mut case = standard_case();
    mandate(&mut case).given_on.clone_from(&tomorrow);
    commands::refused(
        &hub.social_worker().open_case(case.clone()).await,
        "FailedPrecondition MANDATE_INVALID",
    );
    // It is half past midnight in Saint-Denis de La Réunion, or later.
    facts(&mut case).commune = "97411".into();
    let opened = people::open(&hub.social_worker(), case).await;
    assert_eq!(opened.tickets.len(), 1);
    hub.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let hub = TestHub::start().await;
    let mut case = standard_case();
    facts(&mut case).commune = "56999".into();
    facts(&mut case).benefit = "RMI".into();
    person(&mut case).birth_date = "1984-13-01".into();
    case.mandate = None;
    case.explanation = "a".repeat(2_001);
    let channel = hub.channel().await;
    let refused = raw::call_as(
        &channel,
        "camille.martin",
        "CaseService/OpenCase",
        case.encode_to_vec(),
    )
    .await;
    let refused = refused.expect_err("five wrong fields");
    assert_eq!(
        raw::line(&refused),
        "InvalidArgument FIELD_INVALID facts.commune facts.benefit person.birth_date mandate explanation"
    );
    hub.stop().await;
}

#[tokio::test]
async fn communes_of_one_name_are_told_apart() {
    let hub = TestHub::start().await;
    let search = |query: &str| v1::SearchCommunesRequest {
        query: query.to_owned(),
        page_size: 20,
    };
    let found = hub
        .social_worker()
        .search_communes(search("Saint-Aubin"))
        .await
        .expect("a search")
        .communes;
    let same: Vec<&v1::Commune> = found
        .iter()
        .filter(|one| one.display_name == "Saint-Aubin")
        .collect();
    assert!(same.len() >= 5, "{found:?}");
    for one in &same {
        assert!(
            !one.departement.is_empty() && !one.postal_codes.is_empty(),
            "{one:?}"
        );
        let others = same.iter().filter(|other| other.code == one.code);
        assert_eq!(others.count(), 1, "each once: {one:?}");
    }
    let none = hub
        .social_worker()
        .search_communes(search("Xyzzyville"))
        .await
        .expect("a search")
        .communes;
    assert_eq!(none, Vec::new());
    hub.stop().await;
}

#[tokio::test]
async fn bytes_that_are_no_message_are_refused_as_bad_input() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let message = |text: &[u8]| {
        let request = v1::PostMessageRequest {
            request_id: fresh(),
            name: opened.tickets[0].ticket.clone(),
            ..v1::PostMessageRequest::default()
        };
        let mut bytes = request.encode_to_vec();
        bytes.push(5 << 3 | 2);
        prost::encoding::encode_varint(text.len() as u64, &mut bytes);
        bytes.extend(text);
        bytes
    };
    let deep = vec![0x73; 100_000];
    let rows = [
        ("a text that is no UTF-8", message(b"caf\xe9"), " text"),
        ("a surrogate", message(b"\xed\xa0\x80"), " text"),
        ("a truncated message", message(b"bonjour")[..60].to_vec(), " name"),
        ("groups in groups", deep, ""),
        ("noise", vec![0xff; 64], ""),
        (
            "more than a message may hold",
            message(&vec![b'a'; 256 * 1024]),
            "",
        ),
    ];
    for (what, bytes, field) in rows {
        let refused = raw::call_as(&channel, "camille.martin", "TicketService/PostMessage", bytes).await;
        let refused = refused.expect_err(what);
        let expected = format!("InvalidArgument FIELD_INVALID{field}");
        assert_eq!(raw::line(&refused), expected, "{what}: {}", refused.message());
    }
    let well = raw::call_as(
        &channel,
        "camille.martin",
        "TicketService/PostMessage",
        message("café".as_bytes()),
    )
    .await;
    well.expect("the connection goes on");
    assert_eq!(hub.stop().await.events.len(), 2);
}

#[tokio::test]
async fn an_etag_or_an_epoch_of_before_is_a_conflict_and_says_the_current_one() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.clone();
    let read = people::ticket(&camille, &name).await.etag;
    commands::acknowledge(&claire, &name).await;
    let request = |etag: String| v1::PostMessageRequest {
        request_id: fresh(),
        name: name.clone(),
        etag,
        epoch: 0,
        text: "Des nouvelles ?".to_owned(),
    };
    let refused = camille
        .post_message(request(read))
        .await
        .expect_err("it has changed");
    assert_eq!(commands::line(&refused), "Aborted ETAG_OUTDATED");
    let current = refused.metadata.get("etag").expect("the current one").clone();
    camille
        .post_message(request(current))
        .await
        .expect("the current one");
    let nonsense = camille.post_message(request("W/\"7\"".to_owned())).await;
    commands::refused(&nonsense, "InvalidArgument FIELD_INVALID");

    commands::resolve(&claire, &name).await;
    commands::reopen(&camille, &name).await.expect("resolved");
    let late = commands::try_acknowledge(&claire, &name, 1)
        .await
        .expect_err("an epoch of before");
    assert_eq!(commands::line(&late), "Aborted EPOCH_OUTDATED");
    assert!(!late.message.contains("caf"), "it names no one: {}", late.message);
    let ahead = commands::try_acknowledge(&claire, &name, 3).await;
    commands::refused(&ahead, "Aborted EPOCH_OUTDATED");
    hub.stop().await;
}

#[tokio::test]
async fn what_the_table_does_not_allow_is_refused_with_its_reason() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    let close = || v1::CloseTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        effect: v1::Effect::Yes.into(),
        ..v1::CloseTicketRequest::default()
    };
    commands::refused(
        &camille.close_ticket(close()).await,
        "FailedPrecondition TRANSITION_NOT_ALLOWED",
    );
    let reply = |item: u32| v1::ReplyTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        answers: vec![v1::ItemAnswer {
            item,
            text: "Voici.".to_owned(),
        }],
        ..v1::ReplyTicketRequest::default()
    };
    commands::refused(
        &camille.reply_ticket(reply(1)).await,
        "FailedPrecondition TICKET_NOT_AWAITING",
    );
    commands::acknowledge(&claire, name).await;
    for _ in 0..2 {
        commands::ask(&claire, name, &["Depuis quand ?"]).await;
        commands::refused(
            &camille.reply_ticket(reply(2)).await,
            "FailedPrecondition ITEM_NOT_AWAITED",
        );
        camille.reply_ticket(reply(1)).await.expect("an awaited item");
    }
    let third = v1::RequestInformationRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        items: vec![v1::InformationItem {
            kind: v1::InformationKind::Document.into(),
            label: "Encore une pièce".to_owned(),
            why: "Au cas où".to_owned(),
            answered: false,
        }],
        ..v1::RequestInformationRequest::default()
    };
    commands::refused(
        &claire.request_information(third).await,
        "FailedPrecondition INFORMATION_LIMIT",
    );
    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        reason: v1::RedirectReason::OutsideCompetence.into(),
        message: "Pas pour nous.".to_owned(),
        agency: "agencies/caf-56".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    commands::refused(
        &claire.redirect_ticket(redirect).await,
        "FailedPrecondition REDIRECT_TO_SELF",
    );
    let by_hand = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        agency: "agencies/caf-35".to_owned(),
        reason: "Je crois.".to_owned(),
        ..v1::RouteTicketByHandRequest::default()
    };
    commands::refused(
        &hub.supervisor().route_ticket_by_hand(by_hand).await,
        "FailedPrecondition NOT_AT_TRIAGE",
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_refusal_says_what_is_not_met() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let request = v1::CloseTicketRequest {
        request_id: fresh(),
        name: opened.tickets[0].ticket.clone(),
        effect: v1::Effect::Yes.into(),
        ..v1::CloseTicketRequest::default()
    };
    let refused = raw::call_as(
        &channel,
        "camille.martin",
        "TicketService/CloseTicket",
        request.encode_to_vec(),
    )
    .await;
    let details = refused.expect_err("nothing is resolved").get_error_details();
    let failure = details.precondition_failure().expect("a PreconditionFailure");
    assert_eq!(failure.violations[0].r#type, "TRANSITION_NOT_ALLOWED");
    assert_eq!(failure.violations[0].subject, opened.tickets[0].ticket);
    hub.stop().await;
}
