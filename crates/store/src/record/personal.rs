//! The PERSONAL section of an event: its words. Sealed before storage.

use declic_domain::text::{ItemText, PersonCorrection, Personal, Step};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};

use super::Error;
use super::fields::{day, decode as read_record, encode as write_record, text, write_day};
use super::opening::{opening, person, write_opening, write_person};

const VERSION: u8 = 1;

/// The section's bytes.
pub fn encode(words: &Personal) -> Vec<u8> {
    write_record(VERSION, |writer| write_words(writer, words))
}

/// The words of a section.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<Personal, Error> {
    read_record(bytes, VERSION, words)
}

fn write_words(writer: &mut Writer, words: &Personal) {
    match words {
        Personal::Opening(opening) => {
            writer.u8(1);
            write_opening(writer, opening);
        }
        Personal::Message(message) => {
            writer.u8(2).str(message);
        }
        Personal::Request { items, message } => {
            writer.u8(3);
            writer.list(items, |writer, item| {
                writer.str(&item.label).str(&item.why);
            });
            writer.str(message);
        }
        Personal::Reply { answers, message } => {
            writer.u8(4);
            writer.list(answers, |writer, (item, answer)| {
                writer.u8(*item).str(answer);
            });
            writer.str(message);
        }
        Personal::Resolution { message, steps, link } => {
            writer.u8(5).str(message);
            writer.list(steps, |writer, step| {
                writer.str(&step.label);
                writer.option(step.due_on, write_day);
            });
            writer.str(link);
        }
        Personal::Contact { message, next_step } => {
            writer.u8(40).str(message).str(next_step);
        }
        Personal::Mandate { scope, evidence } => {
            writer.u8(50).str(scope).str(evidence);
        }
        Personal::Person(correction) => {
            writer.u8(51);
            write_person(writer, &correction.before);
            write_person(writer, &correction.after);
            writer.str(&correction.reason);
        }
    }
}

fn words(reader: &mut Reader<'_>) -> Result<Personal, Error> {
    Ok(match reader.u8()? {
        1 => Personal::Opening(Box::new(opening(reader)?)),
        2 => Personal::Message(text(reader)?),
        3 => Personal::Request {
            items: reader.list(MAX_LEN, item)?,
            message: text(reader)?,
        },
        4 => Personal::Reply {
            answers: reader.list(MAX_LEN, answer)?,
            message: text(reader)?,
        },
        5 => Personal::Resolution {
            message: text(reader)?,
            steps: reader.list(MAX_LEN, step)?,
            link: text(reader)?,
        },
        40 => Personal::Contact {
            message: text(reader)?,
            next_step: text(reader)?,
        },
        50 => Personal::Mandate {
            scope: text(reader)?,
            evidence: text(reader)?,
        },
        51 => Personal::Person(Box::new(PersonCorrection {
            before: person(reader)?,
            after: person(reader)?,
            reason: text(reader)?,
        })),
        _ => return Err(Error::Value("the kind of words")),
    })
}

fn item(reader: &mut Reader<'_>) -> Result<ItemText, Error> {
    Ok(ItemText {
        label: text(reader)?,
        why: text(reader)?,
    })
}

fn answer(reader: &mut Reader<'_>) -> Result<(u8, String), Error> {
    Ok((reader.u8()?, text(reader)?))
}

fn step(reader: &mut Reader<'_>) -> Result<Step, Error> {
    Ok(Step {
        label: text(reader)?,
        due_on: reader.option(day)?,
    })
}
