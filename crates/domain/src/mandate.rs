//! What a person agreed to.

use jiff::civil::Date;

/// How an agreement was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A signed paper.
    Signed,
    /// Orally, recorded by the social worker.
    Oral,
    /// By SMS.
    Sms,
}

/// What a person agreed to, without the words: channel and days. Scope and evidence are texts, sealed with the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mandate {
    /// How it was given.
    pub channel: Channel,
    /// Day it was given.
    pub given_on: Date,
    /// Last day it holds.
    pub expires_on: Date,
}

/// The longest a mandate may hold, in years.
pub const LONGEST_YEARS: i16 = 3;

impl Mandate {
    /// Whether it holds on this day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.given_on <= day && day <= self.expires_on
    }
}
