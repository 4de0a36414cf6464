//! The dates of the law, and nothing but them.

use declic_calendar::{Calendar, Holiday, Region, easter, holiday, holidays};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn dates_of(region: Region, year: i16, wanted: Holiday) -> Vec<Date> {
    holidays(region, year)
        .into_iter()
        .filter(|(_, found)| *found == wanted)
        .map(|(day, _)| day)
        .collect()
}

#[test]
fn movable_holidays_of_2026_to_2028() {
    let years = [
        (2026, (4, 6), (5, 14), (5, 25), (4, 3)),
        (2027, (3, 29), (5, 6), (5, 17), (3, 26)),
        (2028, (4, 17), (5, 25), (6, 5), (4, 14)),
    ];
    for (year, easter_monday, ascension, whit_monday, good_friday) in years {
        let day = |(month, day): (i8, i8)| vec![date(year, month, day)];
        let local = Region::AlsaceMoselle;
        assert_eq!(dates_of(local, year, Holiday::EasterMonday), day(easter_monday));
        assert_eq!(dates_of(local, year, Holiday::Ascension), day(ascension));
        assert_eq!(dates_of(local, year, Holiday::WhitMonday), day(whit_monday));
        assert_eq!(dates_of(local, year, Holiday::GoodFriday), day(good_friday));
        assert!(dates_of(Region::Metropole, year, Holiday::GoodFriday).is_empty());
    }
}

#[test]
fn easter_at_its_extremes_and_its_exceptions() {
    let sundays = [
        (1818, 3, 22),
        (1943, 4, 25),
        (1954, 4, 18),
        (1961, 4, 2),
        (1981, 4, 19),
        (2000, 4, 23),
        (2019, 4, 21),
        (2038, 4, 25),
        (2049, 4, 18),
        (2076, 4, 19),
        (2285, 3, 22),
    ];
    for (year, month, day) in sundays {
        assert_eq!(easter(year), date(year, month, day));
    }
}

#[test]
fn the_abolition_of_slavery_has_a_day_in_each_territory() {
    let days = [
        ("976", Some((4, 27))),
        ("972", Some((5, 22))),
        ("971", Some((5, 27))),
        ("978", Some((5, 27))),
        ("973", Some((6, 10))),
        ("977", Some((10, 9))),
        ("974", Some((12, 20))),
        ("975", None),
        ("75", None),
        ("2A", None),
    ];
    for (code, wanted) in days {
        let region = Region::of_departement(code).expect("the code has a region");
        let wanted: Vec<_> = wanted
            .map(|(month, day)| date(2027, month, day))
            .into_iter()
            .collect();
        assert_eq!(
            dates_of(region, 2027, Holiday::AbolitionOfSlavery),
            wanted,
            "{code}"
        );
    }
}

#[test]
fn each_territory_has_as_many_holidays_as_the_law_gives() {
    for region in Region::ALL {
        let wanted = match region {
            Region::Metropole | Region::SaintPierreEtMiquelon => 11,
            Region::AlsaceMoselle => 13,
            _ => 12,
        };
        assert_eq!(holidays(region, 2026).len(), wanted, "{region:?}");
    }
}

#[test]
fn alsace_moselle_is_three_departements() {
    let day = date(2026, 12, 26);
    for code in ["57", "67", "68"] {
        let region = Region::of_departement(code).expect("the code has a region");
        assert_eq!(holiday(region, day), Some(Holiday::SaintStephen));
    }
    assert_eq!(holiday(Region::Metropole, day), None);
}

#[test]
fn codes_that_are_no_departement_have_no_region_and_the_calendar_of_the_metropole() {
    for code in ["20", "96", "00", "984", "987", "988", "1", "+5", "", "vannes"] {
        assert_eq!(Region::of_departement(code), None, "{code}");
        assert_eq!(Calendar::for_departement(code), Calendar::new(Region::Metropole));
    }
    for number in (1..=19).chain(21..=95) {
        let code = format!("{number:02}");
        assert!(Region::of_departement(&code).is_some(), "{code}");
    }
}

#[test]
fn the_list_and_the_question_agree_on_every_day_of_a_century() {
    for region in Region::ALL {
        for year in 1990..2090 {
            let listed = holidays(region, year);
            let mut day = date(year, 1, 1);
            while day.year() == year {
                let in_list = listed.iter().any(|(listed, _)| *listed == day);
                assert_eq!(holiday(region, day).is_some(), in_list, "{region:?} {day}");
                day = day.saturating_add(1.day());
            }
        }
    }
}

proptest! {
    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april(year: i16) {
        let day = easter(year);
        prop_assert_eq!(day.weekday(), jiff::civil::Weekday::Sunday);
        prop_assert!(day >= date(day.year(), 3, 22) && day <= date(day.year(), 4, 25));
        prop_assert!(holidays(Region::Metropole, year).len() == 11);
    }
}
