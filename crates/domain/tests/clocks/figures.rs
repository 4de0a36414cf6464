//! From what happened on a case to what the figures know of its tickets.

use declic_calendar::{Calendar, Region};
use declic_domain::clock::timeline::Part;
use declic_domain::event::{Cause, Effect, ItemKind, Kind, Outcome, Party, RedirectReason, Rung};
use declic_domain::figures::{
    Age, Arrival, Counts, Ending, HolderKind, Lateness, Measure, Period, Reception, Record, Weeks, records,
};
use declic_domain::name::AgencyId;
use declic_routing::RawFacts;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::tape::{Tape, desk, number, terms};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Acknowledge in two business days, resolve in ten.
fn opened(at: Timestamp, agency: &str) -> Tape {
    let mut tape = Tape::new(at, false);
    open(&mut tape, at, agency, None);
    tape
}

fn open(tape: &mut Tape, at: Timestamp, agency: &str, after: Option<usize>) {
    let terms = terms(["2d", "10d"], ["4h", "2d"], Calendar::new(Region::Metropole));
    tape.open(at, agency, terms, after.map(number));
}

fn acknowledged() -> Kind {
    Kind::Acknowledged { agent: None }
}

fn resolved() -> Kind {
    let outcome = Outcome::RightRestored;
    Kind::Resolved { outcome }
}

fn redirected(reason: RedirectReason, successor: usize) -> Kind {
    let successor = number(successor);
    Kind::Redirected { reason, successor }
}

fn read(tape: &Tape, now: Timestamp) -> Vec<Record> {
    records(&tape.events, now).expect("the events are in order")
}

fn hours(hours: u32, ending: Ending, kept: Option<bool>) -> Measure {
    Measure {
        minutes: hours * 60,
        ending,
        kept,
    }
}

#[test]
fn a_reply_that_is_awaited_is_no_time_of_the_agency_but_time_of_the_person() {
    // Monday, 9:00.
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    let first = number(1);
    tape.add(first, at("2026-11-16T12:00+01:00"), acknowledged());
    let asked = Kind::InformationRequested {
        items: vec![ItemKind::Question],
        due_on: date(2026, 11, 30),
    };
    tape.add(first, at("2026-11-17T09:00+01:00"), asked);
    tape.add(
        first,
        at("2026-11-19T09:00+01:00"),
        Kind::Replied { items: vec![1] },
    );
    tape.add(first, at("2026-11-19T11:00+01:00"), resolved());
    let effect = Effect::Yes;
    tape.add(first, at("2026-11-20T09:00+01:00"), Kind::Closed { effect });
    let [record] = read(&tape, at("2027-01-04T09:00+01:00"))
        .try_into()
        .expect("one ticket");
    assert_eq!(record.acknowledge, [hours(3, Ending::Done, Some(true))]);
    assert_eq!(record.resolve, [hours(8 + 2, Ending::Done, Some(true))]);
    assert_eq!(record.wait, Some(hours(4 * 24, Ending::Done, None)));
    assert_eq!((record.effect, record.standing), (Some(effect), None));
    let spent: SignedDuration = record.parts.values().copied().sum();
    assert_eq!(spent, SignedDuration::from_hours(4 * 24));
    assert_eq!(
        record.parts.get(&Part::AwaitingReply),
        Some(&SignedDuration::from_hours(48))
    );
}

#[test]
fn a_ticket_that_was_sent_on_has_waited_in_vain_and_its_successor_carries_the_wait() {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    tape.add(
        number(1),
        at("2026-11-17T09:00+01:00"),
        redirected(RedirectReason::WrongRegime, 2),
    );
    open(&mut tape, at("2026-11-17T09:00+01:00"), "msa-56", Some(1));
    tape.add(
        number(2),
        at("2026-11-18T09:00+01:00"),
        redirected(RedirectReason::OutsideTerritory, 3),
    );
    open(&mut tape, at("2026-11-18T09:00+01:00"), "msa-35", Some(2));
    // 24 business hours since Wednesday, 16 of them of the target.
    let [first, second, third] = read(&tape, at("2026-11-23T09:00+01:00"))
        .try_into()
        .expect("three tickets");
    assert_eq!(first.acknowledge, [hours(8, Ending::Censored, None)]);
    let why = |record: &Record| record.sent_on.map(|sent_on| (sent_on.reason, sent_on.first));
    assert_eq!(why(&first), Some((RedirectReason::WrongRegime, true)));
    assert_eq!(why(&second), Some((RedirectReason::OutsideTerritory, false)));
    assert_eq!((&first.wait, &second.wait), (&None, &None));
    assert_eq!(third.wait, Some(hours(7 * 24, Ending::Censored, None)));
    assert_eq!(third.acknowledge, [hours(24, Ending::Censored, Some(false))]);
    let standing = third.standing.expect("it is open");
    assert_eq!((standing.holder, standing.age), (HolderKind::Desk, Age::Month));
    assert_eq!(
        (standing.lateness, standing.late_minutes),
        (Lateness::Late, 8 * 60)
    );
    let spent: SignedDuration = [&first, &second, &third]
        .iter()
        .flat_map(|record| record.parts.values().copied())
        .sum();
    assert_eq!(spent, SignedDuration::from_hours(7 * 24), "the chain's whole");
    assert_eq!(
        first.parts.keys().collect::<Vec<_>>(),
        [&Part::WrongAgency],
        "the redirect shows it"
    );
}

#[test]
fn a_triage_desk_sends_on_by_its_work_and_a_reopening_is_measured_anew() {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "triage-56");
    tape.add(
        number(1),
        at("2026-11-16T10:00+01:00"),
        redirected(RedirectReason::Other, 2),
    );
    open(&mut tape, at("2026-11-16T10:00+01:00"), "caf-56", Some(1));
    let second = number(2);
    tape.add(second, at("2026-11-16T11:00+01:00"), acknowledged());
    tape.add(second, at("2026-11-16T12:00+01:00"), resolved());
    let reopened = Kind::Reopened { desk: desk("caf-56") };
    tape.add(second, at("2026-11-23T09:00+01:00"), reopened);
    let now = at("2026-11-24T14:00+01:00");
    let [triage, caf] = read(&tape, now).try_into().expect("two tickets");
    assert_eq!((triage.at_triage, triage.sent_on), (true, None));
    assert_eq!(
        caf.resolve,
        [
            hours(2, Ending::Done, Some(true)),
            hours(8 + 5, Ending::Censored, None)
        ],
        "the second time counts from the reopening"
    );
    let standing = caf.standing.expect("it is open");
    assert_eq!(
        standing.lateness,
        Lateness::Soon,
        "13 of 16 hours to acknowledge it"
    );
    assert_eq!(
        caf.wait,
        Some(hours(8 * 24 + 5, Ending::Censored, None)),
        "the person waits still"
    );
}

/// How far the first ticket has come, as soon as all of this has happened.
fn reception(deeds: &[(&str, Kind)]) -> Reception {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    for (minute, (by, kind)) in (1..).zip(deeds) {
        let when = at("2026-11-16T09:00+01:00") + SignedDuration::from_mins(minute);
        tape.add(number(1), when, kind.clone());
        let last = tape.events.last_mut().expect("it was added");
        last.party = match *by {
            "agency" => Party::Agency(AgencyId::parse("caf-56").expect("a slug")),
            "clock" => Party::Clock,
            _ => last.party.clone(),
        };
    }
    let [record] = read(&tape, at("2026-11-17T09:00+01:00"))
        .try_into()
        .expect("one ticket");
    record.standing.expect("it is open").reception
}

#[test]
fn a_ticket_is_read_once_somebody_of_its_agency_has_done_something_and_not_by_a_program() {
    assert_eq!(reception(&[]), Reception::Undelivered);
    let delivered = ("agency", Kind::DeliveryConfirmed);
    assert_eq!(reception(std::slice::from_ref(&delivered)), Reception::Unread);
    let escalated = Kind::Escalated {
        cause: Cause::Acknowledgement,
        to: Rung::Holder,
    };
    let told = ("clock", escalated);
    assert_eq!(
        reception(&[delivered.clone(), told]),
        Reception::Unread,
        "the clock is nobody"
    );
    assert_eq!(
        reception(&[("organisation", Kind::MessagePosted)]),
        Reception::Undelivered
    );
    assert_eq!(
        reception(&[delivered.clone(), ("agency", Kind::NoteAdded)]),
        Reception::Read
    );
    assert_eq!(reception(&[("agency", acknowledged())]), Reception::Read);
    let again = Kind::Reopened { desk: desk("caf-56") };
    let reopened = [
        delivered,
        ("agency", acknowledged()),
        ("agency", resolved()),
        ("organisation", again),
    ];
    assert_eq!(
        reception(&reopened),
        Reception::Undelivered,
        "it came to them anew"
    );
}

#[test]
fn requests_outcomes_reopenings_and_closures_that_nobody_confirmed_are_counted() {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    let first = number(1);
    let when = |hour: i64| at("2026-11-16T09:00+01:00") + SignedDuration::from_hours(hour);
    let asked = || Kind::InformationRequested {
        items: vec![ItemKind::Question],
        due_on: date(2026, 11, 30),
    };
    let deeds = [
        acknowledged(),
        asked(),
        Kind::TakenBack,
        asked(),
        Kind::Replied { items: vec![1] },
        resolved(),
        Kind::Reopened { desk: desk("caf-56") },
        acknowledged(),
        resolved(),
        Kind::ClosedUnconfirmed,
    ];
    for (hour, kind) in (1..).zip(deeds) {
        tape.add(first, when(hour), kind);
    }
    let [record] = read(&tape, when(30)).try_into().expect("one ticket");
    assert_eq!((record.requests, record.outcomes, record.reopened), (2, 2, 1));
    assert_eq!(
        (record.effect, record.unconfirmed, record.standing),
        (None, true, None)
    );
    assert_eq!(record.arrived, date(2026, 11, 16));
}

#[test]
fn a_case_whose_departement_is_corrected_counts_there_with_all_its_tickets() {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    open(&mut tape, at("2026-11-16T09:00+01:00"), "carsat-bretagne", None);
    tape.add(number(1), at("2026-11-17T09:00+01:00"), Kind::Withdrawn);
    let corrected = Kind::FactsCorrected {
        before: Box::new(RawFacts::default()),
        after: Box::new(RawFacts::default()),
        departement: "974".to_owned(),
    };
    tape.add(number(2), at("2026-11-18T09:00+01:00"), corrected);
    let records = read(&tape, at("2026-11-19T09:00+01:00"));
    let places: Vec<&str> = records.iter().map(|record| record.departement.as_str()).collect();
    assert_eq!(places, ["974", "974"], "the one that had ended too");
}

#[test]
fn an_agency_that_is_renamed_within_the_period_counts_under_its_new_name_with_all_it_did() {
    let mut tape = opened(at("2026-11-16T09:00+01:00"), "caf-56");
    let first = number(1);
    tape.add(first, at("2026-11-16T12:00+01:00"), acknowledged());
    let renamed = Kind::AgencyTransferred {
        desk: desk("caf-bretagne-sud"),
    };
    tape.add(first, at("2026-11-17T09:00+01:00"), renamed);
    tape.add(first, at("2026-11-17T11:00+01:00"), resolved());
    let [record] = read(&tape, at("2026-11-18T09:00+01:00"))
        .try_into()
        .expect("one ticket");
    assert_eq!(record.agency.as_str(), "caf-bretagne-sud");
    assert_eq!(record.acknowledge, [hours(3, Ending::Done, Some(true))]);
    assert_eq!(
        record.resolve,
        [hours(8 + 2, Ending::Done, Some(true))],
        "its clock went on"
    );
    assert_eq!(record.sent_on, None, "nobody sent it on");
}

#[test]
fn what_comes_three_times_as_often_as_usual_is_told_and_what_is_small_is_not() {
    let today = date(2026, 12, 1);
    let period = Period::new(Some(date(2026, 9, 1)), None, today).expect("a period");
    let weeks = Weeks::of(period, today).expect("three months are long enough");
    assert_eq!(
        weeks.days(),
        (date(2026, 11, 24), date(2026, 11, 30)),
        "today is not over"
    );
    let mut arrivals = Counts::default();
    let mut came = |blockage: &str, day, tickets| {
        let arrival = Arrival {
            agency: AgencyId::parse("caf-56").expect("a slug"),
            blockage: blockage.to_owned(),
            day,
        };
        arrivals.many(arrival, tickets);
    };
    let (now, before) = (date(2026, 11, 24), date(2026, 11, 23));
    for (blockage, of_now, of_before) in [
        ("TRIPLED", 9, 24),
        ("NEARLY", 8, 24),
        ("NEW", 6, 0),
        ("RARE", 6, 3),
        ("SMALL", 4, 0),
    ] {
        came(blockage, now, of_now);
        came(blockage, before, of_before);
    }
    came("TODAY", today, 30);
    came("LONG_AGO", date(2026, 9, 28), 30);
    came("LONG_AGO", now, 5);
    let rises = weeks.rises(&arrivals).into_iter();
    let told: Vec<_> = rises
        .map(|rise| (rise.blockage, rise.tickets, rise.before))
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(what, now, before)| (what.as_str(), *now, *before))
        .collect();
    assert_eq!(
        told,
        [
            ("TRIPLED", 10, Some(25)),
            ("LONG_AGO", 5, Some(0)),
            ("NEW", 5, Some(0)),
            ("RARE", 5, None)
        ]
    );
    let short = Period::new(Some(date(2026, 10, 1)), None, today).expect("a period");
    assert_eq!(Weeks::of(short, today), None, "61 days are no 9 weeks");
}
