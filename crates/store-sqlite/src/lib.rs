//! The embedded engine of the store's contract: one SQLite file, one writer, readers beside it.
//!
//! - [`SqliteStore`]: cases, tickets, journal and ledger.
//! - [`SqliteKeyring`]: wrapped keys, in a file of their own with backups of their own.
//!
//! Writing is done by one task that owns the only writing connection: commands wait in a bounded queue, those that wait
//! together are one transaction with one statement for each table, each succeeds or is refused alone, and their numbers
//! in the journal are given inside it. Nobody hears an outcome before the transaction has ended. Another task brings the
//! write-ahead log back into the file meanwhile. Reading is done by a small pool of connections that cannot write. Every
//! query is a file below `queries/`, checked against the migrations when this crate is compiled.
//!
//! Never here: rules about cases and who may see them. What is written was decided by `domain`; what a reader sees is
//! `store::reach`, stored as rows and compared as such.

mod answers;
mod batch;
mod cases;
mod checkpoint;
mod commit;
mod directory;
mod error;
mod figures;
mod journal;
mod json;
mod judge;
mod keyring;
mod ledger;
mod open;
mod queue;
mod read;
mod row;
mod rows;
mod rules;
mod sign_in;
mod store;
mod timer;
mod turn;
mod writer;

pub use keyring::SqliteKeyring;
pub use open::{OLDEST_SQLITE, OpenError};
pub use store::{Options, SqliteStore};
