//! Sums of the figures: what a group's row holds, and what a case was counted with.
//!
//! Numbers take as few bytes as they can, seven bits in each, the lowest first (LEB128): most sums are small. What the
//! group itself tells is not written: how often each cause was counted.

use std::collections::BTreeMap;

use declic_domain::clock::timeline::Part;
use declic_domain::figures::{
    Age, Arrival, Backlog, Cause, Counts, Group, HolderKind, Lateness, Month, PartSum, Reception, Spread,
    Sums, Tally,
};
use declic_domain::name::AgencyId;
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use jiff::SignedDuration;
use jiff::civil::Date;

use super::Error;
use super::fields::{codes, decode as read_record, encode as write_record, text};
use super::meta::{effect, reason, write_effect, write_reason};

/// Sums of another version are not read: they are made again.
const VERSION: u8 = 2;

/// The bytes of a group's sums.
pub fn encode(sums: &Tally) -> Vec<u8> {
    write_record(VERSION, |writer| write_tally(writer, sums))
}

/// The sums of a group.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8], group: &Group) -> Result<Tally, Error> {
    read_record(bytes, VERSION, |reader| tally(reader, group))
}

/// The bytes of what a case was counted with.
pub fn encode_case(sums: &Sums) -> Vec<u8> {
    write_record(VERSION, |writer| {
        let groups: Vec<_> = sums.iter().collect();
        writer.list(&groups, |writer, (group, tally)| {
            writer.str(&group.departement);
            writer.u32(group.month.number().unsigned_abs());
            writer.str(group.agency.as_str());
            writer.str(&group.benefit).str(&group.blockage);
            write_tally(writer, tally);
        });
    })
}

/// What a case was counted with.
///
/// # Errors
/// Every other sequence of bytes than [`encode_case`] writes.
pub fn decode_case(bytes: &[u8]) -> Result<Sums, Error> {
    read_record(bytes, VERSION, |reader| {
        let groups = reader.list(MAX_LEN, |reader| {
            let group = group(reader)?;
            let tally = tally(reader, &group)?;
            Ok::<_, Error>((group, tally))
        })?;
        ordered(groups, "the order of groups")
    })
}

fn group(reader: &mut Reader<'_>) -> Result<Group, Error> {
    let departement = text(reader)?;
    let month = i32::try_from(reader.u32()?).ok().and_then(Month::from_number);
    Ok(Group {
        departement,
        month: month.ok_or(Error::Value("a month"))?,
        agency: AgencyId::parse(&text(reader)?).map_err(|_| Error::Value("an agency"))?,
        benefit: text(reader)?,
        blockage: text(reader)?,
    })
}

fn write_tally(writer: &mut Writer, tally: &Tally) {
    write_number(writer, tally.tickets);
    for spread in [&tally.acknowledge, &tally.resolve, &tally.wait] {
        write_spread(writer, spread);
    }
    write_number(writer, tally.parts.len() as u64);
    for (part, sum) in &tally.parts {
        write_part(writer, *part);
        write_number(writer, sum.tickets);
        // Times are whole in microseconds, and so is what lies between them.
        write_number(writer, u64::try_from(sum.time.as_micros()).unwrap_or(0));
    }
    write_number(writer, tally.addressed);
    write_number(writer, tally.sent_on);
    write_counts(writer, &tally.first_reasons, write_reason);
    write_counts(writer, &tally.effects, write_effect);
    let backlog = &tally.backlog;
    write_counts(writer, &backlog.ages, write_age);
    write_counts(writer, &backlog.holders, write_holder);
    write_counts(writer, &backlog.receptions, write_reception);
    write_counts(writer, &backlog.lateness, write_lateness);
    write_spread(writer, &backlog.late_by);
    for count in [
        tally.outcomes,
        tally.reopened,
        tally.asked,
        tally.requests,
        tally.unconfirmed,
    ] {
        write_number(writer, count);
    }
    let days = tally.arrivals.iter().map(|(arrival, count)| (arrival.day, count));
    let days: Counts<u32> = days.map(|(day, count)| (number_of(day), count)).collect();
    write_durations(writer, &days);
}

fn tally(reader: &mut Reader<'_>, group: &Group) -> Result<Tally, Error> {
    let tickets = number(reader)?;
    let cause = Cause {
        blockage: group.blockage.clone(),
        benefit: group.benefit.clone(),
        agency: group.agency.clone(),
    };
    let mut causes = Counts::default();
    causes.many(cause, tickets);
    let read = Tally {
        tickets,
        acknowledge: spread(reader)?,
        resolve: spread(reader)?,
        wait: spread(reader)?,
        parts: parts(reader)?,
        addressed: number(reader)?,
        sent_on: number(reader)?,
        first_reasons: counts(reader, reason)?,
        causes,
        effects: counts(reader, effect)?,
        backlog: Backlog {
            ages: counts(reader, age)?,
            holders: counts(reader, holder)?,
            receptions: counts(reader, reception)?,
            lateness: counts(reader, lateness)?,
            late_by: spread(reader)?,
        },
        outcomes: number(reader)?,
        reopened: number(reader)?,
        asked: number(reader)?,
        requests: number(reader)?,
        unconfirmed: number(reader)?,
        arrivals: Counts::default(),
    };
    Ok(Tally {
        arrivals: arrivals(reader, group)?,
        ..read
    })
}

/// By day; agency and blockage are the group's.
fn arrivals(reader: &mut Reader<'_>, group: &Group) -> Result<Counts<Arrival>, Error> {
    let days = durations(reader)?;
    let arrivals = days.iter().map(|(day, count)| {
        let arrival = Arrival {
            agency: group.agency.clone(),
            blockage: group.blockage.clone(),
            day: day_of(*day).ok_or(Error::Value("a day"))?,
        };
        Ok((arrival, count))
    });
    arrivals.collect()
}

/// Year, month and day in one number, which grows with the days: 20261123.
fn number_of(day: Date) -> u32 {
    let day = i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    day.unsigned_abs()
}

fn day_of(number: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    Date::new(year, part(number / 100)?, part(number)?).ok()
}

fn parts(reader: &mut Reader<'_>) -> Result<BTreeMap<Part, PartSum>, Error> {
    let mut parts = Vec::new();
    for _ in 0..number(reader)? {
        let part = part(reader)?;
        let tickets = positive(reader)?;
        let micros = i64::try_from(number(reader)?).map_err(|_| Error::Value("a time that was spent"))?;
        let time = SignedDuration::from_micros(micros);
        parts.push((part, PartSum { tickets, time }));
    }
    ordered(parts, "the order of parts")
}

fn write_spread(writer: &mut Writer, spread: &Spread) {
    let (done, censored) = spread.counts();
    for counts in [done, censored] {
        write_durations(writer, counts);
    }
    let (within, late) = spread.kept();
    write_number(writer, within);
    write_number(writer, late);
}

/// Counts by minutes or days, each as what it is later than the one before.
fn write_durations(writer: &mut Writer, counts: &Counts<u32>) {
    write_number(writer, counts.iter().count() as u64);
    let mut after = 0;
    for (at, count) in counts.iter() {
        write_number(writer, u64::from(at - after));
        write_number(writer, count);
        after = *at;
    }
}

fn spread(reader: &mut Reader<'_>) -> Result<Spread, Error> {
    let (done, censored) = (durations(reader)?, durations(reader)?);
    Ok(Spread::from_counts(
        done,
        censored,
        (number(reader)?, number(reader)?),
    ))
}

/// Counts by minutes, each duration as what it is longer than the one before.
fn durations(reader: &mut Reader<'_>) -> Result<Counts<u32>, Error> {
    let (mut counts, mut after) = (Vec::new(), None);
    for _ in 0..number(reader)? {
        let more = u32::try_from(number(reader)?).map_err(|_| Error::Value("a duration"))?;
        let minutes = match after {
            None => Some(more),
            Some(after) if more > 0 => u32::checked_add(after, more),
            Some(_) => None,
        };
        let minutes = minutes.ok_or(Error::Value("the order of durations"))?;
        counts.push((minutes, positive(reader)?));
        after = Some(minutes);
    }
    Ok(counts.into_iter().collect())
}

fn write_counts<K: Ord + Copy>(writer: &mut Writer, counts: &Counts<K>, write: fn(&mut Writer, K)) {
    write_number(writer, counts.iter().count() as u64);
    for (what, count) in counts.iter() {
        write(writer, *what);
        write_number(writer, count);
    }
}

fn counts<K: Ord>(
    reader: &mut Reader<'_>,
    read: fn(&mut Reader<'_>) -> Result<K, Error>,
) -> Result<Counts<K>, Error> {
    let mut counts = Vec::new();
    for _ in 0..number(reader)? {
        counts.push((read(reader)?, positive(reader)?));
    }
    let counts: BTreeMap<K, u64> = ordered(counts, "the order of counts")?;
    Ok(counts.into_iter().collect())
}

fn ordered<K: Ord, V>(items: Vec<(K, V)>, what: &'static str) -> Result<BTreeMap<K, V>, Error> {
    match items.is_sorted_by(|one, next| one.0 < next.0) {
        true => Ok(items.into_iter().collect()),
        false => Err(Error::Value(what)),
    }
}

fn write_number(writer: &mut Writer, mut number: u64) {
    while number >= 0x80 {
        writer.u8((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    writer.u8(number as u8);
}

fn number(reader: &mut Reader<'_>) -> Result<u64, Error> {
    const TOO_LONG: Error = Error::Value("a number");
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = reader.u8()?;
        let bits = u64::from(byte & 0x7f);
        if (bits << shift) >> shift != bits {
            return Err(TOO_LONG);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            // One number, one encoding: none ends in bits that are not needed.
            return if byte == 0 && shift > 0 {
                Err(TOO_LONG)
            } else {
                Ok(number)
            };
        }
    }
    Err(TOO_LONG)
}

/// What was counted.
fn positive(reader: &mut Reader<'_>) -> Result<u64, Error> {
    match number(reader)? {
        0 => Err(Error::Value("a count of nothing")),
        count => Ok(count),
    }
}

codes!(write_part, part, Part, "where time goes", {
    1 => Part::BeforeAcknowledgement,
    2 => Part::AtAgency,
    3 => Part::AwaitingReply,
    4 => Part::WrongAgency,
    5 => Part::Triage,
    6 => Part::ToBeConfirmed,
});

codes!(write_age, age, Age, "an age", {
    1 => Age::Week,
    2 => Age::Month,
    3 => Age::Quarter,
    4 => Age::Older,
});

codes!(write_holder, holder, HolderKind, "who has the ball", {
    1 => HolderKind::Desk,
    2 => HolderKind::Agent,
    3 => HolderKind::Opener,
    4 => HolderKind::Organisation,
});

codes!(write_reception, reception, Reception, "how far a ticket has come", {
    1 => Reception::Undelivered,
    2 => Reception::Unread,
    3 => Reception::Read,
});

codes!(write_lateness, lateness, Lateness, "whether an agency is late", {
    1 => Lateness::Late,
    2 => Lateness::Soon,
    3 => Lateness::InTime,
});
