//! Days, as people write them.

use jiff::civil::Date;

use crate::page::Page;

/// Reads a day as people write it: "12/3/1984", "12.03.1984", "12031984", "1984-03-12".
pub fn read_day(typed: &str) -> Option<Date> {
    let (year, month, day) = parts(typed)?;
    Date::new(year, month, day).ok()
}

/// Year, month and day, be there such a day or not.
fn parts(typed: &str) -> Option<(i16, i8, i8)> {
    let parts: Vec<&str> = typed
        .split(['/', '.', '-', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [day, month, year] if year.len() == 4 => (*year, *month, *day),
        [all] if all.len() == 8 && all.is_ascii() => (&all[4..], &all[2..4], &all[..2]),
        _ => return None,
    };
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// What to do about a day that cannot be read: one that no calendar has is said as such.
pub fn wrong(page: &Page, typed: &str) -> String {
    let key = match parts(typed) {
        Some(_) => "console-no-such-day",
        None => "console-wrong-day",
    };
    page.t(key)
}

/// "14/07/1984".
pub fn french(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_however_it_is_written_and_its_year_has_four_digits() {
        let day = jiff::civil::date(1984, 3, 12);
        for typed in [
            "12/3/1984",
            "12/03/1984",
            "12.03.1984",
            "12031984",
            "1984-03-12",
            "12 3 1984",
        ] {
            assert_eq!(read_day(typed), Some(day), "{typed}");
        }
        for typed in [
            "",
            "12/03/84",
            "31/02/1984",
            "hier",
            "12/03",
            "é2031984",
            "99999999",
        ] {
            assert_eq!(read_day(typed), None, "{typed}");
        }
        assert!(parts("31/02/1984").is_some() && parts("12/03/84").is_none());
        assert_eq!(french(day), "12/03/1984");
    }
}
