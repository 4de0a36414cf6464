//! What a ticket may have beside: each part under a number of its own, in the order of the numbers, as a record of its
//! own length. A part that says nothing is not written, so a ticket that has none is written as it always was.

use declic_domain::clock::Clocks;
use declic_domain::name::{AgencyId, DeskName};
use declic_domain::ticket::{Alerts, Ticket};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use declic_routing::RawFacts;
use jiff::Timestamp;

use super::Error;
use super::clock::{clocks, write_clocks};
use super::facts::{facts, write_facts};
use super::fields::{agency, desk, time, write_desk, write_time};
use super::meta::{rung, write_rung};

/// How much time the agency has.
const CLOCKS: u8 = 30;
/// When the agency was last reminded.
const REMINDED: u8 = 40;
/// Desks of other agencies that may read it.
const SHARED_WITH: u8 = 41;
/// The agencies that treated it before they were merged or renamed.
const FORMER_AGENCIES: u8 = 42;
/// The facts as they were corrected since its routing.
const CORRECTED: u8 = 50;
/// What was told because nothing was done.
const ALERTS: u8 = 60;

/// The parts of a ticket, read.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) clocks: Option<Clocks>,
    reminded_at: Option<Timestamp>,
    shared_with: Vec<DeskName>,
    former_agencies: Vec<AgencyId>,
    corrected: Option<Box<RawFacts>>,
    alerts: Alerts,
}

impl Parts {
    /// Puts what was read where it belongs.
    pub(super) fn into_ticket(self, ticket: Ticket) -> Ticket {
        Ticket {
            clocks: self.clocks,
            reminded_at: self.reminded_at,
            shared_with: self.shared_with,
            former_agencies: self.former_agencies,
            corrected: self.corrected,
            alerts: self.alerts,
            ..ticket
        }
    }

    fn read(&mut self, number: u8, reader: &mut Reader<'_>) -> Result<(), Error> {
        match number {
            CLOCKS => self.clocks = Some(clocks(reader)?),
            REMINDED => self.reminded_at = Some(time(reader)?),
            SHARED_WITH => self.shared_with = some(reader.list(MAX_LEN, desk)?)?,
            FORMER_AGENCIES => self.former_agencies = some(reader.list(MAX_LEN, agency)?)?,
            CORRECTED => self.corrected = Some(Box::new(facts(reader)?)),
            ALERTS => self.alerts = alerts(reader)?,
            _ => return Err(UNKNOWN),
        }
        Ok(())
    }
}

/// A list that says nothing is not written.
fn some<T>(list: Vec<T>) -> Result<Vec<T>, Error> {
    if list.is_empty() { Err(UNKNOWN) } else { Ok(list) }
}

const UNKNOWN: Error = Error::Value("a part of a ticket");

/// The parts of this ticket that say something, with their numbers in order.
pub(super) fn of(ticket: &Ticket) -> Vec<(u8, Vec<u8>)> {
    let mut parts = Vec::new();
    if let Some(clocks) = &ticket.clocks {
        parts.push((CLOCKS, part(|writer| write_clocks(writer, clocks))));
    }
    if let Some(reminded_at) = ticket.reminded_at {
        parts.push((REMINDED, part(|writer| write_time(writer, reminded_at))));
    }
    if !ticket.shared_with.is_empty() {
        let desks = part(|writer| {
            writer.list(&ticket.shared_with, write_desk);
        });
        parts.push((SHARED_WITH, desks));
    }
    if !ticket.former_agencies.is_empty() {
        let agencies = part(|writer| {
            writer.list(&ticket.former_agencies, |writer, agency| {
                writer.str(agency.as_str());
            });
        });
        parts.push((FORMER_AGENCIES, agencies));
    }
    if let Some(corrected) = &ticket.corrected {
        parts.push((CORRECTED, part(|writer| write_facts(writer, corrected))));
    }
    if ticket.alerts != Alerts::default() {
        parts.push((ALERTS, part(|writer| write_alerts(writer, ticket.alerts))));
    }
    parts
}

pub(super) fn write(writer: &mut Writer, parts: &[(u8, Vec<u8>)]) {
    writer.list(parts, |writer, (number, bytes)| {
        writer.u8(*number).bytes(bytes);
    });
}

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let mut parts = Parts::default();
    let mut last = 0;
    let numbers = reader.list(MAX_LEN, |reader| {
        let number = reader.u8()?;
        if number <= last {
            return Err(UNKNOWN);
        }
        last = number;
        Reader::read_all(reader.bytes(MAX_LEN)?, |reader| parts.read(number, reader))?;
        Ok(number)
    })?;
    if numbers.is_empty() {
        return Err(UNKNOWN);
    }
    Ok(parts)
}

fn part(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

fn write_alerts(writer: &mut Writer, alerts: Alerts) {
    writer.bool(alerts.reply).u8(alerts.untouched).u8(alerts.level);
    writer.option(alerts.acknowledgement, write_rung);
    writer.option(alerts.resolution, write_rung);
}

/// Alerts that say nothing are not written: one value, one sequence of bytes.
fn alerts(reader: &mut Reader<'_>) -> Result<Alerts, Error> {
    let alerts = Alerts {
        reply: reader.bool()?,
        untouched: reader.u8()?,
        level: reader.u8()?,
        acknowledgement: reader.option(rung)?,
        resolution: reader.option(rung)?,
    };
    if alerts == Alerts::default() {
        return Err(Error::Value("the alerts of a ticket"));
    }
    Ok(alerts)
}
