//! What SQLite says, in the words of the contract.

use std::sync::Arc;

use declic_store::Error;
use declic_store::commit::CommitError;

/// The disk is full (`SQLITE_FULL`).
const FULL: i32 = 13;
/// Primary codes after which a connection is not trusted any more: NOMEM, INTERRUPT, IOERR, CORRUPT, FULL, NOTADB.
const FATAL: [i32; 6] = [7, 9, 10, 11, FULL, 26];

/// A constraint or a trigger of the schema refused.
const CONSTRAINT: i32 = 19;

/// An error of the engine when nothing was committed.
pub(crate) fn engine(error: sqlx::Error) -> Error {
    shared(&Arc::new(error))
}

/// What each write of a batch hears that was not committed.
pub(crate) fn not_done(error: &Arc<sqlx::Error>) -> CommitError {
    CommitError::Engine(shared(error))
}

/// Same, for each of those it keeps waiting.
pub(crate) fn shared(error: &Arc<sqlx::Error>) -> Error {
    match primary_code(error) {
        Some(FULL) => Error::DiskFull(Arc::clone(error).into()),
        // What the program writes contradicts what is there; the message names columns, never values.
        Some(CONSTRAINT) => Error::Corrupt {
            table: "schema",
            key: "constraint".to_owned(),
            problem: error.to_string(),
        },
        _ => Error::Unavailable(Arc::clone(error).into()),
    }
}

/// Whether the disk is full.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(FULL)
}

/// Whether the connection that said it must be dropped.
pub(crate) fn is_fatal(error: &sqlx::Error) -> bool {
    // What is not an answer of SQLite (a crashed worker, a broken channel) leaves the connection in an unknown state.
    primary_code(error).is_none_or(|code| FATAL.contains(&code))
}

/// The primary result code, when SQLite answered at all.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    // The low byte is the primary code, the others say more.
    code.parse::<i32>().ok().map(|extended| extended & 0xff)
}
