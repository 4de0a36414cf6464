//! The engine of the store's contract for several hubs on one PostgreSQL.
//!
//! - [`PgStore`]: cases, tickets, journal and ledger.
//! - [`PgKeyring`]: wrapped keys, in a database of their own with backups of their own.
//!
//! Writing is done by one task of each hub, on a thread of its own: commands that wait together are one statement of
//! their own transaction, which is sent again without those it refuses. The statement takes the journal's head last,
//! which gives the numbers: so numbers are in commit order without a sequencer, and a hub that stops in the middle
//! holds nobody up for longer than a statement may last. (One gap is left before PostgreSQL 17: a hub that stops when
//! the server has the statement and not the few bytes that end the message.) Reading is done by a small pool of
//! connections that cannot write, and by one more that looks up answers given before. Every query is a file below
//! `queries/`, checked against the migrations when this crate is compiled.
//!
//! Never here: rules about cases and who may see them. What is written was decided by `domain`; what a reader sees is
//! `store::reach`, stored as rows and compared as such.

mod answers;
mod batch;
mod committer;
mod directory;
mod error;
mod figures;
mod journal;
mod keyring;
mod ledger;
mod open;
mod pool;
mod read;
mod row;
mod rules;
mod sign_in;
mod store;
mod timer;
mod turn;
mod wake;

pub use keyring::PgKeyring;
pub use open::{OLDEST_POSTGRES, OpenError};
pub use store::{Options, PgStore};
