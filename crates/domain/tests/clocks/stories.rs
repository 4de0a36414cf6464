//! Clocks of cases whose every date can be checked on a wall calendar.

use declic_calendar::{Calendar, DayOff, Holiday};
use declic_domain::clock::timeline::{Part, days_off};
use declic_domain::clock::{self, Phase, legal};
use declic_domain::event::{Effect, ItemKind, Kind, Outcome, RedirectReason};
use declic_domain::holder::Holder;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::tape::{Tape, desk, member, number, terms};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn vannes() -> Calendar {
    Calendar::for_departement("56")
}

const NATIONAL: [[&str; 2]; 2] = [["2d", "10d"], ["4h", "2d"]];

fn opened(at: Timestamp, urgent: bool) -> Tape {
    let mut tape = Tape::new(at, urgent);
    tape.open(at, "caf-56", terms(NATIONAL[0], NATIONAL[1], vannes()), None);
    tape
}

fn taken() -> Kind {
    Kind::Acknowledged {
        agent: Some(member("erwan")),
    }
}

fn asked() -> Kind {
    Kind::InformationRequested {
        items: vec![ItemKind::Document],
        due_on: date(2026, 12, 7),
    }
}

#[test]
fn an_ordinary_ticket_has_two_days_and_ten_and_is_warned_when_three_quarters_have_passed() {
    // Monday 16 November 2026, at ten.
    let tape = opened(at("2026-11-16T10:00+01:00"), false);
    let deadlines = clock::deadlines(&tape.tickets[0]);
    let acknowledge = deadlines.acknowledge.expect("it runs");
    assert_eq!(acknowledge.due, at("2026-11-18T10:00+01:00"));
    assert_eq!(acknowledge.warning, at("2026-11-17T14:00+01:00"));
    assert_eq!(acknowledge.supervision, at("2026-11-20T10:00+01:00"));
    let resolve = deadlines.resolve.expect("it runs");
    assert_eq!(resolve.due, at("2026-11-30T10:00+01:00"));
    assert_eq!(resolve.warning, at("2026-11-25T14:00+01:00"));
    let clocks = tape.tickets[0].clocks.as_ref().expect("terms");
    assert_eq!(clock::due_at(clocks), Some(acknowledge.due));
}

#[test]
fn an_urgent_ticket_has_four_hours_and_two_days_and_the_supervision_is_told_at_once() {
    // Friday at three: four hours end on Monday at eleven.
    let tape = opened(at("2026-11-20T15:00+01:00"), true);
    let deadlines = clock::deadlines(&tape.tickets[0]);
    let acknowledge = deadlines.acknowledge.expect("it runs");
    assert_eq!(acknowledge.due, at("2026-11-23T11:00+01:00"));
    assert_eq!(acknowledge.supervision, acknowledge.due);
    assert_eq!(
        deadlines.resolve.expect("it runs").due,
        at("2026-11-24T15:00+01:00")
    );
}

#[test]
fn a_reply_that_is_awaited_stops_the_agency_s_clock_and_what_was_left_is_left() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    tape.add(number(1), at("2026-11-18T10:00+01:00"), asked());
    let paused = clock::deadlines(&tape.tickets[0]);
    assert_eq!(paused.resolve, None, "nobody is told of a clock that waits");
    tape.add(
        number(1),
        at("2026-11-25T10:00+01:00"),
        Kind::Replied { items: vec![1] },
    );
    // Eight days were left of ten, five business days were waited.
    let resumed = clock::deadlines(&tape.tickets[0]).resolve.expect("it runs again");
    assert_eq!(resumed.due, at("2026-12-07T10:00+01:00"));
    let parts = tape.told(at("2026-11-26T10:00+01:00")).chains[0].parts();
    assert_eq!(parts[&Part::BeforeAcknowledgement], hours(24));
    assert_eq!(parts[&Part::AwaitingReply], hours(7 * 24));
    assert_eq!(parts[&Part::AtAgency], hours(48));
}

#[test]
fn a_pause_after_the_deadline_is_not_counted_as_late() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    // Due on Monday 30 November at ten; asked one day late, answered two days after.
    tape.add(number(1), at("2026-12-01T10:00+01:00"), asked());
    tape.add(number(1), at("2026-12-03T10:00+01:00"), Kind::TakenBack);
    let clocks = tape.tickets[0].clocks.as_ref().expect("terms");
    let late = clocks
        .resolve
        .late_by(at("2026-12-03T12:00+01:00"), &clocks.terms.calendar);
    assert_eq!(late, hours(8 + 2));
}

#[test]
fn a_bank_holiday_counts_nothing_and_is_told() {
    // Good Friday and Easter Monday in Strasbourg: from Thursday to Tuesday nothing is open.
    let calendar = Calendar::for_departement("67");
    let from = at("2026-04-02T16:00+02:00");
    let mut tape = Tape::new(from, false);
    tape.open(
        from,
        "caf-67",
        terms(NATIONAL[0], NATIONAL[1], calendar.clone()),
        None,
    );
    let acknowledge = clock::deadlines(&tape.tickets[0]).acknowledge.expect("it runs");
    assert_eq!(acknowledge.due, at("2026-04-08T16:00+02:00"));
    let told = tape.told(at("2026-04-07T10:00+02:00"));
    let span = &told.chains[0].lives[0].spans[0];
    assert_eq!(span.counted, hours(2));
    let holidays = [
        (date(2026, 4, 3), DayOff::Holiday(Holiday::GoodFriday)),
        (date(2026, 4, 6), DayOff::Holiday(Holiday::EasterMonday)),
    ];
    assert_eq!(days_off(&calendar, span), holidays);
}

#[test]
fn a_redirect_shows_that_the_time_before_it_was_at_a_wrong_agency() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    let before = tape.told(at("2026-11-19T10:00+01:00"));
    assert_eq!(before.chains[0].parts()[&Part::AtAgency], hours(48));
    let redirect = Kind::Redirected {
        reason: RedirectReason::WrongRegime,
        successor: number(2),
    };
    tape.add(number(1), at("2026-11-19T10:00+01:00"), redirect);
    // The policy changed on the 18th: the one who receives it now has it, the first kept its own.
    let changed = terms(["1d", "5d"], ["4h", "2d"], vannes());
    tape.open(
        at("2026-11-19T10:00+01:00"),
        "msa-portes-de-bretagne",
        changed,
        Some(number(1)),
    );
    let told = tape.told(at("2026-11-20T10:00+01:00"));
    assert_eq!(told.chains.len(), 1);
    let parts = told.chains[0].parts();
    assert_eq!(parts[&Part::WrongAgency], hours(72));
    assert_eq!(parts[&Part::BeforeAcknowledgement], hours(24));
    assert_eq!(parts.len(), 2);
    assert_eq!(told.chains[0].whole(), hours(96));
    let [first, second] = told.chains[0].lives.as_slice() else {
        panic!("a ticket and its successor");
    };
    let clocks = first.epochs[0].clocks.as_ref().expect("terms");
    assert_eq!(clocks.resolve.phase, Phase::Stopped(at("2026-11-19T10:00+01:00")));
    let clocks = second.epochs[0].clocks.as_ref().expect("terms");
    assert_eq!(clocks.resolve.due, at("2026-11-26T10:00+01:00"));
    assert_eq!(told.person.elapsed, hours(96), "the person waits whoever holds");
}

#[test]
fn a_reopening_starts_new_clocks_on_the_same_terms_and_no_second_lies_between() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    let outcome = Outcome::DecisionExplained;
    tape.add(
        number(1),
        at("2026-11-18T10:00+01:00"),
        Kind::Resolved { outcome },
    );
    tape.add(
        number(1),
        at("2026-11-19T10:00+01:00"),
        Kind::Closed { effect: Effect::No },
    );
    let ended = tape.told(at("2026-11-25T10:00+01:00"));
    assert_eq!(ended.person.ended, Some(at("2026-11-19T10:00+01:00")));
    tape.add(
        number(1),
        at("2026-11-26T10:00+01:00"),
        Kind::Reopened { desk: desk("caf-56") },
    );
    let told = tape.told(at("2026-11-27T10:00+01:00"));
    let [first, second] = told.chains[0].lives[0].epochs.as_slice() else {
        panic!("two epochs");
    };
    let (first, second) = (
        first.clocks.as_ref().expect("terms"),
        second.clocks.as_ref().expect("terms"),
    );
    assert_eq!(first.resolve.phase, Phase::Stopped(at("2026-11-18T10:00+01:00")));
    assert_eq!(second.acknowledge.due, at("2026-11-30T10:00+01:00"));
    assert_eq!(second.terms, first.terms);
    let parts = told.chains[0].parts();
    assert_eq!(parts[&Part::ToBeConfirmed], hours(24));
    assert_eq!(parts[&Part::BeforeAcknowledgement], hours(48));
    assert_eq!(told.chains[0].whole(), hours(4 * 24));
    assert_eq!(told.person.ended, None);
    assert_eq!(told.person.elapsed, hours(11 * 24));
}

#[test]
fn the_law_s_silence_counts_from_the_first_agency_and_waits_for_papers() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    tape.add(number(1), at("2026-11-18T10:00+01:00"), asked());
    tape.add(number(1), at("2026-11-25T10:00+01:00"), Kind::TakenBack);
    let told = tape.told(at("2026-11-26T10:00+01:00"));
    let hint = legal::hint(&told.chains[0], &vannes()).expect("the law speaks of the RSA");
    assert_eq!(hint.from, date(2026, 11, 16));
    assert_eq!(hint.suspended_days, 7);
    assert_eq!(hint.until, date(2027, 1, 23));
    assert_eq!(hint.rule.source, Some("CRPA L231-4 3°"));
}

#[test]
fn a_clock_of_the_hub_that_was_set_back_gives_no_time_twice() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-16T09:00+01:00"), taken());
    tape.add(number(1), at("2026-11-16T12:00+01:00"), asked());
    let told = tape.told(at("2026-11-16T11:00+01:00"));
    assert_eq!(told.chains[0].whole(), hours(2));
    assert_eq!(told.chains[0].parts(), [(Part::AtAgency, hours(2))].into());
}

#[test]
fn who_comes_to_follow_a_case_holds_what_waits_for_the_opener() {
    let mut tape = opened(at("2026-11-16T10:00+01:00"), false);
    tape.add(number(1), at("2026-11-17T10:00+01:00"), taken());
    tape.add(number(1), at("2026-11-18T10:00+01:00"), asked());
    let (from, to) = (member("camille"), member("yann"));
    tape.add(
        number(1),
        at("2026-11-19T10:00+01:00"),
        Kind::Transferred { from, to },
    );
    let told = tape.told(at("2026-11-20T10:00+01:00"));
    let holders: Vec<&Holder> = told.chains[0].spans().map(|span| &span.holder).collect();
    let [_, _, Holder::Opener(first), Holder::Opener(second)] = holders[..] else {
        panic!("{holders:?}")
    };
    assert_eq!((first, second), (&member("camille"), &member("yann")));
    assert_eq!(told.chains[0].parts()[&Part::AwaitingReply], hours(48));
}
