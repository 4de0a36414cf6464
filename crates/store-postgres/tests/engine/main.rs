//! The engine on a throwaway PostgreSQL: every promise of the store's contract, and what this engine promises besides.

mod cluster;
mod conformance;
mod database;
mod figures;
mod hubs;
mod keyring;
mod proxy;
mod silence;
