//! When cases are opened: fewer in August and between the years, more when school begins and in January, most on Mondays,
//! none on a day off.

use declic_calendar::Calendar;
use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::draw::Draw;

/// How busy a month is, beside the average of 100.
const MONTHS: [u32; 12] = [118, 104, 106, 98, 88, 100, 84, 62, 116, 118, 108, 82];

/// Same, of a day of the week from Monday on.
const DAYS: [u32; 7] = [128, 106, 92, 102, 84, 0, 0];

/// From one stream of draws to those of cases, members and places.
const STREAM: u64 = 1 << 40;

/// The instants at which so many cases are opened, in order, from the first day to the last, both included. None when no
/// day of them is open.
pub fn arrivals(calendar: &Calendar, (first, last): (Date, Date), cases: usize, seed: u64) -> Vec<Timestamp> {
    let days: Vec<Date> = first
        .series(1.day())
        .take_while(|day| *day <= last)
        .filter(|day| calendar.is_business_day(*day))
        .collect();
    let weights: Vec<u32> = days.iter().map(|day| weight(*day)).collect();
    if weights.iter().all(|weight| *weight == 0) {
        return Vec::new();
    }
    let mut draw = Draw::new(seed, STREAM);
    let mut arrivals: Vec<Timestamp> = (0..cases)
        .map(|_| {
            let day = days[draw.weighted(weights.iter().copied())];
            let midnight = day.to_zoned(calendar.time_zone().clone());
            let begins = midnight.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp());
            draw.within_day(calendar, begins)
        })
        .collect();
    arrivals.sort_unstable();
    arrivals
}

fn weight(day: Date) -> u32 {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    // Between the years hardly anybody comes.
    let still = day.month() == 12 && day.day() > 23 || day.month() == 1 && day.day() < 3;
    let of_week = DAYS[of_monday(day.weekday())];
    month * of_week / if still { 4 } else { 1 }
}

fn of_monday(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_has_its_seasons_and_nobody_comes_on_a_day_off() {
        let calendar = Calendar::for_departement("56");
        let all = arrivals(&calendar, (date(2025, 1, 1), date(2025, 12, 31)), 20_000, 3);
        assert_eq!(all.len(), 20_000);
        assert!(all.is_sorted());
        let mut months = [0; 12];
        for at in &all {
            let day = calendar.date_of(*at);
            assert!(calendar.is_business_day(day), "{day}");
            months[usize::from(day.month().unsigned_abs()) - 1] += 1;
        }
        assert!(months[7] * 3 < months[8] * 2, "August is calm: {months:?}");
        assert!(months[0] > months[4], "January is not: {months:?}");
    }

    #[test]
    fn no_open_day_no_case() {
        let calendar = Calendar::for_departement("56");
        let weekend = (date(2026, 11, 21), date(2026, 11, 22));
        assert!(arrivals(&calendar, weekend, 5, 1).is_empty());
    }
}
