//! Times as people read them: in their language and their time zone, and from the present they are given.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Arg, Lang, text};

/// Who reads, where and when.
pub trait Reader {
    /// The reader's language.
    fn lang(&self) -> Lang;

    /// The reader's time zone.
    fn zone(&self) -> &TimeZone;

    /// The present, read once for all that is said together.
    fn now(&self) -> Timestamp;
}

/// "22 novembre 2026 à 10 h 32", in the reader's time zone.
pub fn moment(reader: &impl Reader, time: Timestamp) -> String {
    let local = time.to_zoned(reader.zone().clone());
    let (day, hour) = (day_of_month(reader, local.day()), local.hour().to_string());
    let (minute, year) = (format!("{:02}", local.minute()), local.year().to_string());
    let args = [
        ("day", Arg::Text(&day)),
        ("month", Arg::Number(local.month().into())),
        ("year", Arg::Text(&year)),
        ("hour", Arg::Text(&hour)),
        ("minute", Arg::Text(&minute)),
    ];
    text(reader.lang(), "when-moment", &args)
}

/// "22/11 10:32": the margin of a thread.
pub fn margin(reader: &impl Reader, time: Timestamp) -> String {
    time.to_zoned(reader.zone().clone())
        .strftime("%d/%m %H:%M")
        .to_string()
}

/// Same as [`ago`], for a column of a table.
pub fn since(reader: &impl Reader, time: Timestamp) -> String {
    if reader.now().as_second() - time.as_second() < 60 {
        return text(reader.lang(), "when-less-than-a-minute-short", &[]);
    }
    ago(reader, time)
}

/// How long ago, in its largest unit: "3 jours", "2 heures", "moins d’une minute".
pub fn ago(reader: &impl Reader, time: Timestamp) -> String {
    let seconds = (reader.now().as_second() - time.as_second()).max(0);
    let (key, count) = match seconds {
        0..60 => ("when-less-than-a-minute", 0),
        60..3_600 => ("when-minutes", seconds / 60),
        3_600..86_400 => ("when-hours", seconds / 3_600),
        _ => ("when-days", seconds / 86_400),
    };
    text(reader.lang(), key, &[("count", Arg::Number(count))])
}

/// A day of the contract ("2026-12-05") as people read it; what is no day is shown as it is.
pub fn day(reader: &impl Reader, day: &str) -> String {
    let Ok(date) = day.parse::<jiff::civil::Date>() else {
        return day.to_owned();
    };
    let (day, year) = (day_of_month(reader, date.day()), date.year().to_string());
    let month = Arg::Number(date.month().into());
    text(
        reader.lang(),
        "when-day",
        &[
            ("day", Arg::Text(&day)),
            ("month", month),
            ("year", Arg::Text(&year)),
        ],
    )
}

/// "22/11/2026 10:32": a cell of a table, in the reader's time zone.
pub fn stamp(reader: &impl Reader, time: Timestamp) -> String {
    time.to_zoned(reader.zone().clone())
        .strftime("%d/%m/%Y %H:%M")
        .to_string()
}

/// How long something lasts, nights included: "3 j 4 h", "5 h 20", "12 min".
pub fn lasting(reader: &impl Reader, seconds: i64) -> String {
    let minutes = (seconds.max(0) + 30) / 60;
    if minutes < 24 * 60 {
        return hours(reader, seconds);
    }
    let args = [
        ("days", Arg::Number(minutes / (24 * 60))),
        ("hours", Arg::Number(minutes / 60 % 24)),
    ];
    match minutes / 60 % 24 {
        0 => text(reader.lang(), "when-lasting-whole-days", &args[..1]),
        _ => text(reader.lang(), "when-lasting-days", &args),
    }
}

/// How much business time something takes, in hours however many: "64 h", "5 h 20", "12 min".
pub fn hours(reader: &impl Reader, seconds: i64) -> String {
    let minutes = (seconds.max(0) + 30) / 60;
    let two_digits = format!("{:02}", minutes % 60);
    match (minutes / 60, minutes % 60) {
        // So little is not nothing.
        (0, 0) if seconds > 0 => text(reader.lang(), "when-less-than-a-minute", &[]),
        (0, minutes) => text(
            reader.lang(),
            "when-lasting-minutes",
            &[("minutes", Arg::Number(minutes))],
        ),
        (hours, 0) => text(
            reader.lang(),
            "when-lasting-whole-hours",
            &[("hours", Arg::Number(hours))],
        ),
        (hours, _) => {
            let args = [("hours", Arg::Number(hours)), ("minutes", Arg::Text(&two_digits))];
            text(reader.lang(), "when-lasting-hours", &args)
        }
    }
}

fn day_of_month(reader: &impl Reader, day: i8) -> String {
    match (reader.lang(), day) {
        (Lang::Fr, 1) => "1er".to_owned(),
        _ => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader on 22 November 2026 at noon in Paris.
    struct AtNoon(Lang, TimeZone);

    impl Reader for AtNoon {
        fn lang(&self) -> Lang {
            self.0
        }

        fn zone(&self) -> &TimeZone {
            &self.1
        }

        fn now(&self) -> Timestamp {
            "2026-11-22T11:00:00Z".parse().expect("a time")
        }
    }

    const IN_PARIS: AtNoon = AtNoon(Lang::Fr, jiff::tz::get!("Europe/Paris"));

    #[test]
    fn times_are_said_in_the_zone_and_language_of_the_reader() {
        let opened = "2026-10-01T07:05:00Z".parse().expect("a time");
        assert_eq!(moment(&IN_PARIS, opened), "1er octobre 2026 à 9 h 05");
        let english = AtNoon(Lang::En, TimeZone::UTC);
        assert_eq!(moment(&english, opened), "1 October 2026, 7:05");
        assert_eq!(day(&IN_PARIS, "1984-07-14"), "14 juillet 1984");
        assert_eq!(day(&IN_PARIS, "bientôt"), "bientôt");
    }

    #[test]
    fn so_little_business_time_is_said_and_is_not_nothing() {
        let rows = [
            (0, "0 min"),
            (1, "moins d’une minute"),
            (29, "moins d’une minute"),
            (30, "1 min"),
            (19_200, "5 h 20"),
        ];
        for (seconds, said) in rows {
            assert_eq!(hours(&IN_PARIS, seconds), said, "{seconds}");
        }
    }

    #[test]
    fn a_delay_is_said_in_its_largest_unit() {
        let rows = [
            ("2026-11-22T10:59:30Z", "moins d’une minute"),
            ("2026-11-22T10:59:00Z", "1 minute"),
            ("2026-11-22T08:59:00Z", "2 heures"),
            ("2026-11-19T08:00:00Z", "3 jours"),
            ("2026-11-23T08:00:00Z", "moins d’une minute"),
        ];
        for (time, said) in rows {
            assert_eq!(ago(&IN_PARIS, time.parse().expect("a time")), said);
        }
        let now = "2026-11-22T10:59:30Z".parse().expect("a time");
        assert_eq!(since(&IN_PARIS, now), "<\u{a0}1\u{a0}minute");
    }
}
