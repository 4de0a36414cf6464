//! Periods of figures: whole months, where the person lives.

use std::collections::BTreeMap;

use declic_calendar::Calendar;
use declic_domain::figures::{Month, Period, PeriodError};
use declic_domain::policy::SMALLEST_GROUP;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2027, 1, 15);

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn period(since: Date, until: Date) -> Period {
    Period::new(Some(since), Some(until), TODAY).expect("a period")
}

/// Whether a case that is opened then, by somebody who lives there, counts in a period.
fn is_in(period: Period, instant: Timestamp, departement: &str) -> bool {
    let day = Calendar::for_departement(departement).date_of(instant);
    period.months().contains(&Month::of(day))
}

#[test]
fn a_month_has_a_number_that_grows_with_the_months() {
    let months = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 30)].map(Month::of);
    assert_eq!(months.map(Month::number), [202_512, 202_601, 202_611]);
    assert!(months.is_sorted());
    for month in months {
        assert_eq!(Month::from_number(month.number()), Some(month));
    }
    for none in [0, 202_600, 202_613, -202_611, i32::MAX, i32::MIN] {
        assert_eq!(Month::from_number(none), None, "{none}");
    }
}

#[test]
fn a_period_that_is_reversed_or_in_the_future_is_refused() {
    let new = |since, until| Period::new(Some(since), Some(until), TODAY);
    let tomorrow = date(2027, 1, 16);
    assert_eq!(
        new(date(2026, 12, 10), date(2026, 12, 9)),
        Err(PeriodError::Reversed)
    );
    assert_eq!(new(tomorrow, tomorrow), Err(PeriodError::SinceInFuture));
    assert_eq!(new(date(2026, 12, 10), tomorrow), Err(PeriodError::UntilInFuture));
    assert!(new(TODAY, TODAY).is_ok());
}

#[test]
fn a_period_is_of_whole_months_and_ends_today_at_the_latest() {
    let usual = Period::new(None, None, TODAY).expect("a period");
    assert_eq!((usual.since(), usual.until()), (date(2026, 10, 1), TODAY));
    let past = Period::new(None, Some(date(2026, 3, 5)), TODAY).expect("a period");
    assert_eq!(
        (past.since(), past.until()),
        (date(2026, 3, 1), date(2026, 3, 31)),
        "the month of its last day, when the usual beginning is later"
    );
    let february = period(date(2024, 2, 10), date(2024, 2, 11));
    assert_eq!(
        (february.since(), february.until()),
        (date(2024, 2, 1), date(2024, 2, 29))
    );
}

#[test]
fn the_last_night_of_the_year_belongs_to_the_year_of_where_the_person_lives() {
    let old_year = period(date(2026, 12, 1), date(2026, 12, 31));
    let new_year = period(date(2027, 1, 1), TODAY);
    // 23:30 in Vannes; 2:30 in Saint-Denis, already next year.
    let night = at("2026-12-31T22:30:00Z");
    assert!(is_in(old_year, night, "56") && !is_in(new_year, night, "56"));
    assert!(is_in(new_year, night, "974") && !is_in(old_year, night, "974"));
    let first = at("2026-12-31T23:00:00Z");
    assert!(is_in(new_year, first, "56") && !is_in(old_year, first, "56"));
}

#[test]
fn a_month_with_a_change_of_hour_has_all_its_hours_and_no_other() {
    for (month, before, first, last, after) in [
        (
            period(date(2026, 10, 1), date(2026, 10, 31)),
            "2026-09-30T23:59:59+02:00",
            "2026-10-01T00:00:00+02:00",
            "2026-10-31T23:59:59+01:00",
            "2026-11-01T00:00:00+01:00",
        ),
        (
            period(date(2026, 3, 1), date(2026, 3, 31)),
            "2026-02-28T23:59:59+01:00",
            "2026-03-01T00:00:00+01:00",
            "2026-03-31T23:59:59+02:00",
            "2026-04-01T00:00:00+02:00",
        ),
    ] {
        let within = |text| is_in(month, at(text), "56");
        assert_eq!(
            [before, first, last, after].map(within),
            [false, true, true, false]
        );
    }
}

/// So many tickets in each month of 2026.
fn year(tickets: &[u64]) -> BTreeMap<Month, u64> {
    let months = (1..).map(|month| Month::of(date(2026, month, 1)));
    months.zip(tickets.iter().copied()).collect()
}

fn months(first: i8, last: i8) -> Period {
    period(date(2026, first, 1), date(2026, last, 28))
}

#[test]
fn a_month_of_too_few_is_counted_with_those_before_it_or_else_not_at_all() {
    // January to August.
    let tickets = year(&[7, 3, 0, 4, 9, 2, 0, 1]);
    let told = |first, last| {
        let widened = months(first, last).widened(&tickets, TODAY);
        (widened.since().month(), widened.until().month())
    };
    assert_eq!(told(1, 1), (1, 1));
    assert_eq!(
        told(1, 2),
        (1, 4),
        "the three of February go with the four of April"
    );
    assert_eq!(told(3, 3), (2, 4));
    assert_eq!(
        told(5, 5),
        (5, 8),
        "the three at the end go with what is before them"
    );
    assert_eq!(told(6, 10), (5, 10));
    assert_eq!(told(9, 10), (9, 10), "nobody is there to tell");
    let today = months(12, 12).widened(&tickets, date(2026, 12, 5));
    assert_eq!(today.until(), date(2026, 12, 5), "no later than today");
}

#[test]
fn a_month_that_has_begun_overseas_alone_makes_no_other_one_enough() {
    // Ten of October, three of November, two of a December that Paris does not have yet.
    let tickets = year(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 3, 2]);
    let today = date(2026, 11, 30);
    for (first, last) in [(10, 10), (10, 11), (11, 11)] {
        let widened = months(first, last).widened(&tickets, today);
        assert_eq!((widened.since().month(), widened.until().month()), (10, 11));
    }
}

proptest! {
    #[test]
    fn the_difference_of_two_periods_is_of_nobody_or_of_as_many_as_the_smallest_group(
        tickets in prop::collection::vec(0_u64..9, 1..12),
        (one, other) in ((1_i8..=12, 1_i8..=12), (1_i8..=12, 1_i8..=12)),
    ) {
        let tickets = year(&tickets);
        let widened = |(one, other): (i8, i8)| months(one.min(other), one.max(other)).widened(&tickets, TODAY).months();
        let (one, other) = (widened(one), widened(other));
        let of = |counts: &dyn Fn(&Month) -> bool| -> u64 {
            tickets.iter().filter(|(month, _)| counts(month)).map(|(_, count)| count).sum()
        };
        let are_told = [&one, &other].map(|period| of(&|month| period.contains(month)) >= SMALLEST_GROUP);
        prop_assume!(are_told == [true, true]);
        for difference in [
            of(&|month| one.contains(month) && !other.contains(month)),
            of(&|month| other.contains(month) && !one.contains(month)),
        ] {
            prop_assert!(difference == 0 || difference >= SMALLEST_GROUP, "{one:?} {other:?} of {tickets:?}");
        }
    }
}
