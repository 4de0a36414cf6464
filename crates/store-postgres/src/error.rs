//! What PostgreSQL says, in the words of the contract. Codes: PostgreSQL's manual, appendix A.

use declic_store::Error;
use sqlx::postgres::PgDatabaseError;

/// The disk of the server is full.
const DISK_FULL: &str = "53100";
/// A lock was not to be had in time.
const NO_LOCK: &str = "55P03";
/// The statement took too long.
const TOO_LONG: &str = "57014";
/// Classes of errors after which the server has rolled back, in a session that goes on: data, read-only, constraint,
/// conflict, syntax, resources, limits, and what our triggers raise.
const ROLLED_BACK: [&str; 8] = ["22", "25", "23", "40", "42", "53", "54", "P0"];

/// An error of the engine when nothing was committed.
pub(crate) fn engine(error: sqlx::Error) -> Error {
    match code(&error).as_deref() {
        Some(DISK_FULL) => Error::DiskFull(error.into()),
        // What the program writes contradicts what is there; the message names constraints, never values.
        Some(code) if code.starts_with("23") || code.starts_with("P0") => Error::Corrupt {
            table: "schema",
            key: "constraint".to_owned(),
            problem: error.to_string(),
        },
        _ => Error::Unavailable(error.into()),
    }
}

/// Whether the server says that it rolled the statement back. Everything else (a lost connection, a server that is going
/// down) leaves open whether it committed before.
pub(crate) fn is_rolled_back(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| {
        [NO_LOCK, TOO_LONG].contains(&code.as_str())
            || ROLLED_BACK.iter().any(|class| code.starts_with(class))
    })
}

/// Whether what the statement waited for keeps every other commit waiting too: the head of the journal is held, or the
/// server is too slow for any.
pub(crate) fn is_held_up(error: &sqlx::Error) -> bool {
    let place = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        .and_then(PgDatabaseError::r#where);
    match code(error).as_deref() {
        Some(TOO_LONG) => true,
        // The words around it are in the server's language, the name of the table is not.
        Some(NO_LOCK) => place.is_some_and(|place| place.contains("journal_head")),
        _ => false,
    }
}

/// Whether the statement lost against another one that was running: done again it finds what the other wrote.
pub(crate) fn is_conflict(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else {
        return false;
    };
    let raced = [Some("request_keys_pkey"), Some("cases_pkey")].contains(&database.constraint());
    (database.is_unique_violation() && raced) || code(error).is_some_and(|code| code.starts_with("40"))
}

/// The SQLSTATE, when PostgreSQL answered at all.
fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
