//! What was done to reach an agency, as the META section of its event holds it.

use declic_domain::contact::{Contact, ContactChannel, ContactResult};
use declic_ledger::codec::{Reader, Writer};

use super::Error;
use super::fields::{agency, codes, day, write_day};

pub(super) fn write_contact(writer: &mut Writer, contact: &Contact) {
    writer.str(contact.agency.as_str());
    write_channel(writer, contact.channel);
    write_day(writer, contact.contacted_on);
    write_result(writer, contact.result);
    writer.option(contact.expected_on, write_day);
}

pub(super) fn contact(reader: &mut Reader<'_>) -> Result<Contact, Error> {
    Ok(Contact {
        agency: agency(reader)?,
        channel: channel(reader)?,
        contacted_on: day(reader)?,
        result: result(reader)?,
        expected_on: reader.option(day)?,
    })
}

codes!(write_channel, channel, ContactChannel, "the channel of a contact", {
    1 => ContactChannel::Telephone,
    2 => ContactChannel::Email,
    3 => ContactChannel::Portal,
    4 => ContactChannel::Mail,
    5 => ContactChannel::Counter,
    6 => ContactChannel::Meeting,
});

codes!(write_result, result, ContactResult, "the result of a contact", {
    1 => ContactResult::Answered,
    2 => ContactResult::AnswerAwaited,
    3 => ContactResult::NotReached,
});
