//! What supervisors measure: how long agencies and persons wait, who has the ball, where the time goes, what blocks.
//!
//! - [`Record`]: what the figures know of a ticket, a fold of its events and an instant.
//! - [`Tally`]: the sums of many records. Two are added, and one is taken out of another, exactly: sums of parts are the
//!   sums of the whole.
//! - [`Group`]: what they can be asked by; [`Sums`] by group are what is kept ready.
//! - [`Spread`]: durations with those that have not ended, and the estimate of Kaplan and Meier.
//! - [`Board`]: what of a tally may be told.
//!
//! What is no sum, and is computed from sums when it is asked for: medians and other quantiles, shares, and what may be
//! told. A record of a ticket that is open holds for the instant at which it was measured: it is taken out as it was put in,
//! and measured again.
//!
//! Invariant: a figure says by which definition it was made, and no group of fewer than
//! [`SMALLEST_GROUP`](crate::policy::SMALLEST_GROUP) leaves a board, nor what would tell one.

use std::fmt;

mod board;
mod counts;
mod group;
mod period;
mod record;
mod rise;
mod spread;
mod tally;

pub use board::{Asking, Board, Cause, CauseCount, Counted, Durations, Quantile, Rate, Selection};
pub use counts::{Counts, NotContained};
pub use group::{Group, Month, Sums, exchange, has_open, sums};
pub use period::{Period, PeriodError};
pub use record::{Age, Ending, HolderKind, Lateness, Measure, Reception, Record, SentOn, Standing, records};
pub use rise::{Arrival, Rise, Rising, Weeks};
pub use spread::Spread;
pub use tally::{Backlog, PartSum, Tally};

/// A figure. Its definition, in words, stands in `docs/figures.md` and with its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Business time from the routing of a ticket until its agency takes it.
    TimeToAcknowledge,
    /// Business time from the routing of a ticket until its agency gives its outcome, without the pauses.
    TimeToResolve,
    /// Days on the wall from the opening of a chain until it is closed.
    PersonWait,
    /// Tickets that are open, by age and by holder.
    Backlog,
    /// Open tickets whose target has passed, or whose time has passed by three quarters.
    Lateness,
    /// Where the time of the chains went.
    TimeSpent,
    /// Tickets that agencies sent on, and why they did first.
    Redirects,
    /// What blocks: blockage, benefit, agency.
    Causes,
    /// Whether persons got what was expected.
    Effects,
    /// How far open tickets have come into their agencies.
    Reception,
    /// How often agencies ask for what they lack.
    InformationRequests,
    /// Outcomes after which social workers reopened the ticket.
    Reopenings,
    /// Tickets that the clock closed, and nobody confirmed.
    UnconfirmedClosures,
    /// What blocks somewhere far oftener than it used to.
    Rises,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 14] = [
        Self::TimeToAcknowledge,
        Self::TimeToResolve,
        Self::PersonWait,
        Self::Backlog,
        Self::Lateness,
        Self::TimeSpent,
        Self::Redirects,
        Self::Causes,
        Self::Effects,
        Self::Reception,
        Self::InformationRequests,
        Self::Reopenings,
        Self::UnconfirmedClosures,
        Self::Rises,
    ];

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TimeToAcknowledge => "time-to-acknowledge",
            Self::TimeToResolve => "time-to-resolve",
            Self::PersonWait => "person-wait",
            Self::Backlog => "backlog",
            Self::Lateness => "lateness",
            Self::TimeSpent => "time-spent",
            Self::Redirects => "redirects",
            Self::Causes => "causes",
            Self::Effects => "effects",
            Self::Reception => "reception",
            Self::InformationRequests => "information-requests",
            Self::Reopenings => "reopenings",
            Self::UnconfirmedClosures => "unconfirmed-closures",
            Self::Rises => "rises",
        }
    }

    /// Version of its definition: another one is another figure, not to be compared with what was before.
    pub fn version(self) -> u32 {
        match self {
            // Durations in quarters of an hour and in hours, since they are told so.
            Self::TimeToAcknowledge | Self::TimeToResolve | Self::PersonWait | Self::Lateness => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Figure {
    /// Its name with the version of its definition: "time-to-resolve/1".
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(form, "{}/{}", self.as_str(), self.version())
    }
}
