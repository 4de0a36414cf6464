//! Tokens: of callers, of pages, of streams, and positions in the ledger. Each serves whom and what it was made for.

use declic_auth::TokenSigner;
use declic_proto::v1;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use declic_tests::people::{self, standard_case};
use declic_tests::{TestHub, raw};
use prost::Message as _;

use crate::commands;

type Open = v1::OpenCaseRequest;

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
        ..v1::ListCasesRequest::default()
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
