//! The rules against three published lists. Each difference is named with its reason; nothing else differs.
//!
//! `lists/make.py` says which lists, of which versions, and how the table was made of them.

use std::collections::BTreeSet;

use declic_calendar::{Region, easter, holidays};
use jiff::ToSpan;
use jiff::civil::{Date, date};

const LISTS: &str = include_str!("lists/holidays.tsv");

/// A line of the table: what one list gives for one region and year.
struct Line {
    list: &'static str,
    region: Region,
    year: i16,
    days: BTreeSet<Date>,
}

fn lines() -> Vec<Line> {
    LISTS.lines().skip(1).map(line).collect()
}

fn line(text: &'static str) -> Line {
    let columns: Vec<&str> = text.split('\t').collect();
    let [list, region, year, days] = columns[..] else {
        panic!("four columns: {text}");
    };
    let named = |known: &&Region| format!("{known:?}") == region;
    let region = *Region::ALL.iter().find(named).expect("a region of the calendar");
    let year: i16 = year.parse().expect("a year");
    let day = |text: &str| -> Date { format!("{year}-{text}").parse().expect("a day") };
    Line {
        list,
        region,
        year,
        days: days.split(' ').map(day).collect(),
    }
}

/// Days that a list gives and the law does not, with why.
fn given_beyond_the_law(list: &str, region: Region, year: i16) -> BTreeSet<Date> {
    let lent = |days: i32| easter(year).saturating_add(days.days());
    match (list, region) {
        // Custom: L3422-2 names the abolition of slavery alone, and L3134-13 gives Good Friday to Alsace-Moselle alone.
        ("holidays", Region::Guadeloupe) => BTreeSet::from([date(year, 7, 21), lent(-2), lent(-24)]),
        // Custom: the day of Victor Schœlcher.
        ("holidays", Region::Martinique) => BTreeSet::from([date(year, 7, 21)]),
        // The list's own day for Saint-Martin, beside the day of Victor Schœlcher; L3422-2 gives it the 27th of May.
        ("holidays", Region::SaintMartin) => BTreeSet::from([date(year, 7, 21), date(year, 5, 28)]),
        ("jours-feries-france", Region::SaintMartin) => BTreeSet::from([date(year, 5, 28)]),
        _ => BTreeSet::new(),
    }
}

/// Days that the law gives and a list does not, with why.
fn missing_from_the_list(region: Region, year: i16) -> BTreeSet<Date> {
    match region {
        // Both lists have the day after.
        Region::SaintMartin => BTreeSet::from([date(year, 5, 27)]),
        _ => BTreeSet::new(),
    }
}

#[test]
fn the_rules_and_published_lists_differ_only_where_the_law_is_known_to_differ() {
    for line in lines() {
        let law: BTreeSet<Date> = holidays(line.region, line.year)
            .into_iter()
            .map(|(day, _)| day)
            .collect();
        // A day that is a holiday for another reason too is no difference: Ascension may fall on 21 May, Whit Monday on
        // 28 May.
        let beyond = given_beyond_the_law(line.list, line.region, line.year);
        let beyond: BTreeSet<Date> = beyond.difference(&law).copied().collect();
        let missing = missing_from_the_list(line.region, line.year);
        let missing: BTreeSet<Date> = missing.difference(&line.days).copied().collect();
        let name = format!("{} {:?} {}", line.list, line.region, line.year);
        let extra: BTreeSet<Date> = line.days.difference(&law).copied().collect();
        assert_eq!(extra, beyond, "{name}: given beyond the law");
        let lacking: BTreeSet<Date> = law.difference(&line.days).copied().collect();
        assert_eq!(lacking, missing, "{name}: missing");
    }
}

#[test]
fn every_region_and_year_is_in_two_independent_lists() {
    let lines = lines();
    for region in Region::ALL {
        for year in 2022..=2036 {
            let lists: BTreeSet<&str> = lines
                .iter()
                .filter(|line| line.region == region && line.year == year)
                .map(|line| line.list)
                .collect();
            assert!(lists.len() >= 2, "{region:?} {year}: {lists:?}");
        }
    }
}
