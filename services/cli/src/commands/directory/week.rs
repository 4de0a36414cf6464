//! Hours of a week and closures as people type and read them: `lun-ven 9:00-12:00 13:30-17:00`, `2026-12-24:2026-12-31`.

use declic_proto::v1::{AgencyClosure, ClosurePart, OpeningTime};
use declic_words::Family;

use crate::screen::Manner;
use crate::view::bare;
use declic_words::when;

/// Days of the week as they are typed, from Monday, in French and in English.
const DAYS: [[&str; 2]; 7] = [
    ["lun", "mon"],
    ["mar", "tue"],
    ["mer", "wed"],
    ["jeu", "thu"],
    ["ven", "fri"],
    ["sam", "sat"],
    ["dim", "sun"],
];

/// The openings of one option; `None` when it is typed otherwise.
pub fn openings(typed: &str) -> Option<Vec<OpeningTime>> {
    let mut words = typed.split_whitespace();
    let days = words.next()?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (first, last) = (weekday(first)?, weekday(last)?);
    let times: Option<Vec<(&str, &str)>> = words.map(|word| word.split_once('-')).collect();
    let times = times.filter(|times| !times.is_empty() && first <= last)?;
    let openings = (first..=last).flat_map(|weekday| {
        times.iter().map(move |(opens, closes)| OpeningTime {
            weekday,
            opens: two_digits(opens),
            closes: two_digits(closes),
        })
    });
    Some(openings.collect())
}

/// The closure of one option: a day, or its first and its last one, and a half of it.
pub fn closure(typed: &str) -> Option<AgencyClosure> {
    let mut words = typed.split(':');
    let mut closure = AgencyClosure {
        first_day: words.next().filter(|day| !day.is_empty())?.to_owned(),
        part: ClosurePart::Day.into(),
        ..AgencyClosure::default()
    };
    for word in words {
        match word {
            "matin" | "morning" => closure.set_part(ClosurePart::Morning),
            "après-midi" | "apres-midi" | "afternoon" => closure.set_part(ClosurePart::Afternoon),
            day if closure.last_day.is_empty() => day.clone_into(&mut closure.last_day),
            _ => return None,
        }
    }
    Some(closure)
}

/// Each run of days with the same openings, as `lun.-ven. 09:00-12:00 13:30-17:00`.
pub fn shown(manner: &Manner, hours: &[OpeningTime]) -> Vec<String> {
    let of = |day: i32| -> Vec<String> {
        let openings = hours.iter().filter(|opening| opening.weekday == day);
        openings
            .map(|opening| format!("{}-{}", opening.opens, opening.closes))
            .collect()
    };
    let mut runs: Vec<(i32, i32, Vec<String>)> = Vec::new();
    for day in 1..=7 {
        match runs.last_mut() {
            Some((_, last, openings)) if *openings == of(day) => *last = day,
            _ => runs.push((day, day, of(day))),
        }
    }
    let name = |day: i32| manner.text(&format!("weekday-{day}"), &[]);
    let open = runs.into_iter().filter(|(.., openings)| !openings.is_empty());
    let open = open.map(|(first, last, openings)| {
        let days = match first == last {
            true => name(first),
            false => format!("{}-{}", name(first), name(last)),
        };
        format!("{days} {}", openings.join(" "))
    });
    open.collect()
}

/// A closure in words.
pub fn closure_shown(manner: &Manner, closure: &AgencyClosure) -> String {
    let part = match closure.part() {
        ClosurePart::Morning | ClosurePart::Afternoon => {
            let part = bare(closure.part().as_str_name(), "CLOSURE_PART_");
            format!(", {}", manner.label(Family::ClosurePart, part))
        }
        ClosurePart::Day | ClosurePart::Unspecified => String::new(),
    };
    let first = when::day(manner, &closure.first_day);
    match closure.last_day.is_empty() {
        true => format!("{first}{part}"),
        false => format!("{first} – {}{part}", when::day(manner, &closure.last_day)),
    }
}

fn weekday(typed: &str) -> Option<i32> {
    let typed = typed.trim_end_matches('.').to_lowercase();
    let place = DAYS
        .iter()
        .position(|names| names.iter().any(|name| *name == typed))?;
    i32::try_from(place + 1).ok()
}

/// `9:00` as `09:00`.
fn two_digits(time: &str) -> String {
    match time.split_once(':') {
        Some((hour, rest)) if hour.len() == 1 => format!("0{hour}:{rest}"),
        _ => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_typed_in_both_languages_and_shown_as_runs_of_days() {
        let french = openings("lun-jeu 9:00-12:00 13:30-17:00").expect("hours");
        assert_eq!(
            french,
            openings("Mon-Thu 09:00-12:00 13:30-17:00").expect("hours")
        );
        assert_eq!(french.len(), 8);
        let friday = openings("ven 9:00-12:00").expect("hours");
        let week = [french, friday].concat();
        let manner = crate::screen::tests::manner();
        assert_eq!(
            shown(&manner, &week),
            ["lun.-jeu. 09:00-12:00 13:30-17:00", "ven. 09:00-12:00"]
        );
        for wrong in ["", "lun", "lun 9:00", "ven-lun 9:00-12:00", "lundi 9:00-12:00"] {
            assert_eq!(openings(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_closure_is_a_day_or_days_or_half_of_one() {
        let manner = crate::screen::tests::manner();
        for (typed, read) in [
            ("2026-12-24", "24 décembre 2026"),
            ("2026-12-24:2026-12-31", "24 décembre 2026 – 31 décembre 2026"),
            ("2026-12-24:après-midi", "24 décembre 2026, l’après-midi"),
        ] {
            let closure = closure(typed).expect("a closure");
            assert_eq!(closure_shown(&manner, &closure).replace('\u{a0}', " "), read);
        }
        for wrong in ["", "2026-12-24:2026-12-25:2026-12-26"] {
            assert_eq!(closure(wrong), None, "{wrong}");
        }
    }
}
