//! The NOTE section of an event: words that stay in the agency that wrote them. Sealed before storage.

use super::Error;
use super::fields::{decode as read_record, encode as write_record, text};

const VERSION: u8 = 1;

/// The section's bytes.
pub fn encode(note: &str) -> Vec<u8> {
    write_record(VERSION, |writer| {
        writer.str(note);
    })
}

/// The note.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<String, Error> {
    read_record(bytes, VERSION, text)
}
