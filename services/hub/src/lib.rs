//! The hub: the gRPC server that social workers, agencies and supervisors share.
//!
//! - [`program`]: what `declic-hub` and `declic hub` do with their options; [`start()`]: from a [`Config`] to a
//!   [`Running`] hub, in the order of its lines; `serve`: its services behind the layers.
//! - [`layers`]: what every call passes before a handler; [`caller`]: who is calling.
//! - `cases`, `tickets`, `routing`, `directories`, `supervision`, `identity`, [`ledger`]: the services, each over the
//!   [`Hub`] they share.
//! - `clock`: where the time of a case went. `figures`: what supervisors measure. `duplicates`: what is open already.
//!   `succession`: the tickets of an agency follow it to another.
//! - `command`: the same few lines for every command: parse, load, decide, seal, render, commit.
//! - [`wire`]: the only place that names a message of the contract and a type of the domain together.
//! - [`seal`]: from a decision to what is committed. [`status`]: the only door for errors.
//! - [`directory`] and [`secrets`]: what is read from files at start; `files`: who holds them, and whether they belong
//!   together; [`agreement`]: what the hubs of one database tell each other about them; [`keks`]: the keys of the months.
//! - `rules`: the rulesets that are kept, and which decide where. `journal`: what becomes an entry without a case.
//! - [`readers`]: what follows the journal. [`rebuild`]: what can be made again from it.
//!
//! Never here: a rule about cases (ask `domain`), SQL (ask the store), another process that opens the database.

pub mod agreement;
mod ahead;
pub mod caller;
mod cases;
mod clock;
mod command;
pub mod config;
mod directories;
pub mod directory;
mod duplicates;
mod figures;
mod files;
pub mod hub;
mod identity;
pub mod journal;
pub mod keks;
pub mod layers;
pub mod ledger;
mod lists;
pub mod program;
pub mod readers;
pub mod rebuild;
mod references;
mod rescue;
mod routing;
mod rules;
pub mod seal;
pub mod secrets;
mod serve;
mod start;
pub mod status;
mod stores;
mod succession;
mod supervision;
mod thread;
mod tickets;
mod told;
mod watch;
pub mod wire;

pub use config::Config;
pub use hub::Hub;
pub use start::{Checked, Running, check, service_name, start, start_with};
