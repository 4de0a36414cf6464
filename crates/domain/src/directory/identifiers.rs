//! What an agency needs to find a person in its own files, as the directory keeps it.

use std::collections::BTreeSet;

use super::Directory;
use crate::name::AgencyId;
use crate::person::Person;
use crate::refusal::Refusal;

/// What a person is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// The person's number at the agency.
    OfAgency,
    /// The social-security number.
    Nir,
}

/// What an agency cannot do without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredIdentifiers {
    /// Whose they are.
    pub agency: AgencyId,
    /// Without these no case is opened for it; none: names and birth date do.
    pub identifiers: BTreeSet<Identifier>,
}

impl RequiredIdentifiers {
    /// Their resource name.
    pub fn resource(&self) -> String {
        format!("{}/requiredIdentifiers", self.agency.resource())
    }
}

impl Directory {
    /// Refuses a person whom an agency could not find.
    pub(crate) fn check_found(&self, agency: &AgencyId, person: &Person) -> Result<(), Refusal> {
        let Some(required) = self.identifiers.get(agency) else {
            return Ok(());
        };
        let missing = required.identifiers.iter().find(|identifier| match identifier {
            Identifier::OfAgency => person.agency_identifier.is_none(),
            Identifier::Nir => person.nir.is_none(),
        });
        let field = match missing {
            None => return Ok(()),
            Some(Identifier::OfAgency) => "person.agency_identifier",
            Some(Identifier::Nir) => "person.nir",
        };
        let known = self.agencies.get(agency);
        let name = known.map_or_else(|| agency.to_string(), |agency| agency.name.clone());
        Err(Refusal::Field {
            field,
            problem: format!(
                "{name:?} finds nobody without it: ask the person for it, or write to the agency first"
            ),
        })
    }
}
