//! Business time: public holidays by rule, opening hours, closures, time zones of each French territory.
//!
//! - [`Region`]: which holidays and which time zone a département has.
//! - [`OpeningHours`]: when a desk is open in a week, with breaks; by default 9 to 17, Monday to Friday.
//! - [`Closure`]: a day, or half of one, on which it is shut besides.
//! - [`Calendar`]: all of them together, and the arithmetic of business time on them.
//!
//! Every instant is a [`jiff::Timestamp`]; days and hours are those of the territory. The time zones' rules are
//! compiled in, so that two machines agree on a deadline whatever their system's tables say.
//!
//! Invariant: nothing here reads a clock, a file or a system's time zones, or knows a ticket or a policy: the
//! same arguments give the same answer for ever under the same [`VERSION`].

pub mod business_time;
pub mod closures;
pub mod holidays;
pub mod hours;

pub use business_time::{Calendar, DayOff};
pub use closures::{Closure, ClosureError, Part};
pub use holidays::{Holiday, Region, easter, holiday, holidays};
pub use hours::{HoursError, Opening, OpeningHours};

/// Version of the rules of this crate; a figure or a deadline names it. Changes with any rule below.
pub const VERSION: &str = "2026.11.3";
