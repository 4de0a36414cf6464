//! What the row of a ticket keeps of its timers: when the clock has to look at it next. The only copy of it that queries
//! select by, made of the states it stands beside by every engine, so no command can forget it.

use declic_domain::case::Case;
use declic_domain::ticket::Ticket;
use declic_domain::timer;
use jiff::Timestamp;

/// When the next timer of a ticket is due, microseconds since 1970 UTC; never for one that has ended.
pub fn of(case: &Case, ticket: &Ticket) -> Option<i64> {
    timer::next(case, ticket).map(Timestamp::as_microsecond)
}
