//! Processes killed, stopped and starved in the middle of their work. After each run the invariants of RELIABILITY.md 3
//! must hold. docs/faults.md is the table of all of them.
//!
//! - Who is hurt: [`killed`] a hub or a connector; [`crash_points`] a hub at the worst moments; [`pair`] one of two hubs, [`still`] when it
//!   does not even die; [`ending`] a hub that is told to end; [`contention`] those who write at once;
//!   [`clockwork`] hubs with timers that came due while none ran; [`year`] two hubs for a year of cases; [`full`] a disk without room; [`server`] a PostgreSQL that is away, slow or forgetful.
//! - [`killer`]: when programs are killed; [`seeds`]: by which chance; [`run`]: how long a run is, and the line it tells.
//! - [`load`]: the people at work; [`people_of_a_year`]: those who take their time; [`history`]: what they asked and were answered; [`back_office`]: an agency's software.
//! - [`watching`]: who looks on; [`invariants`]: what must be true in the end; `teeth`: that it can fail.
//!
//! `cargo xtask faults` runs them in their long form, `--seed N` with another seed, `--times N` with one seed after the
//! other.
#![expect(
    clippy::print_stdout,
    reason = "what a run counted, and the seed by which it can be had again"
)]

mod back_office;
mod clockwork;
mod contention;
mod crash_points;
mod ending;
mod full;
mod history;
mod invariants;
mod killed;
mod killer;
mod load;
mod pair;
mod people_of_a_year;
mod run;
mod seeds;
mod server;
mod still;
mod teeth;
mod watching;
mod year;
