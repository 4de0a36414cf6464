//! Sums of the figures, kept ready: what goes in, what comes out.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use declic_domain::figures::{Counted, Group, Month, Sums, Tally};
use declic_domain::name::CaseId;
use declic_domain::policy::{Reach, Scope};
use jiff::Timestamp;

use crate::error::Error;
use crate::record;

/// How far the sums follow the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FigureState {
    /// Grows with each write of the sums.
    pub revision: u64,
    /// Last number of the journal that is counted, 0 at the beginning.
    pub seq: u64,
    /// When what is open was measured, of the case for which that is longest ago; none when nothing counted is open.
    pub measured_at: Option<Timestamp>,
}

/// What a case is counted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCase {
    /// The case.
    pub case: CaseId,
    /// What it adds to each group; empty when it is not counted.
    pub sums: Sums,
    /// When what is open of it was measured; none when nothing is.
    pub measured_at: Option<Timestamp>,
}

/// A write of the sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollUp {
    /// The revision that it relied on.
    pub expected: u64,
    /// Last number of the journal that is counted after it.
    pub seq: u64,
    /// What these cases are counted with after it; one without sums is kept no more.
    pub cases: Vec<CountedCase>,
    /// The sums of these groups after it; one that sums to nothing is kept no more.
    pub groups: Sums,
}

/// Which months are read, given how many tickets are selected in each.
pub type MonthsOf<'m> = &'m (dyn Fn(&BTreeMap<Month, u64>) -> RangeInclusive<Month> + Send + Sync);

/// What was read beside the groups, at the same revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureRead {
    /// How far these sums follow the journal.
    pub state: FigureState,
    /// Tickets that are selected, by the month in which their cases were opened; months of none may be left out.
    pub months: BTreeMap<Month, u64>,
}

/// The départements whose figures a scope reads: those of a territory, and none of any other scope.
pub fn departements(scope: &Scope) -> Vec<String> {
    match scope.reach() {
        Reach::Territory(departements) => departements.iter().cloned().collect(),
        Reach::Team { .. }
        | Reach::Organisation(_)
        | Reach::Desks { .. }
        | Reach::Agency(_)
        | Reach::Treated(_)
        | Reach::Journal => Vec::new(),
    }
}

/// A month of a row.
///
/// # Errors
/// `Corrupt` for what this program does not write.
pub fn month(number: i64) -> Result<Month, Error> {
    let month = i32::try_from(number).ok().and_then(Month::from_number);
    month.ok_or_else(|| Error::Corrupt {
        table: "figure_groups",
        key: number.to_string(),
        problem: "a month is none".to_owned(),
    })
}

/// A row of the sums, as engines keep it.
#[derive(Debug, Clone)]
pub struct GroupRow {
    /// Code of the département.
    pub departement: String,
    /// The month's number.
    pub month: i64,
    /// The agency's id.
    pub agency: String,
    /// Code of the benefit.
    pub benefit: String,
    /// Code of the blockage, empty without one.
    pub blockage: String,
    /// Its tickets.
    pub tickets: i64,
    /// The record of its sums, where they were asked for.
    pub sums: Option<Vec<u8>>,
}

impl GroupRow {
    /// What the row says.
    ///
    /// # Errors
    /// `Corrupt` for what this program does not write.
    pub fn read(self) -> Result<Counted, Error> {
        let corrupt = |problem: String| Error::Corrupt {
            table: "figure_groups",
            key: format!("{}/{}/{}", self.departement, self.month, self.agency),
            problem,
        };
        let group = Group {
            departement: self.departement.clone(),
            month: month(self.month)?,
            agency: declic_domain::name::AgencyId::parse(&self.agency)
                .map_err(|error| corrupt(error.to_string()))?,
            benefit: self.benefit.clone(),
            blockage: self.blockage.clone(),
        };
        let tickets = self.tickets.unsigned_abs();
        let sums = self
            .sums
            .as_deref()
            .map(|bytes| record::figures::decode(bytes, &group));
        let sums: Option<Tally> = sums.transpose().map_err(|error| corrupt(error.to_string()))?;
        if sums.as_ref().is_some_and(|sums| sums.tickets != tickets) {
            return Err(corrupt(
                "its record counts other tickets than its column".to_owned(),
            ));
        }
        Ok(Counted { group, tickets, sums })
    }
}

/// What a case is counted with, from its row.
///
/// # Errors
/// `Corrupt` for what this program does not write.
pub fn counted_case(case: CaseId, measured_at_us: Option<i64>, record: &[u8]) -> Result<CountedCase, Error> {
    let corrupt = |problem: String| Error::Corrupt {
        table: "figure_cases",
        key: case.resource(),
        problem,
    };
    let sums = record::figures::decode_case(record).map_err(|error| corrupt(error.to_string()))?;
    let measured_at = measured_at_us.map(Timestamp::from_microsecond).transpose();
    Ok(CountedCase {
        case,
        sums,
        measured_at: measured_at.map_err(|error| corrupt(error.to_string()))?,
    })
}
