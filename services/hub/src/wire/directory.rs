//! The directory: what is asked of it, and how its items are shown.

pub mod absences;
pub mod calendar;
pub mod clock_policy;
pub mod desk_rules;
pub mod identifiers;
pub mod import;

use declic_domain::directory::authority::{self, Ask};
use declic_domain::directory::identity::MOST_IDENTITIES;
use declic_domain::directory::{Agency, Change, Desk, Identity, Member, Organisation};
use declic_domain::name::{AgencyId, DeskName, MemberId, OrganisationId};
use declic_domain::text::LONGEST_REASON;
use declic_proto::v1;

use super::{Violations, command, enums, request_id, timestamp};
use crate::directory::forms::{AgencyRow, DeskRow, IdentityRow, MemberRow, OrganisationRow, Reading};
use crate::status::Error;

/// Most desks of an agency.
const MOST_DESKS: usize = 200;
/// Most desks of a member.
const MOST_DESKS_OF_ONE: usize = 50;
/// Most keys of a member.
const MOST_KEYS: usize = 8;
/// Most codes in a list of benefits or départements.
const MOST_CODES: usize = 200;

/// A command on the directory, parsed.
pub struct Asked {
    /// The client's UUID.
    pub request: [u8; 16],
    /// What the client has read.
    pub read: Read,
    /// Why.
    pub reason: String,
    /// What.
    pub ask: Ask,
}

/// What a client has read of the item it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// It acts on what is there.
    Whatever,
    /// There was none.
    Nothing,
    /// The item of this etag.
    Etag(u64),
}

/// Parses PutOrganisation.
///
/// # Errors
/// Every violation.
pub fn put_organisation(request: v1::PutOrganisationRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.organisation.unwrap_or_default();
    parsing.read_whole(&asked.etag);
    let row = OrganisationRow {
        id: parsing.id("organisation.name", &asked.name, "organisations/"),
        name: asked.display_name,
        departement: asked.departement,
        kind: enums::parse_organisation_kind(asked.kind)
            .map(|kind| enums::organisation_kind(kind).as_str_name())
            .map(|kind| kind.trim_start_matches("ORGANISATION_KIND_").to_owned()),
    };
    let put = parsing.reading.organisation(&row);
    parsing.finish("organisation", put.map(Ask::PutOrganisation))
}

/// Parses PutAgency.
///
/// # Errors
/// Every violation.
pub fn put_agency(request: v1::PutAgencyRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.agency.unwrap_or_default();
    parsing.read_whole(&asked.etag);
    parsing.at_most("agency.desks", asked.desks.len(), MOST_DESKS);
    let id = parsing.id("agency.name", &asked.name, "agencies/");
    let prefix = format!("agencies/{id}/desks/");
    let desks: Vec<DeskRow> = asked
        .desks
        .into_iter()
        .map(|desk| parsing.desk("agency.desks", desk, &prefix))
        .collect();
    let enrolment = enums::parse_enrolment(asked.enrolment).map(|one| enums::enrolment(one).as_str_name());
    let row = AgencyRow {
        id,
        name: (!asked.display_name.is_empty()).then_some(asked.display_name),
        enrolment: enrolment
            .unwrap_or_default()
            .trim_start_matches("ENROLMENT_")
            .to_owned(),
        nir_allowed: asked.nir_allowed,
        desk: desks,
    };
    let put = parsing.reading.agency(&row);
    parsing.finish("agency", put.map(Ask::PutAgency))
}

/// Parses PutDesk.
///
/// # Errors
/// Every violation.
pub fn put_desk(request: v1::PutDeskRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    parsing.read_part(&request.etag);
    let asked = request.desk.unwrap_or_default();
    let name = parsing
        .violations
        .take("desk.name", DeskName::parse_resource(&asked.name));
    let put = name.and_then(|name| {
        let prefix = format!("{}/desks/", name.agency.resource());
        let row = parsing.desk("desk", asked, &prefix);
        parsing.reading.desk(&name.agency, &row)
    });
    parsing.finish("desk", put.map(Ask::PutDesk))
}

/// Parses PutMember.
///
/// # Errors
/// Every violation.
pub fn put_member(request: v1::PutMemberRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.member.unwrap_or_default();
    parsing.read_whole(&asked.etag);
    parsing.at_most("member.desks", asked.desks.len(), MOST_DESKS_OF_ONE);
    parsing.at_most("member.territory", asked.territory.len(), MOST_CODES);
    parsing.at_most("member.keys", asked.keys.len(), MOST_KEYS);
    parsing.at_most("member.identities", asked.identities.len(), MOST_IDENTITIES);
    let parents = [
        ("member.organisation", &asked.organisation, "organisations/"),
        ("member.agency", &asked.agency, "agencies/"),
    ];
    let [organisation, agency] =
        parents.map(|(field, name, prefix)| (!name.is_empty()).then(|| parsing.id(field, name, prefix)));
    let desks_of = format!("{}/desks/", asked.agency);
    let desks = asked.desks.iter();
    let row = MemberRow {
        id: parsing.id("member.name", &asked.name, "members/"),
        desks: desks
            .map(|desk| parsing.id("member.desks", desk, &desks_of))
            .collect(),
        role: enums::parse_role(asked.role)
            .map(|role| enums::role(role).as_str_name())
            .unwrap_or_default()
            .trim_start_matches("ROLE_")
            .to_owned(),
        name: asked.display_name,
        organisation,
        agency,
        territory: asked.territory,
        keys: asked.keys,
        identities: asked
            .identities
            .into_iter()
            .map(|identity| IdentityRow {
                issuer: identity.issuer,
                subject: identity.subject,
            })
            .collect(),
        active: true,
    };
    let put = parsing.reading.member(&row);
    parsing.finish("member", put.map(Ask::PutMember))
}

/// Parses SetMemberDesks.
///
/// # Errors
/// Every violation.
pub fn set_desks(request: v1::SetMemberDesksRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    parsing.read_part(&request.etag);
    parsing.at_most("desks", request.desks.len(), MOST_DESKS_OF_ONE);
    if request.desks.is_empty() {
        parsing
            .violations
            .add("desks", "is required: an agent is at one desk at least");
    }
    let id = parsing
        .violations
        .take("name", MemberId::parse_resource(&request.name));
    let desks = request.desks.iter();
    let desks = desks
        .filter_map(|desk| parsing.violations.take("desks", DeskName::parse_resource(desk)))
        .collect();
    parsing.finish("name", id.map(|id| Ask::SetDesks(id, desks)))
}

/// Parses EndMember.
///
/// # Errors
/// Every violation.
pub fn end(request: v1::EndMemberRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    parsing.read_part(&request.etag);
    let id = parsing
        .violations
        .take("name", MemberId::parse_resource(&request.name));
    parsing.finish("name", id.map(Ask::End))
}

/// What every command has, and what was wrong so far.
struct Parsing {
    request: Option<[u8; 16]>,
    read: Option<Read>,
    reason: String,
    reading: Reading,
    violations: Violations,
}

impl Parsing {
    fn of(id: &str, reason: String) -> Self {
        let mut violations = Violations::default();
        Self {
            request: request_id(&mut violations, id),
            read: None,
            reason: violations.text("reason", reason, LONGEST_REASON),
            reading: Reading::default(),
            violations,
        }
    }

    /// The etag of an item that is put as a whole: without one it is new.
    fn read_whole(&mut self, text: &str) {
        let etag = command::etag(&mut self.violations, text);
        self.read = etag.map(|etag| etag.map_or(Read::Nothing, Read::Etag));
    }

    /// The etag of an item of which a part changes: without one, whatever is there.
    fn read_part(&mut self, text: &str) {
        let etag = command::etag(&mut self.violations, text);
        self.read = etag.map(|etag| etag.map_or(Read::Whatever, Read::Etag));
    }

    /// The last part of a resource name.
    fn id(&mut self, field: &str, name: &str, prefix: &str) -> String {
        match name.strip_prefix(prefix) {
            Some(id) => id.to_owned(),
            None => {
                self.violations
                    .add(field, format!("is written \"{prefix}{{id}}\""));
                String::new()
            }
        }
    }

    fn desk(&mut self, field: &str, desk: v1::Desk, prefix: &str) -> DeskRow {
        self.at_most(field, desk.benefits.len(), MOST_CODES);
        DeskRow {
            id: self.id(field, &desk.name, prefix),
            name: desk.display_name,
            benefits: desk.benefits,
        }
    }

    fn at_most(&mut self, field: &str, count: usize, most: usize) {
        if count > most {
            self.violations
                .add(field, format!("has {count} entries, at most {most} are taken"));
        }
    }

    fn finish(mut self, field: &str, ask: Option<Ask>) -> Result<Asked, Error> {
        for fault in std::mem::take(&mut self.reading.faults) {
            // An id that was refused above is not refused again as an empty one.
            if !fault.id.is_empty() {
                self.violations.add(field, fault.what.to_string());
            }
        }
        let known = self.request.zip(self.read).zip(ask);
        let ((request, read), ask) = self.violations.finish_with(known)?;
        Ok(Asked {
            request,
            read,
            reason: self.reason,
            ask,
        })
    }
}

/// An organisation.
pub fn organisation(organisation: &Organisation, etag: u64) -> v1::Organisation {
    v1::Organisation {
        name: organisation.id.resource(),
        display_name: organisation.name.clone(),
        departement: organisation.departement.clone(),
        etag: etag.to_string(),
        kind: organisation
            .kind
            .map(enums::organisation_kind)
            .unwrap_or_default()
            .into(),
    }
}

/// An agency with its desks.
pub fn agency(agency: &Agency, etag: u64) -> v1::Agency {
    v1::Agency {
        name: agency.id.resource(),
        display_name: agency.name.clone(),
        enrolment: enums::enrolment(agency.enrolment).into(),
        nir_allowed: agency.nir_allowed,
        desks: agency.desks.iter().map(desk).collect(),
        etag: etag.to_string(),
        calendar: None,
        required_identifiers: None,
    }
}

fn desk(desk: &Desk) -> v1::Desk {
    v1::Desk {
        name: desk.name.resource(),
        display_name: desk.display_name.clone(),
        benefits: desk.benefits.iter().cloned().collect(),
        rules: None,
    }
}

/// A member, as this reader is shown it.
pub fn member(member: &Member, etag: u64, reader: &Member) -> v1::Member {
    let (keys, identities) = match authority::reads_keys(reader, member) {
        true => (
            member.keys.iter().map(declic_auth::public_to_base64).collect(),
            member.identities.iter().map(identity).collect(),
        ),
        false => (Vec::new(), Vec::new()),
    };
    let organisation = member.organisation.as_ref().map(OrganisationId::resource);
    v1::Member {
        name: member.id.resource(),
        display_name: member.name.clone(),
        role: enums::role(member.role).into(),
        organisation: organisation.unwrap_or_default(),
        agency: member.agency.as_ref().map(AgencyId::resource).unwrap_or_default(),
        desks: member.desks.iter().map(DeskName::resource).collect(),
        territory: member.territory.iter().cloned().collect(),
        ended: !member.active,
        keys,
        etag: etag.to_string(),
        absences: None,
        identities,
    }
}

fn identity(identity: &Identity) -> v1::MemberIdentity {
    v1::MemberIdentity {
        issuer: identity.issuer().to_owned(),
        subject: identity.subject().to_owned(),
    }
}

/// One change.
pub fn change(number: u64, change: &Change) -> v1::DirectoryChange {
    v1::DirectoryChange {
        number: i64::try_from(number).unwrap_or(i64::MAX),
        actor: change.actor.as_ref().map(MemberId::resource).unwrap_or_default(),
        time: Some(timestamp(change.recorded_at)),
        reason: change.reason.clone(),
        items: change.items.clone(),
    }
}
