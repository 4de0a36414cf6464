//! Periods of figures: whole months, where the person lives.

use declic_calendar::Calendar;
use declic_domain::figures::{Period, PeriodError};
use jiff::Timestamp;
use jiff::civil::{Date, date};

const TODAY: Date = date(2027, 1, 15);

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn period(since: Date, until: Date) -> Period {
    Period::new(Some(since), Some(until), TODAY).expect("a period")
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
    let (vannes, reunion) = (Calendar::for_departement("56"), Calendar::for_departement("974"));
    let old_year = period(date(2026, 12, 1), date(2026, 12, 31));
    let new_year = period(date(2027, 1, 1), TODAY);
    // 23:30 in Vannes; 2:30 in Saint-Denis, already next year.
    let night = at("2026-12-31T22:30:00Z");
    assert!(old_year.contains(night, &vannes) && !new_year.contains(night, &vannes));
    assert!(new_year.contains(night, &reunion) && !old_year.contains(night, &reunion));
    let first = at("2026-12-31T23:00:00Z");
    assert!(new_year.contains(first, &vannes) && !old_year.contains(first, &vannes));
    for (period, instant) in [(old_year, night), (new_year, night), (new_year, first)] {
        let (from, to) = period.around();
        assert!(from <= instant && instant < to);
    }
}

#[test]
fn a_month_with_a_change_of_hour_has_all_its_hours_and_no_other() {
    let vannes = Calendar::for_departement("56");
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
        let within = |text| month.contains(at(text), &vannes);
        assert_eq!(
            [before, first, last, after].map(within),
            [false, true, true, false]
        );
    }
}
