//! How much time agencies have, as it is decided level by level: for everyone, for a benefit, for an agency, for a benefit
//! of an agency. The most precise level holds.
//!
//! A ticket takes what holds when it is routed with it, by value: what is changed here later rewrites none of its clocks.

use crate::clock::{ClockPolicy, Policies, Row};
use crate::name::AgencyId;

/// What was decided at one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelPolicy {
    /// The agency; any when absent.
    pub agency: Option<AgencyId>,
    /// Code of the benefit; any when absent.
    pub benefit: Option<String>,
    /// What holds there; when absent, what holds at the level above.
    pub policy: Option<ClockPolicy>,
}

impl LevelPolicy {
    /// What is decided at the same level.
    pub fn standing(&self, policies: &Policies) -> Option<Self> {
        let mut rows = policies.rows().iter();
        let row = rows.find(|row| row.agency == self.agency && row.benefit == self.benefit)?;
        Some(Self::of(row))
    }

    /// A level at which something is decided.
    pub fn of(row: &Row) -> Self {
        Self {
            agency: row.agency.clone(),
            benefit: row.benefit.clone(),
            policy: Some(row.policy.clone()),
        }
    }

    /// Its id: the agency and the benefit, `-` for any.
    pub fn id(&self) -> String {
        let agency = self.agency.as_ref().map_or("-", AgencyId::as_str);
        format!("{agency}:{}", self.benefit.as_deref().unwrap_or("-"))
    }

    /// Its resource name.
    pub fn resource(&self) -> String {
        format!("clockPolicies/{}", self.id())
    }

    /// Puts it in force.
    pub fn apply(self, policies: &mut Policies) {
        let Self {
            agency,
            benefit,
            policy,
        } = self;
        match policy {
            Some(policy) => policies.set(Row {
                agency,
                benefit,
                policy,
            }),
            None => policies.withdraw(agency.as_ref(), benefit.as_deref()),
        }
    }

    /// Whether another level has other targets under the same version: people read the version beside a deadline.
    pub fn takes_version_of_another(&self, policies: &Policies) -> bool {
        let Some(policy) = &self.policy else { return false };
        let national = ClockPolicy::national();
        let mut known = policies
            .rows()
            .iter()
            .map(|row| &row.policy)
            .chain(std::iter::once(&national));
        known.any(|known| known.version() == policy.version() && known != policy)
    }
}
