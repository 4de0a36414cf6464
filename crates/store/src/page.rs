//! Pages and filters.

use declic_domain::name::{CaseId, TicketName};
use declic_domain::ticket::State;

use crate::commit::BlindTag;

/// How many rows at most, 1 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// Brings a number within 1 to 1,000.
    pub fn new(rows: u32) -> Self {
        Self(rows.clamp(1, 1_000))
    }

    /// The number of rows.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Which cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Only open ones, or only ended ones.
    pub open: Option<bool>,
    /// Only cases that carry this tag.
    pub tag: Option<BlindTag>,
}

/// Which tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// In one of these states; empty means every open one.
    pub states: Vec<State>,
}

/// After which case a page begins: newest first, so after means opened before, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CasePosition {
    /// When the last one was opened, microseconds since 1970 UTC.
    pub opened_at_us: i64,
    /// Its id.
    pub id: CaseId,
}

/// After which ticket a page begins: held longest first, so after means held since later, then by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketPosition {
    /// Since when the last one was held, microseconds since 1970 UTC.
    pub held_since_us: i64,
    /// Its name.
    pub name: TicketName,
}

/// After which ticket a page begins: due longest first, so after means due later, then by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuePosition {
    /// When the last one was due, microseconds since 1970 UTC.
    pub due_at_us: i64,
    /// Its name.
    pub name: TicketName,
}
