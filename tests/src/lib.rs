//! The harness of the tests that cross processes: a real hub, and people who speak to it.
//!
//! - [`hub`]: [`TestHub`], a hub on a free port over SQLite in a folder of its own, with a directory of its own.
//! - [`processes`]: the programs as processes of their own, started, stopped and killed.
//! - [`cluster`]: a PostgreSQL server of a test's own, for hubs that share one.
//! - [`disk`]: disks that a test fills.
//! - [`people`]: who is in that directory, and the cases they open; [`commands`]: what they do; [`lived`]: a hub in which
//!   they worked for weeks.
//! - [`oracle`]: what must be true of a hub's files or databases once it has stopped, whatever happened before.
//! - [`collector`]: where telemetry is received over OTLP.
//! - [`provider`]: an identity provider that says whatever it is told to; [`certified`]: one that is certified.
//! - [`raw`]: calls of strangers, byte by byte.
//! - [`proxy`]: a network that cuts, between people and a hub; [`sessions`]: another, between a hub and its server.
//! - [`pages`]: the console over a hub, and a browser that people use it with.
//! - [`measure`]: what benches are made of: engines and their floors, loads, tables. [`postgres`]: throwaway clusters.
//!
//! Never here: a promise (those stand in `it/`, `house/`, `scenarios/` and `faults/`), a part of ours replaced by
//! another that only looks like it.

pub mod certified;
pub mod cluster;
pub mod collector;
pub mod commands;
pub mod disk;
pub mod hub;
pub mod lived;
pub mod measure;
pub mod oracle;
pub mod pages;
pub mod people;
#[path = "../../crates/xtask/src/postgres.rs"]
pub mod postgres;
pub mod processes;
pub mod provider;
pub mod proxy;
pub mod raw;
pub mod sessions;
pub mod sums;

pub use hub::TestHub;
