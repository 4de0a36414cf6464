//! Whoever is away leaves no ticket waiting: it goes to who stands in as soon as the absence begins, and stays there.

use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, ticket};
use jiff::{SignedDuration, Timestamp};

use crate::commands::{self, refused};

/// Longest wait for a handover, of which one look takes a second.
const LONG: Duration = Duration::from_secs(60);

fn absence(from: Timestamp, hours: i64, deputy: &str) -> v1::Absence {
    let at = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
    let deputy = match deputy.is_empty() {
        true => String::new(),
        false => format!("members/{deputy}"),
    };
    v1::Absence {
        start_time: Some(at(from.as_second())),
        end_time: Some(at(from.as_second() + hours * 3_600)),
        deputy,
    }
}

fn away(member: &str, absences: Vec<v1::Absence>) -> v1::SetMemberAbsencesRequest {
    v1::SetMemberAbsencesRequest {
        request_id: fresh(),
        name: format!("members/{member}"),
        absences: Some(v1::MemberAbsences {
            absences,
            etag: String::new(),
        }),
        reason: "congés".to_owned(),
    }
}

/// Waits until a ticket is with this agent.
async fn is_with(client: &Client, name: &str, agent: &str) {
    let looking = async {
        while ticket(client, name).await.agent != agent {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let found = tokio::time::timeout(LONG, looking).await;
    assert!(found.is_ok(), "{agent:?}: {:?}", ticket(client, name).await.agent);
}

#[tokio::test]
async fn tickets_go_to_who_stands_in_as_soon_as_an_absence_begins_and_stay_after_the_return() {
    let hub = TestHub::start().await;
    let (hugo, claire, camille) = (hub.speaks_as("hugo.petit"), hub.caf_agent(), hub.social_worker());
    let opened = people::open(&camille, people::standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    let tomorrow = hub.now() + SignedDuration::from_hours(24);
    let request = away("claire.morel", vec![absence(tomorrow, 48, "hugo.petit")]);
    let set = claire
        .set_member_absences(request.clone())
        .await
        .expect("her own");
    let again = claire
        .set_member_absences(request)
        .await
        .expect("the same request");
    assert_eq!(set, again, "one request id, one effect, one answer");
    assert_eq!(
        ticket(&hugo, name).await.agent,
        "members/claire.morel",
        "she is still there"
    );

    hub.pass(SignedDuration::from_hours(25));
    is_with(&hugo, name, "members/hugo.petit").await;
    let events = people::events(&camille, name).await;
    let last = events.last().expect("an event");
    assert_eq!(
        (last.actor.as_str(), last.r#type.as_str()),
        ("members/rule", "ASSIGNED")
    );

    // Nobody gives it to her meanwhile; afterwards she is back, and what went stays.
    let epoch = ticket(&hugo, name).await.epoch;
    let assign = |request_id| v1::AssignTicketRequest {
        request_id,
        name: name.to_owned(),
        epoch,
        agent: "members/claire.morel".to_owned(),
        reason: "elle connaît le dossier".to_owned(),
        ..v1::AssignTicketRequest::default()
    };
    refused(
        &hugo.assign_ticket(assign(fresh())).await,
        "InvalidArgument FIELD_INVALID",
    );
    hub.pass(SignedDuration::from_hours(48));
    assert_eq!(ticket(&hugo, name).await.agent, "members/hugo.petit");
    hugo.assign_ticket(assign(fresh())).await.expect("she is back");
    hub.stop().await;
}

#[tokio::test]
async fn each_says_when_she_is_away_and_a_manager_for_her_agency() {
    let hub = TestHub::start().await;
    let (hugo, claire, jean) = (hub.speaks_as("hugo.petit"), hub.caf_agent(), hub.administrator());
    let now = hub.now();
    let one = |deputy: &str| vec![absence(now, 8, deputy)];
    hugo.set_member_absences(away("claire.morel", one("")))
        .await
        .expect("of her agency");
    jean.set_member_absences(away("lea.robert", one("")))
        .await
        .expect("for an administrator");
    let shown = hugo
        .get_member(v1::GetMemberRequest {
            name: "members/claire.morel".to_owned(),
        })
        .await;
    let shown = shown
        .expect("a colleague")
        .member
        .expect("it")
        .absences
        .expect("told");
    assert_eq!(shown.absences, one(""));
    let mut outdated = away("claire.morel", Vec::new());
    outdated.absences.get_or_insert_default().etag = "1".to_owned();
    refused(
        &claire.set_member_absences(outdated).await,
        "Aborted ETAG_OUTDATED",
    );

    // Of another agency, a colleague's, of nobody, of who follows and treats nothing: all the same.
    for (client, id) in [
        (&hugo, "lea.robert"),
        (&claire, "gael.tanguy"),
        (&hugo, "personne"),
        (&jean, "paul.durand"),
    ] {
        let answer = client.set_member_absences(away(id, Vec::new())).await;
        refused(&answer, "NotFound NOT_FOUND");
    }
    let answer = hub
        .supervisor()
        .set_member_absences(away("paul.durand", Vec::new()))
        .await;
    refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    let rows = [
        (
            one("lea.robert"),
            "absences.deputy",
            "is no active colleague of the same agency",
        ),
        (one("claire.morel"), "absences", "a deputy is somebody else"),
        (
            vec![absence(now, 0, "")],
            "absences",
            "an absence ends after it begins",
        ),
        (
            [one(""), one("")].concat(),
            "absences",
            "two absences lie over each other",
        ),
        (vec![v1::Absence::default()], "absences.start_time", "is required"),
    ];
    for (absences, field, why) in rows {
        let answer = hugo.set_member_absences(away("claire.morel", absences)).await;
        refused(&answer, "InvalidArgument FIELD_INVALID");
        let violations = answer.expect_err("a refusal").violations;
        let told = violations
            .iter()
            .any(|(at, told)| at == field && told.starts_with(why));
        assert!(told, "{field} {why}: {violations:?}");
    }
    hub.stop().await;
}
