//! Bad input: each refusal has its code, its reason, its sentence and its field, and nothing is done.

use declic_auth::TokenSigner;
use declic_proto::v1;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use declic_tests::people::{self, fresh, standard_case, today};
use declic_tests::{TestHub, raw};
use jiff::ToSpan as _;
use prost::Message as _;
use tonic::{Code, Status};
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

const WRONG_CASES: [WrongCase; 21] = [
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
        |c| person(c).nir = "284075617801291".into(),
        "InvalidArgument FIELD_INVALID person.nir",
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
async fn a_page_token_serves_its_caller_and_its_question_only() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    for _ in 0..3 {
        people::open(
            &camille,
            Open {
                shared_with_team: true,
                ..standard_case()
            },
        )
        .await;
    }
    let list = |token: &str, state: v1::CaseState| v1::ListCasesRequest {
        page_size: 1,
        page_token: token.to_owned(),
        filter: Some(v1::CaseFilter {
            state: state.into(),
            ..v1::CaseFilter::default()
        }),
    };
    let open = v1::CaseState::Open;
    let first = camille.list_cases(list("", open)).await.expect("a page");
    let token = first.next_page_token.as_str();
    let second = camille
        .list_cases(list(token, open))
        .await
        .expect("the next page");
    assert_ne!(first.cases[0].name, second.cases[0].name);

    let refused = "InvalidArgument PAGE_TOKEN_INVALID";
    commands::refused(&hub.colleague().list_cases(list(token, open)).await, refused);
    commands::refused(
        &camille.list_cases(list(token, v1::CaseState::Ended)).await,
        refused,
    );
    for index in 0..token.len() {
        let mut wrong = token.as_bytes().to_vec();
        // The last character may carry bits that are no part of the token: it is then refused as not canonical.
        wrong[index] = if wrong[index] == b'A' { b'B' } else { b'A' };
        let wrong = String::from_utf8(wrong).expect("ASCII");
        commands::refused(&camille.list_cases(list(&wrong, open)).await, refused);
    }
    let tickets = v1::ListTicketsRequest {
        page_token: token.to_owned(),
        ..v1::ListTicketsRequest::default()
    };
    commands::refused(&camille.list_tickets(tickets).await, refused);
    let (below, above) = (
        v1::ListCasesRequest {
            page_size: -1,
            ..list("", open)
        },
        v1::ListCasesRequest {
            page_size: 201,
            ..list("", open)
        },
    );
    for request in [below, above] {
        commands::refused(
            &camille.list_cases(request).await,
            "InvalidArgument FIELD_INVALID",
        );
    }
    hub.stop().await;
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
async fn only_a_fresh_token_of_an_enrolled_key_for_this_hub_is_taken() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let now = SystemClock.now().as_second();
    let token = |key: &str, subject: &str, audience: &str, at: i64| {
        let signer = TokenSigner::new(&people::key(key), subject, audience).expect("a key that signs");
        format!("Bearer {}", signer.token(at, SystemIds.random()))
    };
    let good = token("camille.martin", "camille.martin", people::AUDIENCE, now);
    let expired = token("camille.martin", "camille.martin", people::AUDIENCE, now - 3_600);
    let future = token("camille.martin", "camille.martin", people::AUDIENCE, now + 3_600);
    let elsewhere = token("camille.martin", "camille.martin", "another-hub", now);
    let stranger = token("a.stranger", "a.stranger", people::AUDIENCE, now);
    let usurper = token("claire.morel", "camille.martin", people::AUDIENCE, now);
    let gone = token("louis.perrin", "louis.perrin", people::AUDIENCE, now);
    let mut forged = good.clone();
    let middle = forged.len() / 2;
    let other = if forged.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    forged.replace_range(middle..=middle, other);
    let rows: [(&str, Vec<&str>); 11] = [
        ("none", vec![]),
        ("empty", vec![""]),
        ("another scheme", vec!["Basic Y2FtaWxsZTptYXJ0aW4="]),
        ("expired", vec![&expired]),
        ("of the future", vec![&future]),
        ("for another hub", vec![&elsewhere]),
        ("of an unknown key", vec![&stranger]),
        ("of one's own key in another's name", vec![&usurper]),
        ("of a member who left", vec![&gone]),
        ("altered", vec![&forged]),
        ("twice", vec![&good, &good]),
    ];
    let mut sentences = std::collections::BTreeSet::new();
    for (what, authorization) in rows {
        let refused = raw::call(&channel, "IdentityService/Whoami", &authorization, Vec::new()).await;
        let refused = refused.expect_err(what);
        assert_eq!(raw::line(&refused), "Unauthenticated TOKEN_INVALID", "{what}");
        sentences.insert(refused.message().to_owned());
    }
    assert_eq!(
        sentences.len(),
        2,
        "a refusal does not say which check failed: {sentences:?}"
    );
    raw::call(&channel, "IdentityService/Whoami", &[&good], Vec::new())
        .await
        .expect("a good token");
    hub.stop().await;
}

#[tokio::test]
async fn a_role_is_refused_what_it_may_never_call() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let rows = [
        ("ines.fabre", "CaseService/OpenCase"),
        ("jean.rolland", "CaseService/ListCases"),
        ("connector.caf-56", "CaseService/OpenCase"),
        ("claire.morel", "CaseService/WithdrawCase"),
        ("camille.martin", "TicketService/AcknowledgeTicket"),
        ("camille.martin", "TicketService/AddNote"),
        ("claire.morel", "TicketService/RouteTicketByHand"),
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
            text,
        }
        .encode_to_vec(),
        "AddNote" => v1::AddNoteRequest {
            request_id,
            name,
            etag,
            text,
        }
        .encode_to_vec(),
        other => panic!("no message for {other}"),
    }
}

#[tokio::test]
async fn a_resume_token_serves_its_mailbox_only_and_not_beyond_what_exists() {
    let hub = TestHub::start().await;
    let hub = hub
        .restart_between(async |folder| copy(&folder.join("data"), &folder.join("backup")))
        .await;
    people::open(&hub.social_worker(), standard_case()).await;
    let channel = hub.channel().await;
    let mut watch = hub.connector("caf-56").watch("");
    let declic_client::Item::Notice {
        resume_token: token, ..
    } = watch.next().await.expect("a notice")
    else {
        panic!("a notice comes before a heartbeat")
    };
    drop(watch);
    let mut flipped = token.clone().into_bytes();
    flipped[3] ^= 1;
    let flipped = String::from_utf8(flipped).expect("ASCII");
    let invalid = "InvalidArgument RESUME_TOKEN_INVALID";
    let rows = [
        ("connector.caf-35", token.as_str(), invalid),
        ("connector.caf-56", flipped.as_str(), invalid),
        ("connector.caf-56", "not a token", invalid),
        ("claire.morel", "", "PermissionDenied ROLE_FORBIDDEN"),
    ];
    for (member, token, expected) in rows {
        assert_eq!(
            watch_refusal(&channel, member, token).await,
            expected,
            "{member} {token}"
        );
    }

    // The hub comes back from a backup that is older than what its clients hold.
    let hub = hub
        .restart_between(async |folder| copy(&folder.join("backup"), &folder.join("data")))
        .await;
    let channel = hub.channel().await;
    let expected = "OutOfRange RESUME_TOKEN_OUT_OF_RANGE";
    assert_eq!(
        watch_refusal(&channel, "connector.caf-56", &token).await,
        expected
    );
    hub.stop().await;
}

async fn watch_refusal(channel: &tonic::transport::Channel, member: &str, token: &str) -> String {
    let request = v1::WatchTicketsRequest {
        resume_token: token.to_owned(),
    }
    .encode_to_vec();
    let refused = raw::call_as(channel, member, "TicketService/WatchTickets", request).await;
    raw::line(&refused.expect_err(token))
}

/// Replaces a folder by a copy of another.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).expect("a folder of the test");
    }
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[tokio::test]
async fn nothing_is_proven_beyond_what_is_published() {
    let hub = TestHub::start().await.restart().await;
    let auditor = hub.auditor();
    let size = auditor
        .get_checkpoint(v1::GetCheckpointRequest { minimum_size: 0 })
        .await
        .expect("one")
        .size;
    let beyond = "OutOfRange BEYOND_PUBLISHED";
    let checkpoint = auditor.get_checkpoint(v1::GetCheckpointRequest {
        minimum_size: size + 1,
    });
    commands::refused(&checkpoint.await, beyond);
    let leaves = auditor.list_leaves(v1::ListLeavesRequest {
        start: size,
        limit: 1,
    });
    commands::refused(&leaves.await, beyond);
    let growth = auditor.get_consistency_proof(v1::GetConsistencyProofRequest {
        from_size: size,
        to_size: size + 9,
    });
    commands::refused(&growth.await, beyond);
    let unknown = auditor.get_inclusion_proof(v1::GetInclusionProofRequest {
        event_id: vec![7; 16],
        size: 0,
    });
    commands::refused(&unknown.await, "NotFound NOT_FOUND");
    hub.stop().await;
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
