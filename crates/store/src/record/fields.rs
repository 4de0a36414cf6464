//! How the small types of the domain are written; every other record is made of these.

use declic_domain::event::Party;
use declic_domain::name::{
    AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::Error;

/// A closed set of values, each with the byte that stands for it. A byte is never given to another value.
macro_rules! codes {
    ($write:ident, $read:ident, $type:ty, $what:literal, { $($byte:literal => $value:path),+ $(,)? }) => {
        pub(super) fn $write(writer: &mut Writer, value: $type) {
            writer.u8(match value {
                $($value => $byte,)+
            });
        }

        pub(super) fn $read(reader: &mut Reader<'_>) -> Result<$type, Error> {
            match reader.u8()? {
                $($byte => Ok($value),)+
                _ => Err(Error::Value($what)),
            }
        }
    };
}
pub(super) use codes;

/// Writes the version byte, then the rest.
pub(super) fn encode(version: u8, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.u8(version);
    write(&mut writer);
    writer.finish()
}

/// Reads a record of this version to its last byte.
pub(super) fn decode<T>(
    bytes: &[u8],
    version: u8,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    Reader::read_all(bytes, |reader| match reader.u8()? {
        found if found == version => read(reader),
        found => Err(Error::Version(found)),
    })
}

pub(super) fn text(reader: &mut Reader<'_>) -> Result<String, Error> {
    Ok(reader.str(MAX_LEN)?.to_owned())
}

/// Passes over a text.
pub(super) fn skip_text(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.bytes(MAX_LEN)?;
    Ok(())
}

pub(super) fn write_texts<'t>(writer: &mut Writer, texts: impl IntoIterator<Item = &'t String>) {
    let texts: Vec<&String> = texts.into_iter().collect();
    writer.list(&texts, |writer, text| {
        writer.str(text);
    });
}

pub(super) fn texts(reader: &mut Reader<'_>) -> Result<Vec<String>, Error> {
    reader.list(MAX_LEN, text)
}

pub(super) fn write_option_text(writer: &mut Writer, value: Option<&str>) {
    writer.option(value, |writer, text| {
        writer.str(text);
    });
}

pub(super) fn option_text(reader: &mut Reader<'_>) -> Result<Option<String>, Error> {
    reader.option(text)
}

pub(super) fn write_time(writer: &mut Writer, time: Timestamp) {
    writer.i64(time.as_microsecond());
}

pub(super) fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(reader.i64()?).map_err(|_| Error::Value("a time"))
}

pub(super) fn write_option_time(writer: &mut Writer, value: Option<Timestamp>) {
    writer.option(value, write_time);
}

pub(super) fn write_day(writer: &mut Writer, day: Date) {
    let month = day.month().unsigned_abs();
    writer
        .raw(&day.year().to_be_bytes())
        .u8(month)
        .u8(day.day().unsigned_abs());
}

pub(super) fn day(reader: &mut Reader<'_>) -> Result<Date, Error> {
    let year = i16::from_be_bytes(reader.array()?);
    let [month, day] = reader.array()?;
    let small = |byte: u8| i8::try_from(byte).map_err(|_| Error::Value("a day"));
    Date::new(year, small(month)?, small(day)?).map_err(|_| Error::Value("a day"))
}

pub(super) fn write_event_id(writer: &mut Writer, id: EventId) {
    writer.raw(&id.0);
}

pub(super) fn event_id(reader: &mut Reader<'_>) -> Result<EventId, Error> {
    Ok(EventId(reader.array()?))
}

pub(super) fn write_case_id(writer: &mut Writer, id: CaseId) {
    writer.raw(id.0.as_bytes());
}

pub(super) fn case_id(reader: &mut Reader<'_>) -> Result<CaseId, Error> {
    Ok(CaseId(Uuid::from_bytes(reader.array()?)))
}

pub(super) fn write_number(writer: &mut Writer, number: TicketNumber) {
    writer.u16(number.get());
}

pub(super) fn number(reader: &mut Reader<'_>) -> Result<TicketNumber, Error> {
    TicketNumber::new(reader.u16()?).ok_or(Error::Value("the number of a ticket"))
}

pub(super) fn write_option_number(writer: &mut Writer, value: Option<TicketNumber>) {
    writer.option(value, write_number);
}

pub(super) fn write_ticket_name(writer: &mut Writer, name: TicketName) {
    write_case_id(writer, name.case);
    write_number(writer, name.number);
}

pub(super) fn ticket_name(reader: &mut Reader<'_>) -> Result<TicketName, Error> {
    Ok(TicketName {
        case: case_id(reader)?,
        number: number(reader)?,
    })
}

pub(super) fn write_reference(writer: &mut Writer, reference: Reference) {
    writer.u8(reference.year()).u32(reference.number());
}

pub(super) fn reference(reader: &mut Reader<'_>) -> Result<Reference, Error> {
    let year = reader.u8()?;
    Reference::new(year, reader.u32()?).ok_or(Error::Value("a reference"))
}

pub(super) fn member(reader: &mut Reader<'_>) -> Result<MemberId, Error> {
    MemberId::parse(reader.str(MAX_LEN)?).map_err(|_| Error::Value("a member"))
}

pub(super) fn write_option_member(writer: &mut Writer, value: Option<&MemberId>) {
    write_option_text(writer, value.map(MemberId::as_str));
}

pub(super) fn organisation(reader: &mut Reader<'_>) -> Result<OrganisationId, Error> {
    OrganisationId::parse(reader.str(MAX_LEN)?).map_err(|_| Error::Value("an organisation"))
}

pub(super) fn agency(reader: &mut Reader<'_>) -> Result<AgencyId, Error> {
    AgencyId::parse(reader.str(MAX_LEN)?).map_err(|_| Error::Value("an agency"))
}

pub(super) fn write_desk(writer: &mut Writer, desk: &DeskName) {
    writer.str(desk.agency.as_str()).str(desk.desk());
}

pub(super) fn desk(reader: &mut Reader<'_>) -> Result<DeskName, Error> {
    let agency = agency(reader)?;
    DeskName::new(agency, reader.str(MAX_LEN)?).map_err(|_| Error::Value("a desk"))
}

pub(super) fn write_party(writer: &mut Writer, party: &Party) {
    match party {
        Party::Organisation(organisation) => writer.u8(1).str(organisation.as_str()),
        Party::Agency(agency) => writer.u8(2).str(agency.as_str()),
        Party::Supervision => writer.u8(3),
        Party::Clock => writer.u8(60),
    };
}

pub(super) fn party(reader: &mut Reader<'_>) -> Result<Party, Error> {
    match reader.u8()? {
        1 => organisation(reader).map(Party::Organisation),
        2 => agency(reader).map(Party::Agency),
        3 => Ok(Party::Supervision),
        60 => Ok(Party::Clock),
        _ => Err(Error::Value("a party")),
    }
}
