//! The canonical encoding of what is stored and committed: one value, one sequence of bytes, a version byte first.
//!
//! The sections of an event are encoded here once: what the ledger commits to is what the vault seals and what a replay
//! decodes, so there is no second encoding to drift. States are encoded the same way. Frozen examples stand in
//! `tests/records/`; a change of layout takes a new version byte and keeps the old reader.
//!
//! Times are microseconds since 1970 UTC, so a time must be whole in microseconds to come back as it was; days are
//! year, month, day; texts are kept as received. Readers never panic, whatever the bytes.

mod clock;
mod contact;
pub mod directory;
mod facts;
mod fields;
pub mod figures;
pub mod meta;
pub mod note;
pub mod opening;
mod parts;
pub mod personal;
pub mod rules;
pub mod state;
pub mod summary;

use declic_ledger::codec;

/// The bytes of facts, as the records of an opening and of a ticket hold them: what their hash is taken of.
pub fn facts_of(facts: &declic_routing::RawFacts) -> Vec<u8> {
    let mut writer = codec::Writer::new();
    facts::write_facts(&mut writer, facts);
    writer.finish()
}

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not the layout.
    #[error(transparent)]
    Layout(#[from] codec::Error),
    /// A version this program does not know.
    #[error("record version {0} is not known: install the newer version")]
    Version(u8),
    /// A field holds what its type does not allow.
    #[error("{0} is not what this program writes")]
    Value(&'static str),
}
