//! Hours, closures and targets are kept in the directory, and hold for what is routed afterwards: nothing that stands is
//! rewritten by them.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, ticket};

use crate::commands::refused;

fn opening(weekday: i32, opens: &str, closes: &str) -> v1::OpeningTime {
    v1::OpeningTime {
        weekday,
        opens: opens.to_owned(),
        closes: closes.to_owned(),
    }
}

fn closure(first_day: &str, last_day: &str, part: v1::ClosurePart) -> v1::AgencyClosure {
    v1::AgencyClosure {
        first_day: first_day.to_owned(),
        last_day: last_day.to_owned(),
        part: part.into(),
    }
}

/// The Caf, open on Wednesday mornings and shut for a week.
fn wednesdays() -> v1::SetAgencyCalendarRequest {
    v1::SetAgencyCalendarRequest {
        request_id: fresh(),
        name: "agencies/caf-56".to_owned(),
        calendar: Some(v1::AgencyCalendar {
            hours: vec![opening(3, "10:30", "12:00"), opening(3, "09:00", "10:00")],
            closures: vec![
                closure("2026-12-24", "2026-12-31", v1::ClosurePart::Day),
                closure("2026-12-23", "", v1::ClosurePart::Afternoon),
            ],
            etag: String::new(),
        }),
        reason: "horaires d’hiver".to_owned(),
    }
}

async fn calendar(client: &Client) -> v1::AgencyCalendar {
    let name = "agencies/caf-56".to_owned();
    let read = client.get_agency(v1::GetAgencyRequest { name }).await;
    let agency = read.expect("an agency").agency.expect("it");
    agency.calendar.expect("it always has one")
}

#[tokio::test]
async fn a_desk_manager_says_when_her_agency_is_open_and_what_stands_keeps_its_deadlines() {
    let hub = TestHub::start().await;
    let (hugo, claire, camille) = (hub.speaks_as("hugo.petit"), hub.caf_agent(), hub.social_worker());
    let usual = calendar(&claire).await;
    assert_eq!(
        (usual.hours.len(), usual.etag.as_str()),
        (5, ""),
        "9 to 17 for who says nothing"
    );
    let opened = people::open(&camille, people::standard_case()).await;
    let before = ticket(&camille, &opened.tickets[0].ticket).await.due_time;

    let request = wednesdays();
    let set = hugo
        .set_agency_calendar(request.clone())
        .await
        .expect("her agency");
    let again = hugo.set_agency_calendar(request).await.expect("the same request");
    assert_eq!(set, again, "one request id, one effect, one answer");
    let set = set.calendar.expect("it");
    assert_eq!(
        set.hours,
        [opening(3, "09:00", "10:00"), opening(3, "10:30", "12:00")]
    );
    let closures = [
        closure("2026-12-23", "", v1::ClosurePart::Afternoon),
        closure("2026-12-24", "2026-12-31", v1::ClosurePart::Day),
    ];
    assert_eq!(set.closures, closures);
    assert_eq!(calendar(&claire).await, set);

    let after = ticket(&camille, &opened.tickets[0].ticket).await.due_time;
    assert_eq!(after, before, "what stands keeps its deadline");
    let later = people::open(&camille, people::standard_case()).await;
    let later = ticket(&camille, &later.tickets[0].ticket)
        .await
        .due_time
        .expect("a deadline");
    assert!(
        later.seconds > before.expect("a deadline").seconds + 86_400,
        "two Wednesdays from now"
    );

    let mut outdated = wednesdays();
    outdated.calendar.get_or_insert_default().etag = "1".to_owned();
    refused(&hugo.set_agency_calendar(outdated).await, "Aborted ETAG_OUTDATED");
    let mut elsewhere = wednesdays();
    elsewhere.name = "agencies/msa-portes-de-bretagne".to_owned();
    refused(&hugo.set_agency_calendar(elsewhere).await, "NotFound NOT_FOUND");
    let unknown = v1::SetAgencyCalendarRequest {
        name: "agencies/nulle-part".to_owned(),
        ..wednesdays()
    };
    refused(
        &hub.administrator().set_agency_calendar(unknown).await,
        "NotFound NOT_FOUND",
    );
    refused(
        &claire.set_agency_calendar(wednesdays()).await,
        "PermissionDenied ROLE_FORBIDDEN",
    );

    let hub = hub.restart().await;
    assert_eq!(calendar(&hub.caf_agent()).await, set, "it is stored");
    hub.stop().await;
}

#[tokio::test]
async fn a_calendar_that_is_never_open_is_refused_and_says_why() {
    let hub = TestHub::start().await;
    let jean = hub.administrator();
    let whole = v1::ClosurePart::Day;
    let wednesday = || vec![opening(3, "09:00", "12:00")];
    let year = closure("2027-01-01", "2027-12-31", whole);
    let rows = [
        (
            Vec::new(),
            Vec::new(),
            "at least one day of the week must be open",
        ),
        (
            wednesday(),
            vec![year, closure("2028-01-01", "2028-02-01", whole)],
            "from 2027-01-01 on no hour",
        ),
        (
            vec![opening(8, "09:00", "12:00")],
            Vec::new(),
            "give a day of the week",
        ),
        (
            vec![opening(3, "9h", "12:00")],
            Vec::new(),
            "is not a time of the day",
        ),
        (
            vec![opening(3, "12:00", "09:00")],
            Vec::new(),
            "a day must close after it opens",
        ),
        (
            vec![opening(3, "09:00", "12:00"), opening(3, "11:00", "13:00")],
            Vec::new(),
            "two openings of a day",
        ),
        (
            wednesday(),
            vec![closure("2027-01-02", "2027-01-01", whole)],
            "ends before it begins",
        ),
        (
            wednesday(),
            vec![closure("2027-01-01", "2028-01-03", whole)],
            "lasts more than 366 days",
        ),
        (
            wednesday(),
            vec![closure("2027-02-30", "", whole)],
            "is not a day of the calendar",
        ),
        (
            wednesday(),
            vec![closure("2027-02-01", "", v1::ClosurePart::Unspecified)],
            "is required",
        ),
    ];
    for (hours, closures, why) in rows {
        let request = v1::SetAgencyCalendarRequest {
            calendar: Some(v1::AgencyCalendar {
                hours,
                closures,
                etag: String::new(),
            }),
            ..wednesdays()
        };
        let answer = jean.set_agency_calendar(request).await;
        refused(&answer, "InvalidArgument FIELD_INVALID");
        let violations = answer.expect_err("a refusal").violations;
        assert!(
            violations.iter().any(|(_, told)| told.starts_with(why)),
            "{why}: {violations:?}"
        );
    }
    assert_eq!(calendar(&jean).await.etag, "", "nothing was changed");
    hub.stop().await;
}

fn policy(agency: &str, benefit: &str, version: &str, resolve: &str) -> v1::SetClockPolicyRequest {
    let targets = |acknowledge: &str, resolve: &str| v1::ClockTargets {
        acknowledge: acknowledge.to_owned(),
        resolve: resolve.to_owned(),
    };
    v1::SetClockPolicyRequest {
        request_id: fresh(),
        policy: Some(v1::ClockPolicy {
            agency: agency.to_owned(),
            benefit: benefit.to_owned(),
            version: version.to_owned(),
            ordinary: Some(targets("1d", resolve)),
            urgent: Some(targets("1h", "4h")),
            etag: String::new(),
        }),
        reason: "convention".to_owned(),
        ..v1::SetClockPolicyRequest::default()
    }
}

async fn versions(client: &Client) -> Vec<(String, String, String)> {
    let listed = client
        .list_clock_policies(v1::ListClockPoliciesRequest::default())
        .await;
    let listed = listed.expect("for everyone").policies.into_iter();
    listed.map(|one| (one.agency, one.benefit, one.version)).collect()
}

#[tokio::test]
async fn targets_are_set_level_by_level_and_hold_for_what_is_routed_afterwards() {
    let hub = TestHub::start().await;
    let (jean, camille) = (hub.administrator(), hub.social_worker());
    let row = |agency: &str, benefit: &str, version: &str| {
        (agency.to_owned(), benefit.to_owned(), version.to_owned())
    };
    let national = row("", "", "national-2026.11");
    assert_eq!(versions(&camille).await, std::slice::from_ref(&national));
    let opened = people::open(&camille, people::standard_case()).await;
    let before = ticket(&camille, &opened.tickets[0].ticket).await.due_time;

    let request = policy("agencies/caf-56", "", "caf-56-a", "3d");
    let set = jean.set_clock_policy(request.clone()).await.expect("a policy");
    assert_eq!(
        set,
        jean.set_clock_policy(request).await.expect("the same request")
    );
    jean.set_clock_policy(policy("agencies/caf-56", "RSA", "caf-56-rsa", "2d"))
        .await
        .expect("a policy");
    let expected = [
        national.clone(),
        row("agencies/caf-56", "", "caf-56-a"),
        row("agencies/caf-56", "RSA", "caf-56-rsa"),
    ];
    assert_eq!(versions(&camille).await, expected);
    let name = &opened.tickets[0].ticket;
    assert_eq!(
        ticket(&camille, name).await.due_time,
        before,
        "what stands keeps its deadline"
    );
    let later = people::open(&camille, people::standard_case()).await;
    let clock = v1::GetCaseClockRequest { name: later.case };
    let clock = camille.get_case_clock(clock).await.expect("her case");
    assert_eq!(clock.chains[0].tickets[0].policy, "caf-56-rsa");

    // It is replaced on what was read, and taken back.
    let again = policy("agencies/caf-56", "", "caf-56-b", "4d");
    refused(
        &jean.set_clock_policy(again.clone()).await,
        "Aborted ETAG_OUTDATED",
    );
    let mut again = v1::SetClockPolicyRequest {
        request_id: fresh(),
        ..again
    };
    again.policy.get_or_insert_default().etag = set.policy.expect("it").etag;
    let replaced = jean.set_clock_policy(again).await.expect("on what was read");
    let withdraw = |etag: &str| v1::SetClockPolicyRequest {
        request_id: fresh(),
        policy: Some(v1::ClockPolicy {
            agency: "agencies/caf-56".to_owned(),
            etag: etag.to_owned(),
            ..v1::ClockPolicy::default()
        }),
        withdraw: true,
        reason: "fin de l’essai".to_owned(),
    };
    let etag = replaced.policy.expect("it").etag;
    let gone = jean
        .set_clock_policy(withdraw(&etag))
        .await
        .expect("on what was read");
    assert_eq!(gone.policy, None);
    assert_eq!(
        versions(&camille).await,
        [expected[0].clone(), expected[2].clone()]
    );
    let twice = jean.set_clock_policy(withdraw("")).await;
    refused(&twice, "NotFound NOT_FOUND");
    hub.stop().await;
}

#[tokio::test]
async fn a_target_of_zero_is_refused_and_so_is_who_keeps_no_policies() {
    let hub = TestHub::start().await;
    let jean = hub.administrator();
    let wrong = [
        (
            policy("", "RSA", "v", "0d"),
            "policy.ordinary.resolve",
            "a target of zero",
        ),
        (
            policy("", "RSA", "v", "400d"),
            "policy.ordinary.resolve",
            "write a target as",
        ),
        (
            policy("", "RSA", "v", "1h"),
            "policy.ordinary.acknowledge",
            "the time to acknowledge is longer",
        ),
        (policy("", "RSAA", "v", "1d"), "policy.benefit", "is no benefit"),
        (
            policy("agencies/nulle-part", "", "v", "1d"),
            "policy.agency",
            "the directory has no such agency",
        ),
        (policy("", "RSA", "", "1d"), "policy.version", "is required"),
        (
            policy("", "RSA", "national-2026.11", "1d"),
            "policy.version",
            "other targets have this version",
        ),
        (
            v1::SetClockPolicyRequest {
                withdraw: true,
                ..policy("", "RSA", "v", "1d")
            },
            "withdraw",
            "takes no version",
        ),
    ];
    for (request, field, why) in wrong {
        let answer = jean.set_clock_policy(request).await;
        refused(&answer, "InvalidArgument FIELD_INVALID");
        let violations = answer.expect_err("a refusal").violations;
        let told = violations
            .iter()
            .any(|(at, told)| at == field && told.starts_with(why));
        assert!(told, "{field} {why}: {violations:?}");
    }
    for client in [hub.speaks_as("hugo.petit"), hub.supervisor(), hub.auditor()] {
        let answer = client.set_clock_policy(policy("", "RSA", "v", "1d")).await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    assert_eq!(versions(&jean).await.len(), 1);
    hub.stop().await;
}
