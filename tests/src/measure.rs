//! What benches are made of, and the gates of the tests that count bytes and statements.
//!
//! - [`engine`]: a hub as its own process over SQLite or over a throwaway PostgreSQL with its durable defaults.
//! - [`load`]: callers who ask again as soon as they are answered; [`sample`]: what was measured of them.
//! - [`work`]: what they ask. [`arguments`]: how a bench is told what to measure.
//! - [`rows`]: what one case is in tables; [`pgbench`] and [`straight`]: the same rows without a hub, the floors.
//! - [`seed`]: many cases, soon. [`statements`]: what a hub sends to PostgreSQL, counted by PostgreSQL.
//! - [`report`]: tables for people, JSON for programs.

pub mod arguments;
pub mod engine;
pub mod load;
pub mod pgbench;
pub mod report;
pub mod rows;
pub mod sample;
pub mod seed;
pub mod statements;
pub mod straight;
pub mod work;
