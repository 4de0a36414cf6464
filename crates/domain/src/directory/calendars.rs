//! When an agency is open, and on which days it is shut, as the directory keeps it.
//!
//! A ticket takes what holds when it is routed with it, by value: what is changed here later rewrites none of its clocks.

use declic_calendar::{Calendar, Closure, ClosureError, OpeningHours, Region};

use crate::name::AgencyId;

/// When an agency is open.
///
/// It has an open hour in every year, in whatever territory its tickets are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyCalendar {
    agency: AgencyId,
    hours: OpeningHours,
    closures: Vec<Closure>,
}

impl AgencyCalendar {
    /// These hours, and these closures in any order; two halves of a day are a whole one.
    ///
    /// # Errors
    /// When there are too many closures, or no hour is left open for more than a year.
    pub fn new(agency: AgencyId, hours: OpeningHours, closures: &[Closure]) -> Result<Self, ClosureError> {
        let mut kept = Vec::new();
        for region in Region::ALL {
            let calendar = Calendar::new(region).with_hours(hours.clone())?;
            let calendar = calendar.with_closures(closures.iter().copied())?;
            kept = calendar.closures().collect();
        }
        Ok(Self {
            agency,
            hours,
            closures: kept,
        })
    }

    /// Whose it is.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// The hours of an ordinary week.
    pub fn hours(&self) -> &OpeningHours {
        &self.hours
    }

    /// The closures, each day once, in the order of days.
    pub fn closures(&self) -> &[Closure] {
        &self.closures
    }

    /// Its resource name.
    pub fn resource(&self) -> String {
        format!("{}/calendar", self.agency.resource())
    }

    /// By it, the time of a département: its holidays, its time zone.
    pub fn in_departement(&self, code: &str) -> Calendar {
        let hours = Calendar::for_departement(code).with_hours(self.hours.clone());
        let closed = hours.and_then(|calendar| calendar.with_closures(self.closures.iter().copied()));
        closed.expect("it is open again in each territory")
    }
}
