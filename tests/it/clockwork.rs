//! What the clock does to a ticket that nobody touches, as its parties see it.
//!
//! Hubs here begin two years ago and are moved on from there: a timer fires only when the engine's clock agrees.

use std::time::Duration;

use declic_calendar::Calendar;
use declic_client::{Item, Watch};
use declic_domain::event::Rung;
use declic_domain::{policy, timer};
use declic_proto::v1;
use declic_store::Limit;
use declic_tests::TestHub;
use declic_tests::hub::morning;
use declic_tests::people::{self, events, ticket};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::commands::{self, refused, state};

/// Two years, in days.
const TWO_YEARS: i64 = 730;

/// Who is told of a target, in their order.
const LADDER: [&str; 3] = [
    "ESCALATED_TO_HOLDER",
    "ESCALATED_TO_DESK",
    "ESCALATED_TO_SUPERVISION",
];

/// What is due is done within a minute.
const AT_MOST: Duration = Duration::from_secs(60);

/// A hub of two years ago, and a case that was opened there; its first ticket.
async fn long_ago() -> (TestHub, String) {
    let hub = TestHub::start_at(morning(TWO_YEARS)).await;
    let today = hub.now().to_zoned(TimeZone::UTC).date();
    let opened = people::open(&hub.social_worker(), people::standard_case_on(today)).await;
    let name = opened.tickets[0].ticket.clone();
    (hub, name)
}

/// Waits until the mailbox of the agency tells this.
async fn told(watch: &mut Watch, kind: &str) {
    let telling = async {
        loop {
            match watch.next().await.expect("the stream is open") {
                Item::Notice { notice, .. } if notice.r#type == kind => return,
                _ => {}
            }
        }
    };
    let told = tokio::time::timeout(AT_MOST, telling).await;
    told.unwrap_or_else(|_| panic!("{kind} was not told within a minute"));
}

async fn kinds(hub: &TestHub, name: &str) -> Vec<String> {
    let events = events(&hub.social_worker(), name).await.into_iter();
    events.map(|event| event.r#type).collect()
}

/// Lets time pass, and to the next opening when it is night then, or a day off: the clock wakes nobody.
fn pass_to_opening(hub: &TestHub, time: SignedDuration) {
    hub.pass(time);
    let opens = Calendar::for_departement("56").next_open(hub.now());
    hub.pass(opens.duration_since(hub.now()));
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

#[tokio::test]
async fn an_opener_is_reminded_and_the_agency_goes_on_when_the_day_has_passed() {
    let (hub, name) = long_ago().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let mut watch = hub.connector("caf-56").watch("");
    commands::acknowledge(&claire, &name).await;
    commands::ask(&claire, &name, &["L’attestation de loyer"]).await;
    let asked = ticket(&camille, &name).await;
    let due_on = asked.information_request.expect("what is asked").due_on;
    let due_on: jiff::civil::Date = due_on.parse().expect("a day");

    pass_to_opening(&hub, until(&hub, due_on) - days(1));
    told(&mut watch, "REPLY_WARNED").await;
    assert_eq!(state(ticket(&camille, &name).await.state()), "AWAITING_REPLY");
    pass_to_opening(&hub, days(6));
    told(&mut watch, "TAKEN_BACK").await;
    let after = ticket(&camille, &name).await;
    assert_eq!(state(after.state()), "ACKNOWLEDGED");
    let holder = after.holder.expect("it is open");
    assert_eq!(holder.party, "members/claire.morel", "it is hers again");

    let events = events(&claire, &name).await;
    let [.., reminded, taken] = events.as_slice() else {
        panic!("{events:?}")
    };
    for (event, kind) in [(reminded, "REPLY_WARNED"), (taken, "TAKEN_BACK")] {
        assert_eq!(event.r#type, kind);
        let who = [&event.actor, &event.actor_display_name, &event.party_display_name];
        assert_eq!(who, [""; 3], "the clock is nobody of the directory");
    }
    let late = v1::ReplyTicketRequest {
        request_id: people::fresh(),
        name: name.clone(),
        answers: vec![v1::ItemAnswer {
            item: 1,
            text: "Jointe".to_owned(),
        }],
        ..v1::ReplyTicketRequest::default()
    };
    refused(
        &camille.reply_ticket(late).await,
        "FailedPrecondition TICKET_NOT_AWAITING",
    );
    let findings = hub.stop().await;
    assert_eq!(findings.events.len(), 5);
}

#[tokio::test]
async fn what_nobody_confirms_is_closed_as_unconfirmed_and_may_be_reopened() {
    let (hub, name) = long_ago().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let mut watch = hub.connector("caf-56").watch("");
    commands::acknowledge(&claire, &name).await;
    commands::resolve(&claire, &name).await;
    // Ten business days are sixteen days at most, but for a holiday or two.
    pass_to_opening(&hub, days(19));
    told(&mut watch, "CLOSED_UNCONFIRMED").await;
    let closed = ticket(&camille, &name).await;
    assert_eq!(state(closed.state()), "CLOSED");
    assert_eq!(
        closed.effect(),
        v1::Effect::Unspecified,
        "nobody said what came of it"
    );
    commands::reopen(&camille, &name)
        .await
        .expect("within sixty days");
    hub.stop().await;
}

#[tokio::test]
async fn what_nobody_touches_is_announced_twice_and_lapses() {
    let (hub, name) = long_ago().await;
    let mut watch = hub.connector("caf-56").watch("");
    // Nobody takes it nor gives an outcome: the supervision is told of both.
    hub.pass(morning(TWO_YEARS - 30).duration_since(hub.now()));
    told(&mut watch, "ESCALATED_TO_SUPERVISION").await;
    told(&mut watch, "ESCALATED_TO_SUPERVISION").await;
    for (pass, kind) in [
        (days(190), "UNTOUCHED_WARNED"),
        (days(19), "UNTOUCHED_WARNED"),
        (days(19), "LAPSED"),
    ] {
        pass_to_opening(&hub, pass);
        told(&mut watch, kind).await;
    }
    assert_eq!(
        kinds(&hub, &name).await,
        [
            &["OPENED"][..],
            &LADDER,
            &LADDER,
            &["UNTOUCHED_WARNED", "UNTOUCHED_WARNED", "LAPSED"]
        ]
        .concat()
    );
    let ended = ticket(&hub.social_worker(), &name).await;
    assert_eq!(state(ended.state()), "LAPSED");
    hub.stop().await;
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_is_early_for_nobody() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let late = people::open(&camille, people::standard_case()).await;
    let late = late.tickets[0].ticket.clone();
    commands::acknowledge(&claire, &late).await;
    commands::resolve(&claire, &late).await;
    // The hub's clock is ahead by two months from here on: the engine's is not.
    hub.pass(days(60));
    let (store, scope) = (&hub.running().hub.store, policy::reader_scope());
    let due = store.due(&scope, hub.now(), None, Limit::new(10)).await;
    assert_eq!(due.expect("a read"), []);
    assert_eq!(kinds(&hub, &late).await, ["OPENED", "ACKNOWLEDGED", "RESOLVED"]);
    hub.stop().await;
}

/// A hub of a Monday at ten, weeks ago, whose week has no day off; and a case that was opened there.
async fn of_a_monday() -> (TestHub, String) {
    let calendar = Calendar::for_departement("56");
    let whole_week = |monday: &Timestamp| {
        let days = std::iter::successors(Some(calendar.date_of(*monday)), |day| day.tomorrow().ok());
        let begins = calendar.date_of(*monday).weekday() == Weekday::Monday;
        begins && days.take(5).all(|day| calendar.is_business_day(day))
    };
    let monday = (40..100).map(morning).find(whole_week);
    let hub = TestHub::start_at(monday.expect("a week without a day off")).await;
    let today = hub.now().to_zoned(TimeZone::UTC).date();
    let opened = people::open(&hub.social_worker(), people::standard_case_on(today)).await;
    let name = opened.tickets[0].ticket.clone();
    (hub, name)
}

/// What was told of a ticket so far, once the clock has done what is due.
async fn escalations(hub: &TestHub, name: &str) -> Vec<String> {
    let working = async {
        let mut works = true;
        while works {
            hub.running().catch_up(None).await.expect("a clock that works");
            works = has_something_due(hub).await;
        }
    };
    let settled = tokio::time::timeout(AT_MOST, working).await;
    settled.expect("nothing stays due");
    let kinds = kinds(hub, name).await.into_iter();
    kinds.filter(|kind| kind.starts_with("ESCALATED")).collect()
}

/// Whether the hub's other look at the clock has yet to do something; what rests until an opening is not due.
async fn has_something_due(hub: &TestHub) -> bool {
    let (store, now) = (&hub.running().hub.store, hub.now());
    let rows = store
        .due(&policy::reader_scope(), now, None, Limit::new(10))
        .await;
    for row in rows.expect("a read") {
        let scope = policy::rule_scope(&row.agency);
        let case = store.case(&scope, row.name.case).await.expect("a read");
        let file = case.expect("it is there").file();
        let ticket = file.ticket(row.name.number).expect("it is there");
        if timer::due(&file.case, ticket, now).is_some() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_and_back_tells_each_rung_once() {
    let (hub, name) = of_a_monday().await;
    assert_eq!(escalations(&hub, &name).await, [""; 0]);
    hub.pass(days(3));
    assert_eq!(
        escalations(&hub, &name).await,
        LADDER[..2],
        "it was due on Wednesday"
    );
    hub.pass(days(-3));
    assert_eq!(escalations(&hub, &name).await, LADDER[..2]);
    hub.pass(days(3));
    assert_eq!(escalations(&hub, &name).await, LADDER[..2]);
    hub.pass(days(1));
    assert_eq!(
        escalations(&hub, &name).await,
        LADDER,
        "on Friday the supervision"
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_that_was_off_for_three_days_tells_each_rung_once_and_none_at_night() {
    let (hub, name) = of_a_monday().await;
    // From Monday at ten to Thursday at one in the morning.
    let hub = hub.off_for(SignedDuration::from_hours(63)).await;
    assert_eq!(escalations(&hub, &name).await, [""; 0], "nobody is told at night");
    let hub = hub.off_for(SignedDuration::from_hours(9)).await;
    assert_eq!(escalations(&hub, &name).await, LADDER[..2]);
    let hub = hub.off_for(days(5)).await;
    assert_eq!(escalations(&hub, &name).await, LADDER);
    let findings = hub.stop().await;
    let alerts = findings.cases[0].tickets[0].ticket.alerts;
    assert_eq!(
        (alerts.level, alerts.acknowledgement),
        (3, Some(Rung::Supervision))
    );
}

/// From now to noon of that day.
fn until(hub: &TestHub, day: jiff::civil::Date) -> SignedDuration {
    let noon: Timestamp = day
        .at(12, 0, 0, 0)
        .in_tz("Europe/Paris")
        .expect("a noon in Paris")
        .timestamp();
    noon.duration_since(hub.now())
}
