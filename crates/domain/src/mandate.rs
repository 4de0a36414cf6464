//! What a person agreed to.

use jiff::civil::Date;

use crate::refusal::Refusal;

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
    /// Day the person took it back; it holds no longer, that day included.
    pub revoked_on: Option<Date>,
}

/// The longest a mandate may hold, in years.
pub const LONGEST_YEARS: i16 = 3;

impl Mandate {
    /// Refuses what shares anew with an agency when it does not hold on this day.
    ///
    /// # Errors
    /// [`Refusal::MandateRevoked`] once the person took it back, [`Refusal::MandateInvalid`] before its first and after its
    /// last day.
    pub fn check_on(&self, day: Date) -> Result<(), Refusal> {
        if self.revoked_on.is_some() {
            return Err(Refusal::MandateRevoked);
        }
        if self.given_on <= day && day <= self.expires_on {
            Ok(())
        } else {
            Err(Refusal::MandateInvalid)
        }
    }
}
