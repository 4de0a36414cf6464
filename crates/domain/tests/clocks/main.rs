//! Clocks: what an agency had time for, and where the time went.

mod histories;
mod oracle;
mod policies;
mod stories;
mod tape;
