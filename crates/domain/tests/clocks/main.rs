//! Clocks: what an agency had time for, and where the time went.

mod figures;
mod histories;
mod oracle;
mod periods;
mod policies;
mod stories;
mod tallies;
mod tape;
