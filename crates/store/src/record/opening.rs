//! The opening's words (person, explanation, mandate), as a case keeps them. Sealed before storage.

use declic_domain::person::{Nir, Person};
use declic_domain::text::Opening;
use declic_ledger::codec::{MAX_LEN, Reader, Writer};

use super::Error;
use super::fields::{
    day, decode as read_record, encode as write_record, option_text, text, write_day, write_option_text,
};

const VERSION: u8 = 1;

/// The bytes that `CaseRow::sealed_words` holds once sealed.
pub fn encode(words: &Opening) -> Vec<u8> {
    write_record(VERSION, |writer| write_opening(writer, words))
}

/// The opening's words.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<Opening, Error> {
    read_record(bytes, VERSION, opening)
}

pub(super) fn write_opening(writer: &mut Writer, opening: &Opening) {
    write_person(writer, &opening.person);
    writer.str(&opening.explanation);
    writer.str(&opening.mandate_scope).str(&opening.mandate_evidence);
}

pub(super) fn write_person(writer: &mut Writer, person: &Person) {
    writer.str(&person.given_name).str(&person.family_name);
    write_day(writer, person.birth_date);
    write_option_text(writer, person.agency_identifier.as_deref());
    write_option_text(writer, person.nir.as_ref().map(Nir::as_str));
}

pub(super) fn opening(reader: &mut Reader<'_>) -> Result<Opening, Error> {
    Ok(Opening {
        person: person(reader)?,
        explanation: text(reader)?,
        mandate_scope: text(reader)?,
        mandate_evidence: text(reader)?,
    })
}

pub(super) fn person(reader: &mut Reader<'_>) -> Result<Person, Error> {
    Ok(Person {
        given_name: text(reader)?,
        family_name: text(reader)?,
        birth_date: day(reader)?,
        agency_identifier: option_text(reader)?,
        nir: reader.option(nir)?,
    })
}

/// A number is stored in its own form only, so that one value has one encoding.
fn nir(reader: &mut Reader<'_>) -> Result<Nir, Error> {
    let text = reader.str(MAX_LEN)?;
    let nir = Nir::parse(text).filter(|nir| nir.as_str() == text);
    nir.ok_or(Error::Value("a social-security number"))
}
