//! The arithmetic of business time against an oracle that looks at the clock on the wall, minute by minute.

use std::collections::BTreeSet;

use declic_calendar::{Calendar, Closure, Opening, OpeningHours, Part, Region, holidays};
use jiff::civil::{Date, Time, Weekday, time};
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

/// A desk as the oracle sees it: nothing but lists.
#[derive(Debug, Clone)]
struct Desk {
    region: Region,
    week: Vec<(Weekday, Opening)>,
    closures: Vec<Closure>,
}

impl Desk {
    fn calendar(&self) -> Calendar {
        let hours = OpeningHours::of_week(self.week.iter().copied()).expect("the week has hours");
        Calendar::new(self.region)
            .with_hours(hours)
            .and_then(|calendar| calendar.with_closures(self.closures.iter().copied()))
            .expect("it opens again")
    }

    /// Whether the minute that begins now is a business minute, by what the wall shows.
    fn is_open(&self, minute: Timestamp, feasts: &BTreeSet<Date>) -> bool {
        let wall = minute.to_zoned(self.region.time_zone()).datetime();
        let closed = |closure: &Closure| {
            closure.day == wall.date()
                && match closure.part {
                    Part::Day => true,
                    Part::Morning => wall.time() < time(12, 0, 0, 0),
                    Part::Afternoon => wall.time() >= time(12, 0, 0, 0),
                }
        };
        let open = |(day, opening): &(Weekday, Opening)| {
            *day == wall.weekday() && opening.opens() <= wall.time() && wall.time() < opening.closes()
        };
        self.week.iter().any(open) && !feasts.contains(&wall.date()) && !self.closures.iter().any(closed)
    }

    fn feasts(&self, from: Timestamp) -> BTreeSet<Date> {
        let year = from.to_zoned(self.region.time_zone()).year();
        let years = year - 1..=year + 1;
        years
            .flat_map(|year| holidays(self.region, year))
            .map(|(day, _)| day)
            .collect()
    }
}

fn next_minute(minute: Timestamp) -> Timestamp {
    minute.saturating_add(1.minute()).expect("minutes are exact")
}

/// Openings whose ends the change of hour neither skips nor repeats: it happens between 2 and 3 in the night.
fn openings() -> impl Strategy<Value = Vec<Opening>> {
    let office = |from: (i8, i8), to: (i8, i8)| {
        Opening::new(time(from.0, from.1, 0, 0), time(to.0, to.1, 0, 0)).expect("it closes after it opens")
    };
    prop::sample::select(vec![
        vec![],
        vec![office((9, 0), (17, 0))],
        vec![office((8, 30), (12, 0)), office((13, 30), (16, 45))],
        vec![office((9, 0), (12, 0))],
        vec![office((13, 15), (18, 20))],
        vec![office((0, 0), (6, 0)), office((22, 0), (23, 59))],
        vec![
            office((1, 30), (4, 0)),
            office((7, 1), (7, 2)),
            office((10, 0), (10, 30)),
        ],
        vec![office((11, 0), (14, 0)), office((14, 0), (15, 0))],
    ])
}

fn desk() -> impl Strategy<Value = Desk> {
    let region = prop::sample::select(Region::ALL.to_vec());
    let week = prop::collection::vec(openings(), 7)
        .prop_filter("a week has hours", |week| week.iter().any(|day| !day.is_empty()));
    (region, week).prop_map(|(region, week)| {
        let days = Weekday::Monday.cycle_forward().take(7);
        let week = days
            .zip(week)
            .flat_map(|(day, openings)| openings.into_iter().map(move |opening| (day, opening)))
            .collect();
        Desk {
            region,
            week,
            closures: Vec::new(),
        }
    })
}

/// Instants near what is hard: changes of hour on both sides of the Atlantic, year's end, holidays; and any others. On a
/// whole minute.
fn start() -> impl Strategy<Value = Timestamp> {
    let hard = [
        "2026-03-28T12:00Z",
        "2026-03-07T12:00Z",
        "2026-10-24T12:00Z",
        "2026-10-31T12:00Z",
        "2026-12-30T18:00Z",
        "2027-12-31T20:00Z",
        "2028-02-28T09:00Z",
        "2026-05-13T07:00Z",
        "2026-04-02T07:00Z",
    ];
    let hard: Vec<Timestamp> = hard
        .iter()
        .map(|text| text.parse().expect("an instant"))
        .collect();
    let any = 1_577_836_800i64 / 60..2_208_988_800 / 60;
    let any = any.prop_map(|minute| Timestamp::from_second(minute * 60).expect("an instant"));
    let near = (prop::sample::select(hard), 0i64..2_880)
        .prop_map(|(hard, minutes)| hard.saturating_add(minutes.minutes()).expect("an instant"));
    prop_oneof![any, near]
}

/// A desk with closures in the days after an instant.
fn situation() -> impl Strategy<Value = (Desk, Timestamp)> {
    let part = prop::sample::select(vec![Part::Day, Part::Morning, Part::Afternoon]);
    let closures = prop::collection::vec((0i32..14, part), 0..6);
    (desk(), start(), closures).prop_map(|(mut desk, from, closures)| {
        let first = from.to_zoned(desk.region.time_zone()).date();
        let closure = |(after, part): (i32, Part)| Closure {
            day: first.saturating_add(after.days()),
            part,
        };
        desk.closures = closures.into_iter().map(closure).collect();
        (desk, from)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_lies_between_is_what_the_wall_counts((desk, from) in situation(), minutes in 0i64..20_000) {
        let (calendar, feasts) = (desk.calendar(), desk.feasts(from));
        let mut open = 0u64;
        let mut minute = from;
        for _ in 0..minutes {
            let counts = desk.is_open(minute, &feasts);
            prop_assert_eq!(calendar.is_open(minute), counts, "at {}", minute);
            open += u64::from(counts);
            minute = next_minute(minute);
        }
        prop_assert_eq!(calendar.business_between(from, minute), open * 60);
    }

    #[test]
    fn what_is_added_ends_at_the_minute_the_wall_has_counted_so_much((desk, from) in situation(), wanted in 1u64..1_500) {
        let (calendar, feasts) = (desk.calendar(), desk.feasts(from));
        let mut open = 0;
        let mut minute = from;
        while open < wanted {
            open += u64::from(desk.is_open(minute, &feasts));
            minute = next_minute(minute);
        }
        prop_assert_eq!(calendar.add_business_seconds(from, wanted * 60), minute);
    }

    #[test]
    fn the_next_opening_is_the_first_open_minute((desk, from) in situation()) {
        let (calendar, feasts) = (desk.calendar(), desk.feasts(from));
        let mut minute = from;
        while !desk.is_open(minute, &feasts) {
            minute = next_minute(minute);
        }
        prop_assert_eq!(calendar.next_open(from), minute);
    }

    /// So many days later is the same time of day after so many days with an open hour, or the first open minute after it.
    #[test]
    fn business_days_are_those_on_which_the_wall_sees_an_open_minute((desk, from) in situation(), days in 1u32..8) {
        let (calendar, feasts) = (desk.calendar(), desk.feasts(from));
        let zone = desk.region.time_zone();
        let mut minute = from;
        while !desk.is_open(minute, &feasts) {
            minute = next_minute(minute);
        }
        let local = minute.to_zoned(zone.clone()).datetime();
        let mut seen = BTreeSet::new();
        while seen.len() < days as usize {
            minute = next_minute(minute);
            let wall = minute.to_zoned(zone.clone()).date();
            if wall > local.date() && desk.is_open(minute, &feasts) {
                seen.insert(wall);
            }
        }
        let day = *seen.last().expect("at least one day");
        // Back to the beginning of that day, then on to the time of day, or past it to the first open minute.
        let mut minute = day.to_zoned(zone.clone()).expect("a day begins").timestamp();
        let is_before = |minute: Timestamp| minute.to_zoned(zone.clone()).datetime() < day.to_datetime(local.time());
        while is_before(minute) || !desk.is_open(minute, &feasts) {
            minute = next_minute(minute);
        }
        prop_assert_eq!(calendar.add_business_days(from, days), minute);
    }
}

/// Where an opening itself begins or ends in the hour that a change of time skips or repeats.
#[test]
fn a_time_that_is_skipped_is_the_change_and_one_that_comes_twice_is_the_first() {
    let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
    let night = |opens: Time, closes: Time| {
        let hours = OpeningHours::new(opens, closes, &[Weekday::Sunday]).expect("hours");
        Calendar::for_departement("56")
            .with_hours(hours)
            .expect("it opens again")
    };
    let spring = (at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00"));
    let autumn = (at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00"));
    let within = night(time(2, 15, 0, 0), time(2, 45, 0, 0));
    assert_eq!(within.business_between(spring.0, spring.1), 0);
    assert_eq!(within.business_between(autumn.0, autumn.1), 30 * 60);
    let until = night(time(1, 0, 0, 0), time(2, 30, 0, 0));
    assert_eq!(until.business_between(spring.0, spring.1), 60 * 60);
    assert_eq!(until.business_between(autumn.0, autumn.1), 90 * 60);
    let since = night(time(2, 30, 0, 0), time(5, 0, 0, 0));
    assert_eq!(since.next_open(spring.0), at("2026-03-29T03:00+02:00"));
    assert_eq!(since.business_between(spring.0, spring.1), 2 * 3_600);
    assert_eq!(since.next_open(autumn.0), at("2026-10-25T02:30+02:00"));
    assert_eq!(since.business_between(autumn.0, autumn.1), 3 * 3_600 + 30 * 60);
}
