//! Clocks of a ticket and the terms they run by: in openings and in states.

use std::sync::Arc;

use declic_calendar::{Calendar, Closure, Opening, OpeningHours, Part, Region};
use declic_domain::clock::{Clock, ClockPolicy, Clocks, Phase, Target, Targets, Terms};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use jiff::SignedDuration;
use jiff::civil::{Time, Weekday};

use super::Error;
use super::fields::{codes, day, text, time, write_day, write_time};

pub(super) fn write_terms(writer: &mut Writer, terms: &Terms) {
    let Terms {
        policy,
        calendar,
        calendar_version,
    } = terms;
    write_policy(writer, policy);
    writer.str(calendar_version);
    write_region(writer, calendar.region());
    write_openings(writer, calendar.hours(), &calendar.closures().collect::<Vec<_>>());
}

pub(super) fn write_policy(writer: &mut Writer, policy: &ClockPolicy) {
    writer.str(policy.version());
    for urgent in [false, true] {
        let Targets { acknowledge, resolve } = policy.targets(urgent);
        write_target(writer, acknowledge);
        write_target(writer, resolve);
    }
}

pub(super) fn policy(reader: &mut Reader<'_>) -> Result<ClockPolicy, Error> {
    let version = text(reader)?;
    let (ordinary, urgent) = (targets(reader)?, targets(reader)?);
    let policy = ClockPolicy::new(&version, ordinary, urgent);
    policy
        .ok()
        .filter(|policy| policy.version() == version)
        .ok_or(Error::Value("the version of a policy"))
}

/// When an agency is open, and when it is shut besides.
pub(super) fn write_openings(writer: &mut Writer, hours: &OpeningHours, closures: &[Closure]) {
    let hours = Some(hours).filter(|hours| **hours != OpeningHours::DEFAULT);
    writer.option(hours, write_hours);
    writer.list(closures, |writer, closure| {
        write_day(writer, closure.day);
        write_part(writer, closure.part);
    });
}

pub(super) fn openings(reader: &mut Reader<'_>) -> Result<(Option<OpeningHours>, Vec<Closure>), Error> {
    let hours = reader.option(hours)?;
    let closures = reader.list(MAX_LEN, |reader| {
        Ok::<_, Error>(Closure {
            day: day(reader)?,
            part: part(reader)?,
        })
    })?;
    Ok((hours, closures))
}

pub(super) fn terms(reader: &mut Reader<'_>) -> Result<Terms, Error> {
    let policy = policy(reader)?;
    let calendar_version = text(reader)?;
    let region = region(reader)?;
    let (hours, closures) = openings(reader)?;
    let never_open = |_| Error::Value("a calendar with no open hour");
    let mut calendar = Calendar::new(region);
    if let Some(hours) = hours {
        calendar = calendar.with_hours(hours).map_err(never_open)?;
    }
    if !closures.is_empty() {
        calendar = calendar
            .with_closures(closures.iter().copied())
            .map_err(never_open)?;
    }
    // One value, one sequence of bytes: each day once, in order.
    if !calendar.closures().eq(closures) {
        return Err(Error::Value("the closures of a calendar"));
    }
    Ok(Terms {
        policy,
        calendar,
        calendar_version,
    })
}

pub(super) fn write_clocks(writer: &mut Writer, clocks: &Clocks) {
    write_terms(writer, &clocks.terms);
    writer.bool(clocks.urgent);
    write_clock(writer, &clocks.acknowledge);
    write_clock(writer, &clocks.resolve);
}

pub(super) fn clocks(reader: &mut Reader<'_>) -> Result<Clocks, Error> {
    Ok(Clocks {
        terms: Arc::new(terms(reader)?),
        urgent: reader.bool()?,
        acknowledge: clock(reader)?,
        resolve: clock(reader)?,
    })
}

fn write_clock(writer: &mut Writer, clock: &Clock) {
    for instant in [clock.started_at, clock.warning, clock.due] {
        write_time(writer, instant);
    }
    match clock.phase {
        Phase::Running => {
            writer.u8(1);
        }
        Phase::Paused(since) => {
            writer.u8(2);
            write_time(writer, since);
        }
        Phase::Stopped(at) => {
            writer.u8(3);
            write_time(writer, at);
        }
    }
    // Between instants of whole microseconds, so nothing is lost.
    for time in [clock.paused, clock.excused] {
        writer.i64(i64::try_from(time.as_micros()).unwrap_or(i64::MAX));
    }
}

fn clock(reader: &mut Reader<'_>) -> Result<Clock, Error> {
    Ok(Clock {
        started_at: time(reader)?,
        warning: time(reader)?,
        due: time(reader)?,
        phase: match reader.u8()? {
            1 => Phase::Running,
            2 => Phase::Paused(time(reader)?),
            3 => Phase::Stopped(time(reader)?),
            _ => return Err(Error::Value("whether a clock runs")),
        },
        paused: SignedDuration::from_micros(reader.i64()?),
        excused: SignedDuration::from_micros(reader.i64()?),
    })
}

fn write_target(writer: &mut Writer, target: Target) {
    match target {
        Target::Days(days) => writer.u8(1).u16(days.get()),
        Target::Hours(hours) => writer.u8(2).u16(hours.get()),
    };
}

fn target(reader: &mut Reader<'_>) -> Result<Target, Error> {
    let target = match reader.u8()? {
        1 => Target::days(reader.u16()?),
        2 => Target::hours(reader.u16()?),
        _ => return Err(Error::Value("a target")),
    };
    target.map_err(|_| Error::Value("a target"))
}

fn targets(reader: &mut Reader<'_>) -> Result<Targets, Error> {
    Ok(Targets {
        acknowledge: target(reader)?,
        resolve: target(reader)?,
    })
}

fn write_hours(writer: &mut Writer, hours: &OpeningHours) {
    let week: Vec<(Weekday, Opening)> = hours.week().collect();
    writer.list(&week, |writer, (day, opening)| {
        writer.u8(day.to_monday_one_offset().unsigned_abs());
        write_time_of_day(writer, opening.opens());
        write_time_of_day(writer, opening.closes());
    });
}

/// The default hours are not written: one value, one sequence of bytes.
fn hours(reader: &mut Reader<'_>) -> Result<OpeningHours, Error> {
    let wrong = || Error::Value("the hours of a calendar");
    let week = reader.list(MAX_LEN, |reader| {
        let day = i8::try_from(reader.u8()?).map_err(|_| wrong())?;
        let day = Weekday::from_monday_one_offset(day).map_err(|_| wrong())?;
        let opening = Opening::new(time_of_day(reader)?, time_of_day(reader)?);
        Ok::<_, Error>((day, opening.map_err(|_| wrong())?))
    })?;
    let hours = OpeningHours::of_week(week.iter().copied()).map_err(|_| wrong())?;
    if hours == OpeningHours::DEFAULT || !hours.week().eq(week) {
        return Err(wrong());
    }
    Ok(hours)
}

/// Seconds since midnight; hours have no parts of a second.
fn write_time_of_day(writer: &mut Writer, time: Time) {
    let seconds = time.duration_since(Time::midnight()).as_secs();
    writer.u32(u32::try_from(seconds).unwrap_or(u32::MAX));
}

fn time_of_day(reader: &mut Reader<'_>) -> Result<Time, Error> {
    let seconds = SignedDuration::from_secs(i64::from(reader.u32()?));
    let time = Time::midnight().checked_add(seconds);
    time.map_err(|_| Error::Value("a time of day"))
}

codes!(write_region, region, Region, "the territory of a calendar", {
    1 => Region::Metropole,
    2 => Region::AlsaceMoselle,
    3 => Region::Guadeloupe,
    4 => Region::Martinique,
    5 => Region::Guyane,
    6 => Region::Reunion,
    7 => Region::SaintPierreEtMiquelon,
    8 => Region::Mayotte,
    9 => Region::SaintBarthelemy,
    10 => Region::SaintMartin,
});

codes!(write_part, part, Part, "how much of a day is closed", {
    1 => Part::Day,
    2 => Part::Morning,
    3 => Part::Afternoon,
});
