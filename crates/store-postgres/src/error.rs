//! What PostgreSQL says, in the words of the contract. Codes: PostgreSQL's manual, appendix A.

use declic_store::Error;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// The disk of the server is full.
const DISK_FULL: &str = "53100";
/// A lock was not to be had in time.
const NO_LOCK: &str = "55P03";
/// The statement took too long.
const TOO_LONG: &str = "57014";
/// The server takes no writes.
const READ_ONLY: &str = "25006";
/// Classes of errors after which the server has rolled back, in a session that goes on: data, read-only, constraint,
/// conflict, syntax, resources, limits, and what our triggers raise.
const ROLLED_BACK: [&str; 8] = ["22", "25", "23", "40", "42", "53", "54", "P0"];

/// An error of the engine when nothing was committed.
pub(crate) fn engine(error: sqlx::Error) -> Error {
    match code(&error).as_deref() {
        Some(DISK_FULL) => Error::DiskFull(error.into()),
        // Others wrote the same each time it was tried: there is nothing wrong with what is there.
        _ if is_conflict(&error) => Error::Unavailable(error.into()),
        // What the program writes contradicts what is there; the message names constraints, never values.
        Some(code) if code.starts_with("23") || code.starts_with("P0") => Error::Corrupt {
            table: "schema",
            key: "constraint".to_owned(),
            problem: error.to_string(),
        },
        Some(code) => match reason(code) {
            Some(why) => Error::Unavailable(Box::new(Refused { why, error })),
            None => Error::Unavailable(error.into()),
        },
        None => Error::Unavailable(error.into()),
    }
}

/// A server that answers, but not with what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
struct Refused {
    why: &'static str,
    #[source]
    error: sqlx::Error,
}

/// What whoever runs the server has to look at.
fn reason(code: &str) -> Option<&'static str> {
    match code {
        TOO_LONG => Some("the server is too slow for it"),
        READ_ONLY => Some("the server takes no writes: it is a standby, or was made read-only"),
        _ if code.starts_with("42") => {
            Some("the schema, or the rights of the user of the address, are not what this program needs")
        }
        _ if code.starts_with("22") => Some("the server does not accept a value that this program writes"),
        _ => None,
    }
}

/// Whether the server says that it rolled the statement back, in a session that goes on. Everything else (a lost
/// connection, a session or a server that ends with the error) leaves open whether it committed before.
pub(crate) fn is_rolled_back(error: &sqlx::Error) -> bool {
    let goes_on = postgres(error).is_some_and(|error| matches!(error.severity(), PgSeverity::Error));
    goes_on
        && code(error).is_some_and(|code| {
            [NO_LOCK, TOO_LONG].contains(&code.as_str())
                || ROLLED_BACK.iter().any(|class| code.starts_with(class))
        })
}

/// Whether what the statement waited for keeps every other commit waiting too: the head of the journal is held.
pub(crate) fn is_held_up(error: &sqlx::Error) -> bool {
    // The words around it are in the server's language, the name of the table is not.
    let place = postgres(error).and_then(PgDatabaseError::r#where);
    is_no_lock(error) && place.is_some_and(|place| place.contains("journal_head"))
}

/// Whether the statement waited for what another session holds until its time was up.
pub(crate) fn is_no_lock(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code == NO_LOCK)
}

/// Whether the statement was at work until its time was up.
pub(crate) fn is_too_long(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code == TOO_LONG)
}

/// Whether what the statement writes contradicts what is there.
pub(crate) fn is_contradiction(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code.starts_with("23"))
}

/// Whether the statement lost against another one that was running: done again it finds what the other wrote.
pub(crate) fn is_conflict(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else {
        return false;
    };
    let raced = [
        Some("request_keys_pkey"),
        Some("cases_pkey"),
        Some("rule_changes_pkey"),
        Some("directory_changes_pkey"),
    ]
    .contains(&database.constraint());
    (database.is_unique_violation() && raced) || code(error).is_some_and(|code| code.starts_with("40"))
}

fn postgres(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()
}

/// The SQLSTATE, when PostgreSQL answered at all.
fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
