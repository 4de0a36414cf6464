//! What SQLite says, in the words of the contract.

use declic_store::Error;

/// The disk is full (`SQLITE_FULL`).
const FULL: i32 = 13;
/// Primary codes after which a connection is not trusted any more: NOMEM, INTERRUPT, IOERR, CORRUPT, FULL, NOTADB.
const FATAL: [i32; 6] = [7, 9, 10, 11, FULL, 26];

/// An error of the engine when nothing was committed.
pub(crate) fn engine(error: sqlx::Error) -> Error {
    if is_full(&error) {
        Error::DiskFull(error.into())
    } else {
        Error::Unavailable(error.into())
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
