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

impl Identifier {
    /// The field of the person, as a request names it.
    pub fn field(self) -> &'static str {
        match self {
            Self::OfAgency => "person.agency_identifier",
            Self::Nir => "person.nir",
        }
    }
}

/// What an agency cannot do without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredIdentifiers {
    /// Whose they are.
    pub agency: AgencyId,
    /// Without these no case is opened for it and no ticket added; none: names and birth date do. What comes to it by a
    /// redirect comes all the same, and says what is missing.
    pub identifiers: BTreeSet<Identifier>,
}

impl RequiredIdentifiers {
    /// Their resource name.
    pub fn resource(&self) -> String {
        format!("{}/requiredIdentifiers", self.agency.resource())
    }
}

impl Directory {
    /// What an agency cannot do without and that is not known of this person.
    pub fn missing(&self, agency: &AgencyId, person: &Person) -> Vec<Identifier> {
        let required = self.identifiers.get(agency).into_iter();
        let identifiers = required.flat_map(|required| required.identifiers.iter().copied());
        let missing = identifiers.filter(|identifier| match identifier {
            Identifier::OfAgency => person.agency_identifier.is_none(),
            Identifier::Nir => person.nir.is_none(),
        });
        missing.collect()
    }

    /// Refuses a person whom an agency could not find.
    pub(crate) fn check_found(&self, agency: &AgencyId, person: &Person) -> Result<(), Refusal> {
        let missing = self.missing(agency, person);
        let Some(first) = missing.first() else {
            return Ok(());
        };
        let field = first.field();
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
