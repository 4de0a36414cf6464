//! Business time counts what is open, in the territory's own hours, and nothing else.

use declic_calendar::{
    Calendar, Closure, ClosureError, DayOff, Holiday, HoursError, Opening, OpeningHours, Part,
};
use jiff::civil::{Weekday, date, time};
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("the instant of a test is well written")
}

fn vannes() -> Calendar {
    Calendar::for_departement("56")
}

#[test]
fn two_business_days_from_a_friday_afternoon_is_tuesday_afternoon() {
    let friday = at("2026-11-20T16:00+01:00");
    assert_eq!(
        vannes().add_business_days(friday, 2),
        at("2026-11-24T16:00+01:00")
    );
}

#[test]
fn a_weekend_counts_from_monday_morning() {
    let sunday = at("2026-11-22T11:00+01:00");
    assert_eq!(vannes().next_open(sunday), at("2026-11-23T09:00+01:00"));
    assert_eq!(
        vannes().add_business_days(sunday, 0),
        at("2026-11-23T09:00+01:00")
    );
    assert_eq!(
        vannes().add_business_days(sunday, 2),
        at("2026-11-25T09:00+01:00")
    );
    assert_eq!(
        vannes().add_business_hours(sunday, 4),
        at("2026-11-23T13:00+01:00")
    );
}

#[test]
fn an_evening_counts_from_the_next_morning_and_closing_time_is_evening() {
    for evening in ["2026-11-23T17:00+01:00", "2026-11-23T23:59+01:00"] {
        assert_eq!(vannes().next_open(at(evening)), at("2026-11-24T09:00+01:00"));
        assert!(!vannes().is_open(at(evening)));
    }
    assert!(vannes().is_open(at("2026-11-23T09:00+01:00")));
    assert!(!vannes().is_open(at("2026-11-23T08:59:59+01:00")));
}

#[test]
fn a_full_day_ends_at_closing_time_not_the_next_morning() {
    let morning = at("2026-11-23T09:00+01:00");
    assert_eq!(
        vannes().add_business_hours(morning, 8),
        at("2026-11-23T17:00+01:00")
    );
    assert_eq!(
        vannes().add_business_hours(morning, 9),
        at("2026-11-24T10:00+01:00")
    );
    assert_eq!(
        vannes().business_between(morning, at("2026-11-30T09:00+01:00")),
        5 * 8 * 3_600
    );
}

#[test]
fn holidays_of_the_territory_are_skipped() {
    // 24 December 2026 is a Thursday; 25 is Christmas; 26, a holiday in Alsace-Moselle, is a Saturday.
    let thursday = at("2026-12-24T10:00+01:00");
    assert_eq!(
        vannes().add_business_days(thursday, 1),
        at("2026-12-28T10:00+01:00")
    );
    // Good Friday 2026 is 3 April, Easter Monday the 6th.
    let maundy = at("2026-04-02T10:00+02:00");
    assert_eq!(
        vannes().add_business_days(maundy, 1),
        at("2026-04-03T10:00+02:00")
    );
    let strasbourg = Calendar::for_departement("67");
    assert_eq!(
        strasbourg.add_business_days(maundy, 1),
        at("2026-04-07T10:00+02:00")
    );
    // 27 May 2026 is a Wednesday and a holiday in Guadeloupe.
    let guadeloupe = Calendar::for_departement("971");
    let tuesday = at("2026-05-26T10:00-04:00");
    assert_eq!(
        guadeloupe.add_business_days(tuesday, 1),
        at("2026-05-28T10:00-04:00")
    );
}

#[test]
fn summer_time_moves_the_instant_not_the_hour() {
    // Clocks go forward on 29 March 2026 and back on 25 October 2026.
    let before_spring = at("2026-03-27T16:30+01:00");
    assert_eq!(
        vannes().add_business_days(before_spring, 1),
        at("2026-03-30T16:30+02:00")
    );
    assert_eq!(
        vannes().business_between(before_spring, at("2026-03-30T09:30+02:00")),
        3_600
    );
    let before_autumn = at("2026-10-23T16:30+02:00");
    assert_eq!(
        vannes().add_business_hours(before_autumn, 1),
        at("2026-10-26T09:30+01:00")
    );
}

#[test]
fn hours_open_across_a_change_of_time_count_what_really_passes() {
    let night = OpeningHours::new(time(0, 0, 0, 0), time(6, 0, 0, 0), &[Weekday::Sunday]);
    let night = vannes()
        .with_hours(night.expect("a night is a span of hours"))
        .expect("Sundays open again");
    let spring = (at("2026-03-29T00:00+01:00"), at("2026-03-29T06:00+02:00"));
    assert_eq!(night.business_between(spring.0, spring.1), 5 * 3_600);
    let autumn = (at("2026-10-25T00:00+02:00"), at("2026-10-25T06:00+01:00"));
    assert_eq!(night.business_between(autumn.0, autumn.1), 7 * 3_600);
}

#[test]
fn each_territory_opens_in_its_own_time() {
    let zones = [
        ("75", "2027-01-04T09:00+01:00"),
        ("971", "2027-01-04T09:00-04:00"),
        ("972", "2027-01-04T09:00-04:00"),
        ("973", "2027-01-04T09:00-03:00"),
        ("974", "2027-01-04T09:00+04:00"),
        ("975", "2027-01-04T09:00-03:00"),
        ("976", "2027-01-04T09:00+03:00"),
        ("977", "2027-01-04T09:00-04:00"),
        ("978", "2027-01-04T09:00-04:00"),
    ];
    let saturday = at("2027-01-02T12:00Z");
    for (code, opening) in zones {
        assert_eq!(
            Calendar::for_departement(code).next_open(saturday),
            at(opening),
            "{code}"
        );
    }
}

#[test]
fn a_closed_agency_waits_for_its_first_open_day() {
    let closed = (24..=27).map(|day| date(2026, 11, day));
    let calendar = vannes().with_closures(closed).expect("it opens again");
    let monday = at("2026-11-23T16:00+01:00");
    assert_eq!(
        calendar.add_business_days(monday, 1),
        at("2026-11-30T16:00+01:00")
    );
    assert_eq!(
        calendar.add_business_hours(monday, 2),
        at("2026-11-30T10:00+01:00")
    );
}

#[test]
fn hours_that_cannot_be_are_refused() {
    let (nine, five) = (time(9, 0, 0, 0), time(17, 0, 0, 0));
    let backwards = HoursError::Backwards {
        opens: five,
        closes: nine,
    };
    assert_eq!(OpeningHours::new(five, nine, &[Weekday::Monday]), Err(backwards));
    assert_eq!(OpeningHours::new(nine, five, &[]), Err(HoursError::NeverOpen));
    assert_eq!(OpeningHours::of_week([]), Err(HoursError::NeverOpen));
    let (morning, late) = (opening(9, 12), opening(11, 17));
    let over = HoursError::Overlap {
        closes: time(12, 0, 0, 0),
        opens: time(11, 0, 0, 0),
    };
    let monday = |opening| (Weekday::Monday, opening);
    assert_eq!(OpeningHours::of_week([late, morning].map(monday)), Err(over));
    assert_eq!(
        OpeningHours::of_week([morning, morning].map(monday)).map_err(|_| ()),
        Err(())
    );
    let hours = (1..=9).map(|hour| monday(opening(hour, hour + 1)));
    assert_eq!(OpeningHours::of_week(hours), Err(HoursError::TooMany));
}

fn opening(opens: i8, closes: i8) -> Opening {
    Opening::new(time(opens, 0, 0, 0), time(closes, 0, 0, 0)).expect("it closes after it opens")
}

/// Open from 9 to 12 and from 14 to 17, on Wednesdays in the morning only.
fn with_breaks() -> Calendar {
    let week = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    let hours = week.into_iter().flat_map(|day| {
        let afternoon = (day != Weekday::Wednesday).then_some(opening(14, 17));
        [Some(opening(9, 12)), afternoon]
            .into_iter()
            .flatten()
            .map(move |opening| (day, opening))
    });
    let hours = OpeningHours::of_week(hours).expect("hours");
    vannes().with_hours(hours).expect("it opens again")
}

#[test]
fn a_break_is_not_counted_and_a_shut_afternoon_moves_a_deadline_to_the_next_opening() {
    let calendar = with_breaks();
    let monday = at("2026-11-23T11:00+01:00");
    assert_eq!(
        calendar.business_between(monday, at("2026-11-23T15:00+01:00")),
        2 * 3_600
    );
    assert_eq!(
        calendar.add_business_hours(monday, 2),
        at("2026-11-23T15:00+01:00")
    );
    assert_eq!(
        calendar.next_open(at("2026-11-23T12:00+01:00")),
        at("2026-11-23T14:00+01:00")
    );
    // One business day after Tuesday at 15:00 is Wednesday, shut at that time.
    let tuesday = at("2026-11-24T15:00+01:00");
    assert_eq!(
        calendar.add_business_days(tuesday, 1),
        at("2026-11-26T09:00+01:00")
    );
    assert_eq!(
        calendar.add_business_days(tuesday, 2),
        at("2026-11-26T15:00+01:00")
    );
}

#[test]
fn half_a_day_closed_counts_its_other_half_and_two_halves_are_a_day_off() {
    let eve = date(2026, 12, 24);
    let half = |part| Closure { day: eve, part };
    let afternoon = vannes()
        .with_closures([half(Part::Afternoon)])
        .expect("it opens again");
    let (from, to) = (at("2026-12-24T09:00+01:00"), at("2026-12-25T00:00+01:00"));
    assert_eq!(afternoon.business_between(from, to), 3 * 3_600);
    assert!(afternoon.is_business_day(eve));
    assert_eq!(afternoon.closure_on(eve), Some(Part::Afternoon));
    let both = vannes().with_closures([half(Part::Afternoon), half(Part::Morning)]);
    let both = both.expect("it opens again");
    assert_eq!(both.day_off(eve), Some(DayOff::Closed));
    assert_eq!(both.closures().collect::<Vec<_>>(), [Closure::from(eve)]);
    assert_eq!(
        both.day_off(date(2026, 12, 25)),
        Some(DayOff::Holiday(Holiday::Christmas))
    );
    assert_eq!(both.day_off(date(2026, 12, 26)), Some(DayOff::Weekly));
    // On Wednesdays this desk has no afternoon to close, and loses the whole day with its morning.
    let wednesday = Closure {
        day: date(2026, 12, 23),
        part: Part::Morning,
    };
    let calendar = with_breaks().with_closures([wednesday]).expect("it opens again");
    assert_eq!(calendar.day_off(wednesday.day), Some(DayOff::Closed));
}

#[test]
fn a_calendar_without_an_open_hour_is_refused() {
    let monday = date(2026, 11, 23);
    let days = |count: i32| (0..count).map(move |after| monday.saturating_add(after.days()));
    assert!(vannes().with_closures(days(360)).is_ok());
    let never = ClosureError::NeverOpen { from: monday };
    assert_eq!(vannes().with_closures(days(400)), Err(never));
    assert_eq!(vannes().with_closures(days(4_000)), Err(ClosureError::TooMany));
    // Open on Mondays only, and every one of them shut.
    let hours = OpeningHours::new(time(9, 0, 0, 0), time(12, 0, 0, 0), &[Weekday::Monday]).expect("hours");
    let mondays = (0..60).map(|weeks| monday.saturating_add(weeks.weeks()));
    let mondays_only = vannes().with_hours(hours.clone()).expect("it opens again");
    assert_eq!(mondays_only.with_closures(mondays.clone()), Err(never));
    // The same refusal whichever comes first.
    let shut = vannes().with_closures(mondays).expect("other days are open");
    assert_eq!(shut.with_hours(hours), Err(never));
}

#[test]
fn a_year_s_end_is_crossed_and_the_days_of_all_years_are_few_enough_to_walk() {
    let eve = at("2026-12-31T16:00+01:00");
    assert_eq!(vannes().add_business_days(eve, 1), at("2027-01-04T16:00+01:00"));
    assert_eq!(
        vannes().business_between(eve, at("2027-01-04T10:00+01:00")),
        2 * 3_600
    );
    assert!(vannes().business_between(Timestamp::MIN, Timestamp::MAX) > 0);
}

#[test]
fn sums_beyond_all_dates_end_at_the_last_instant() {
    let monday = at("2026-11-23T10:00+01:00");
    assert_eq!(vannes().add_business_seconds(monday, u64::MAX), Timestamp::MAX);
    assert_eq!(vannes().next_open(Timestamp::MAX), Timestamp::MAX);
    assert_eq!(vannes().business_between(monday, monday), 0);
}

/// An instant of the years 2020 to 2040.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_577_836_800i64..2_208_988_800)
        .prop_map(|second| Timestamp::from_second(second).expect("the years 2020 to 2040 are instants"))
}

fn calendar() -> impl Strategy<Value = Calendar> {
    prop::sample::select(vec!["56", "67", "971", "973", "974", "975", "976", "977"])
        .prop_map(Calendar::for_departement)
}

#[test]
fn an_hour_that_the_change_of_time_skips_is_not_open_and_lasts_no_longer() {
    // On 29 March 2026 the wall goes from 2 to 3 o'clock.
    for (opens, closes, open) in [(2, 4, 1), (1, 2, 1), (1, 3, 1), (2, 3, 0)] {
        let opening = Opening::new(time(opens, 0, 0, 0), time(closes, 0, 0, 0)).expect("an opening");
        let week = OpeningHours::of_week([(Weekday::Sunday, opening)]).expect("a week");
        let calendar = vannes().with_hours(week).expect("no closure");
        let counted = calendar.business_between(at("2026-03-28T12:00Z"), at("2026-04-03T12:00Z"));
        assert_eq!(counted, open * 3_600, "from {opens} to {closes}");
    }
}

proptest! {
    #[test]
    fn what_is_added_is_what_lies_between(calendar in calendar(), from in instant(), seconds in 0u64..2_000_000) {
        let to = calendar.add_business_seconds(from, seconds);
        prop_assert!(to >= from);
        prop_assert_eq!(calendar.business_between(from, to), seconds);
    }

    #[test]
    fn parts_sum_to_the_whole(calendar in calendar(), mut instants in [instant(), instant(), instant()]) {
        instants.sort();
        let [first, middle, last] = instants;
        let parts = calendar.business_between(first, middle) + calendar.business_between(middle, last);
        prop_assert_eq!(parts, calendar.business_between(first, last));
        prop_assert_eq!(calendar.business_between(last, first), 0);
    }

    #[test]
    fn deadlines_fall_in_business_hours_and_later_starts_never_end_sooner(
        calendar in calendar(),
        mut starts in [instant(), instant()],
        days in 0u32..60,
    ) {
        starts.sort();
        let due = starts.map(|start| calendar.add_business_days(start, days));
        prop_assert!(due[0] <= due[1]);
        prop_assert!(calendar.is_open(due[0]));
        let whole_days = calendar.business_between(starts[0], due[0]);
        prop_assert_eq!(whole_days, u64::from(days) * 8 * 3_600);
    }
}
