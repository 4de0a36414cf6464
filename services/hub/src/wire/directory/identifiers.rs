//! What agencies need to find a person: what is asked, and how it is shown.

use declic_domain::directory::authority::Ask;
use declic_domain::directory::{Identifier, RequiredIdentifiers};
use declic_domain::name::AgencyId;
use declic_proto::v1;

use super::{Asked, Parsing};
use crate::status::Error;

/// Parses SetRequiredIdentifiers.
///
/// # Errors
/// Every violation.
pub fn set(request: v1::SetRequiredIdentifiersRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.required_identifiers.unwrap_or_default();
    parsing.read_part(&asked.etag);
    let agency = AgencyId::parse_resource(&request.name);
    let agency = parsing.violations.take("name", agency);
    let given = [
        (asked.agency_identifier, Identifier::OfAgency),
        (asked.nir, Identifier::Nir),
    ];
    let set = agency.map(|agency| RequiredIdentifiers {
        agency,
        identifiers: given
            .into_iter()
            .filter_map(|(is_asked, identifier)| is_asked.then_some(identifier))
            .collect(),
    });
    parsing.finish("required_identifiers", set.map(Ask::SetIdentifiers))
}

/// What an agency needs.
pub fn required(required: Option<(&RequiredIdentifiers, u64)>) -> v1::RequiredIdentifiers {
    let has = |one| required.is_some_and(|(required, _)| required.identifiers.contains(&one));
    v1::RequiredIdentifiers {
        agency_identifier: has(Identifier::OfAgency),
        nir: has(Identifier::Nir),
        etag: required.map(|(_, etag)| etag.to_string()).unwrap_or_default(),
    }
}
