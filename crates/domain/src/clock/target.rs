//! Targets: how much business time an agency has, by agency, benefit and urgency.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use declic_calendar::Calendar;
use jiff::Timestamp;

use crate::name::AgencyId;

/// Most days of a target: a year of business days, and more.
pub const MOST_DAYS: u16 = 366;
/// Most hours of a target.
pub const MOST_HOURS: u16 = 999;
/// Opening hours of a usual day: from 9 to 17.
const USUAL_HOURS_A_DAY: u32 = 8;
/// Longest version of a policy, in characters.
pub const LONGEST_VERSION: usize = 40;

/// So much business time; never none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Business days: the same time of day, so many days with an open hour later.
    Days(NonZeroU16),
    /// Business hours.
    Hours(NonZeroU16),
}

/// What an agency has to do within its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Targets {
    /// To acknowledge, from the routing.
    pub acknowledge: Target,
    /// To give the outcome, from the routing.
    pub resolve: Target,
}

/// Targets under a version: what is pinned to a ticket when it is routed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClockPolicy {
    version: String,
    ordinary: Targets,
    urgent: Targets,
}

/// Which policy holds for whom: the most precise wins, an agency before a benefit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    rows: Vec<Row>,
}

/// A policy for an agency, a benefit, or a benefit of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The agency; any when absent.
    pub agency: Option<AgencyId>,
    /// Code of the benefit; any when absent.
    pub benefit: Option<String>,
    /// What holds there.
    pub policy: ClockPolicy,
}

/// Why a policy cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A target of no time: every ticket would be late when it opens.
    #[error("a target of zero makes every ticket late when it opens: give at least 1h or 1d")]
    Zero,
    /// Not a target, or one longer than [`MOST_DAYS`] or [`MOST_HOURS`].
    #[error("write a target as business hours or days: 4h, 10d; at most {MOST_HOURS}h or {MOST_DAYS}d")]
    Form,
    /// More time to acknowledge than to give the outcome.
    #[error("the time to acknowledge is longer than the time to resolve: it would be of no use")]
    Order,
    /// No version, or one longer than [`LONGEST_VERSION`].
    #[error("name the version of the policy, in at most {LONGEST_VERSION} characters")]
    Version,
}

impl Target {
    /// So many business days.
    ///
    /// # Errors
    /// [`PolicyError::Zero`] for none, [`PolicyError::Form`] for more than [`MOST_DAYS`].
    pub const fn days(days: u16) -> Result<Self, PolicyError> {
        match NonZeroU16::new(days) {
            None => Err(PolicyError::Zero),
            Some(_) if days > MOST_DAYS => Err(PolicyError::Form),
            Some(days) => Ok(Self::Days(days)),
        }
    }

    /// So many business hours.
    ///
    /// # Errors
    /// [`PolicyError::Zero`] for none, [`PolicyError::Form`] for more than [`MOST_HOURS`].
    pub const fn hours(hours: u16) -> Result<Self, PolicyError> {
        match NonZeroU16::new(hours) {
            None => Err(PolicyError::Zero),
            Some(_) if hours > MOST_HOURS => Err(PolicyError::Form),
            Some(hours) => Ok(Self::Hours(hours)),
        }
    }

    /// Business hours of it, for an agency with the usual opening hours.
    fn usual_hours(self) -> u32 {
        match self {
            Self::Days(days) => u32::from(days.get()) * USUAL_HOURS_A_DAY,
            Self::Hours(hours) => u32::from(hours.get()),
        }
    }

    /// When so much has passed since an instant.
    pub fn after(self, from: Timestamp, calendar: &Calendar) -> Timestamp {
        match self {
            Self::Days(days) => calendar.add_business_days(from, u32::from(days.get())),
            Self::Hours(hours) => calendar.add_business_hours(from, u32::from(hours.get())),
        }
    }
}

impl Targets {
    /// Both targets, each from the routing. Days and hours are compared in the usual opening hours.
    ///
    /// # Errors
    /// [`PolicyError::Order`] when more time is given to acknowledge than to resolve.
    pub fn new(acknowledge: Target, resolve: Target) -> Result<Self, PolicyError> {
        match acknowledge.usual_hours() <= resolve.usual_hours() {
            true => Ok(Self { acknowledge, resolve }),
            false => Err(PolicyError::Order),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(form, "{days}d"),
            Self::Hours(hours) => write!(form, "{hours}h"),
        }
    }
}

impl FromStr for Target {
    type Err = PolicyError;

    /// Reads what [`fmt::Display`] writes: `4h`, `10d`.
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let unit = text.chars().last().ok_or(PolicyError::Form)?;
        let count = &text[..text.len() - unit.len_utf8()];
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PolicyError::Form);
        }
        let count = count.parse().map_err(|_| PolicyError::Form)?;
        match unit {
            'd' => Self::days(count),
            'h' => Self::hours(count),
            _ => Err(PolicyError::Form),
        }
    }
}

impl ClockPolicy {
    /// Targets under a version.
    ///
    /// # Errors
    /// [`PolicyError::Version`].
    pub fn new(version: &str, ordinary: Targets, urgent: Targets) -> Result<Self, PolicyError> {
        let version = version.trim();
        if version.is_empty() || version.chars().count() > LONGEST_VERSION {
            return Err(PolicyError::Version);
        }
        Ok(Self {
            version: version.to_owned(),
            ordinary,
            urgent,
        })
    }

    /// What holds where nothing else was decided: acknowledge in 2 business days and resolve in 10; when urgent in 4
    /// business hours and 2 days.
    pub fn national() -> Self {
        const fn days(count: u16) -> Target {
            match Target::days(count) {
                Ok(target) => target,
                Err(_) => panic!("a few days are a target"),
            }
        }
        const FOUR_HOURS: Target = match Target::hours(4) {
            Ok(target) => target,
            Err(_) => panic!("a few hours are a target"),
        };
        const ORDINARY: Targets = Targets {
            acknowledge: days(2),
            resolve: days(10),
        };
        const URGENT: Targets = Targets {
            acknowledge: FOUR_HOURS,
            resolve: days(2),
        };
        Self {
            version: "national-2026.11".to_owned(),
            ordinary: ORDINARY,
            urgent: URGENT,
        }
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its targets, for this urgency.
    pub fn targets(&self, urgent: bool) -> Targets {
        if urgent { self.urgent } else { self.ordinary }
    }
}

impl Policies {
    /// Adds or replaces what holds for an agency and a benefit.
    pub fn set(&mut self, row: Row) {
        self.rows
            .retain(|there| there.agency != row.agency || there.benefit != row.benefit);
        self.rows.push(row);
    }

    /// Takes back what was decided for an agency and a benefit: the level above holds again.
    pub fn withdraw(&mut self, agency: Option<&AgencyId>, benefit: Option<&str>) {
        self.rows
            .retain(|row| row.agency.as_ref() != agency || row.benefit.as_deref() != benefit);
    }

    /// What holds for a benefit of an agency.
    pub fn of(&self, agency: &AgencyId, benefit: &str) -> ClockPolicy {
        let holds = |row: &&Row| {
            row.agency.as_ref().is_none_or(|own| own == agency)
                && row.benefit.as_ref().is_none_or(|own| own == benefit)
        };
        let precision = |row: &&Row| (row.agency.is_some(), row.benefit.is_some());
        let found = self.rows.iter().filter(holds).max_by_key(precision);
        found.map_or_else(ClockPolicy::national, |row| row.policy.clone())
    }

    /// What was decided, in no order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}
