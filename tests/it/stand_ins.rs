//! What a social worker who is away follows goes to who stands in, as soon as the absence begins; without a deputy it stays.

use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh};
use jiff::Timestamp;

use crate::commands::refused;

/// Longest wait for cases to be given, of which one look takes a second.
const LONG: Duration = Duration::from_secs(60);

fn away(member: &str, from: Timestamp, deputy: &str) -> v1::SetMemberAbsencesRequest {
    let at = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
    let deputy = match deputy.is_empty() {
        true => String::new(),
        false => format!("members/{deputy}"),
    };
    let absence = v1::Absence {
        start_time: Some(at(from.as_second())),
        end_time: Some(at(from.as_second() + 14 * 86_400)),
        deputy,
    };
    v1::SetMemberAbsencesRequest {
        request_id: fresh(),
        name: format!("members/{member}"),
        absences: Some(v1::MemberAbsences {
            absences: vec![absence],
            etag: String::new(),
        }),
        reason: "congés".to_owned(),
    }
}

async fn opener(client: &Client, name: &str) -> Option<String> {
    let request = v1::GetCaseRequest {
        name: name.to_owned(),
    };
    let answer = client.get_case(request).await.ok()?;
    Some(answer.case.expect("a case").opener)
}

async fn is_followed_by(client: &Client, name: &str, member: &str) {
    let looking = async {
        while opener(client, name).await.as_deref() != Some(member) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let found = tokio::time::timeout(LONG, looking).await;
    assert!(found.is_ok(), "{:?}", opener(client, name).await);
}

async fn open(client: &Client, shared_with_team: bool) -> v1::OpenCaseResponse {
    let mut case = people::standard_case();
    case.request_id = fresh();
    case.shared_with_team = shared_with_team;
    people::open(client, case).await
}

#[tokio::test]
async fn the_open_cases_of_who_is_away_go_to_who_stands_in_shared_or_not() {
    let hub = TestHub::start().await;
    let (camille, yann) = (hub.social_worker(), hub.colleague());
    let soizic = hub.speaks_as("soizic.le-bihan");
    let (private, shared) = (open(&camille, false).await, open(&camille, true).await);
    let others = open(&yann, false).await;
    assert_eq!(opener(&yann, &private.case).await, None, "it is not his to read");
    let alone = camille
        .set_member_absences(away("camille.martin", hub.now(), ""))
        .await;
    alone.expect("for oneself");
    let request = away("camille.martin", hub.now(), "yann.le-goff");
    let set = soizic.set_member_absences(request.clone()).await;
    let set = set.expect("of her organisation");
    let again = soizic
        .set_member_absences(request)
        .await
        .expect("the same request");
    assert_eq!(set, again, "one request id, one effect, one answer");
    for case in [&private.case, &shared.case] {
        is_followed_by(&yann, case, "members/yann.le-goff").await;
    }
    let events = people::events(&yann, &private.tickets[0].ticket).await;
    let last = events.last().expect("what happened");
    assert_eq!(
        (last.r#type.as_str(), last.actor.as_str()),
        ("CASE_TRANSFERRED", "members/rule")
    );
    assert!(last.text.contains("absente"), "{}", last.text);
    is_followed_by(&yann, &others.case, "members/yann.le-goff").await;

    // He leaves for a while too: what she has now goes to the manager, and what he has as well.
    let both = away("yann.le-goff", hub.now(), "soizic.le-bihan");
    yann.set_member_absences(both).await.expect("for oneself");
    for case in [&private.case, &others.case] {
        is_followed_by(&soizic, case, "members/soizic.le-bihan").await;
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_deputy_is_a_colleague_and_absences_are_said_by_oneself_or_the_manager() {
    let hub = TestHub::start().await;
    let (camille, now) = (hub.social_worker(), hub.now());
    for deputy in [
        "nora.haddad",
        "claire.morel",
        "louis.perrin",
        "nobody",
        "camille.martin",
    ] {
        let answer = camille
            .set_member_absences(away("camille.martin", now, deputy))
            .await;
        refused(&answer, "InvalidArgument FIELD_INVALID");
    }
    let of_another = camille.set_member_absences(away("yann.le-goff", now, "")).await;
    refused(&of_another, "NotFound NOT_FOUND");
    let soizic = hub.speaks_as("soizic.le-bihan");
    for elsewhere in ["nora.haddad", "claire.morel"] {
        let answer = soizic.set_member_absences(away(elsewhere, now, "")).await;
        refused(&answer, "NotFound NOT_FOUND");
    }
    for client in [hub.supervisor(), hub.auditor(), hub.connector("caf-56")] {
        let answer = client.set_member_absences(away("camille.martin", now, "")).await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    hub.stop().await;
}
