//! When an agency is open: what is asked, and how it is shown.

use declic_calendar::{Closure, Opening, OpeningHours, Part};
use declic_domain::directory::AgencyCalendar;
use declic_domain::directory::authority::Ask;
use declic_domain::name::AgencyId;
use declic_proto::v1;
use jiff::civil::{Date, Time, Weekday};

use super::{Asked, Parsing};
use crate::status::Error;
use crate::wire::{Violations, enums};

/// Most openings of a week: eight for each day.
const MOST_OPENINGS: usize = 56;
/// Most closures given at once.
const MOST_CLOSURES: usize = 200;
/// Most days of one closure.
const LONGEST_CLOSURE_DAYS: usize = 367;

/// Parses SetAgencyCalendar.
///
/// # Errors
/// Every violation; a calendar with no open hour.
pub fn set(request: v1::SetAgencyCalendarRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let calendar = request.calendar.unwrap_or_default();
    parsing.read_part(&calendar.etag);
    parsing.at_most("calendar.hours", calendar.hours.len(), MOST_OPENINGS);
    parsing.at_most("calendar.closures", calendar.closures.len(), MOST_CLOSURES);
    let violations = &mut parsing.violations;
    let agency = violations.take("name", AgencyId::parse_resource(&request.name));
    let is_given = violations.tells("calendar.hours") || violations.tells("calendar.closures");
    let set = match is_given {
        true => None,
        false => {
            let hours = hours(violations, &calendar.hours);
            let closures = closures(violations, &calendar.closures);
            agency.zip(hours).zip(closures)
        }
    };
    let set = set.and_then(|((agency, hours), closures)| {
        let set = AgencyCalendar::new(agency, hours, &closures);
        violations.take("calendar.closures", set)
    });
    parsing.finish("calendar", set.map(Ask::SetCalendar))
}

fn hours(violations: &mut Violations, given: &[v1::OpeningTime]) -> Option<OpeningHours> {
    const FIELD: &str = "calendar.hours";
    let mut week = Vec::with_capacity(given.len());
    for opening in given {
        let day = i8::try_from(opening.weekday).ok();
        let day = day.and_then(|day| Weekday::from_monday_one_offset(day).ok());
        if day.is_none() {
            violations.add(FIELD, "give a day of the week from 1, Monday, to 7, Sunday");
        }
        let times = [&opening.opens, &opening.closes].map(|text| time(violations, text));
        if let [Some(opens), Some(closes)] = times {
            let opening = violations.take(FIELD, Opening::new(opens, closes));
            week.extend(day.zip(opening));
        }
    }
    if violations.tells(FIELD) {
        return None;
    }
    violations.take(FIELD, OpeningHours::of_week(week))
}

fn time(violations: &mut Violations, text: &str) -> Option<Time> {
    // jiff reads more forms of a time than one.
    let has_form =
        matches!(text.len(), 5 | 8) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let parsed = has_form.then(|| text.parse::<Time>().ok()).flatten();
    if parsed.is_none() {
        violations.add("calendar.hours", "is not a time of the day: write it as 09:00");
    }
    parsed
}

fn closures(violations: &mut Violations, given: &[v1::AgencyClosure]) -> Option<Vec<Closure>> {
    const FIELD: &str = "calendar.closures";
    let mut days = Vec::new();
    for closure in given {
        let first = violations.date(FIELD, &closure.first_day);
        let last = match closure.last_day.is_empty() {
            true => first,
            false => violations.date(FIELD, &closure.last_day),
        };
        let part = violations.required(FIELD, enums::parse_closure_part(closure.part));
        let Some(((first, last), part)) = first.zip(last).zip(part) else {
            continue;
        };
        let between = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        let between: Vec<Date> = between
            .take_while(|day| *day <= last)
            .take(LONGEST_CLOSURE_DAYS + 1)
            .collect();
        match between.len() {
            0 => violations.add(FIELD, "ends before it begins: give its first day, then its last"),
            days if days > LONGEST_CLOSURE_DAYS => {
                violations.add(
                    FIELD,
                    "lasts more than 366 days: an agency that is shut for good takes no tickets",
                );
            }
            _ => days.extend(between.into_iter().map(|day| Closure { day, part })),
        }
    }
    (!violations.tells(FIELD)).then_some(days)
}

/// A calendar; that of an agency that says nothing when there is none.
pub fn calendar(calendar: Option<(&AgencyCalendar, u64)>) -> v1::AgencyCalendar {
    let hours = calendar.map_or(&OpeningHours::DEFAULT, |(calendar, _)| calendar.hours());
    let closures = calendar.map_or_else(Vec::new, |(calendar, _)| ranges(calendar.closures()));
    v1::AgencyCalendar {
        hours: hours.week().map(opening).collect(),
        closures,
        etag: calendar.map(|(_, etag)| etag.to_string()).unwrap_or_default(),
    }
}

fn opening((day, opening): (Weekday, Opening)) -> v1::OpeningTime {
    v1::OpeningTime {
        weekday: day.to_monday_one_offset().into(),
        opens: told(opening.opens()),
        closes: told(opening.closes()),
    }
}

fn told(time: Time) -> String {
    let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.strftime(form).to_string()
}

/// Days one after the other that are shut in the same way, as one closure.
fn ranges(closures: &[Closure]) -> Vec<v1::AgencyClosure> {
    let mut ranges: Vec<(Date, Date, Part)> = Vec::new();
    for Closure { day, part } in closures {
        match ranges.last_mut() {
            Some((_, last, before)) if *before == *part && last.tomorrow().ok() == Some(*day) => *last = *day,
            _ => ranges.push((*day, *day, *part)),
        }
    }
    let shown = ranges.into_iter().map(|(first, last, part)| v1::AgencyClosure {
        first_day: first.to_string(),
        last_day: if first == last {
            String::new()
        } else {
            last.to_string()
        },
        part: enums::closure_part(part).into(),
    });
    shown.collect()
}
