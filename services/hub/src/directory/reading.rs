//! What is read of the directory. The one that decides is in memory: reads are of that one.

use std::collections::BTreeMap;

use declic_domain::clock::ClockPolicy;
use declic_domain::directory::{Agency, Directory, Item, LevelPolicy, Member, authority};
use declic_domain::name::{AgencyId, MemberId, OrganisationId};
use declic_proto::v1;
use declic_store::Limit;
use prost::Message;

use super::etag;
use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{FULL_PAGE_BYTES, Violations, directory as wire, page_size, token};

/// Longest id of an item, in bytes: an agency and a benefit, for a policy.
const LONGEST_ID: usize = 96;

/// An organisation.
///
/// # Errors
/// The name's; unknown.
pub fn organisation(
    hub: &Hub,
    request: &v1::GetOrganisationRequest,
) -> Result<v1::GetOrganisationResponse, Error> {
    let id = name(OrganisationId::parse_resource(&request.name))?;
    let directory = hub.directory();
    let found = directory.organisations.get(&id).ok_or(Error::Absent)?;
    Ok(v1::GetOrganisationResponse {
        organisation: Some(wire::organisation(
            found,
            etag(&hub.secrets, &found.clone().into()),
        )),
    })
}

/// The organisations.
///
/// # Errors
/// The page's.
pub fn organisations(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListOrganisationsRequest,
) -> Result<v1::ListOrganisationsResponse, Error> {
    let asked = (request.page_size, request.page_token.as_str());
    let page = Page::of(hub, caller, b"ListOrganisations", asked)?;
    let directory = hub.directory();
    let rows = directory.organisations.iter().map(|(id, found)| {
        let shown = || wire::organisation(found, etag(&hub.secrets, &found.clone().into()));
        (id.as_str(), shown)
    });
    let (organisations, next_page_token) = page.take(rows);
    Ok(v1::ListOrganisationsResponse {
        organisations,
        next_page_token,
    })
}

/// An agency with its desks.
///
/// # Errors
/// The name's; unknown.
pub fn agency(hub: &Hub, request: &v1::GetAgencyRequest) -> Result<v1::GetAgencyResponse, Error> {
    let id = name(AgencyId::parse_resource(&request.name))?;
    let directory = hub.directory();
    let found = directory.agencies.get(&id).ok_or(Error::Absent)?;
    Ok(v1::GetAgencyResponse {
        agency: Some(whole_agency(hub, &directory, found)),
    })
}

/// The agencies with their desks.
///
/// # Errors
/// The page's.
pub fn agencies(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListAgenciesRequest,
) -> Result<v1::ListAgenciesResponse, Error> {
    let asked = (request.page_size, request.page_token.as_str());
    let page = Page::of(hub, caller, b"ListAgencies", asked)?;
    let directory = hub.directory();
    let rows = directory
        .agencies
        .iter()
        .map(|(id, found)| (id.as_str(), || whole_agency(hub, &directory, found)));
    let (agencies, next_page_token) = page.take(rows);
    Ok(v1::ListAgenciesResponse {
        agencies,
        next_page_token,
    })
}

/// An agency with what is said of it apart.
fn whole_agency(hub: &Hub, directory: &Directory, found: &Agency) -> v1::Agency {
    let calendar = directory.calendars.get(&found.id);
    let calendar = calendar.map(|one| (one, etag(&hub.secrets, &Item::Calendar(one.clone()))));
    let required = directory.identifiers.get(&found.id);
    let required = required.map(|one| (one, etag(&hub.secrets, &Item::Identifiers(one.clone()))));
    let mut shown = wire::agency(found, etag(&hub.secrets, &found.clone().into()));
    for (desk, shown) in found.desks.iter().zip(&mut shown.desks) {
        let rules = directory.desk_rules.get(&desk.name);
        let rules = rules.map(|one| (one, etag(&hub.secrets, &Item::DeskRules(one.clone()))));
        shown.rules = Some(wire::desk_rules::rules(rules));
    }
    v1::Agency {
        required_identifiers: Some(wire::identifiers::required(required)),
        calendar: Some(wire::calendar::calendar(calendar)),
        ..shown
    }
}

/// A member with what is said of it apart.
fn whole_member(hub: &Hub, directory: &Directory, found: &Member, reader: &Member) -> v1::Member {
    let absences = directory.absences.get(&found.id);
    let absences = absences.map(|one| (one, etag(&hub.secrets, &Item::Absences(one.clone()))));
    v1::Member {
        absences: Some(wire::absences::absences(absences)),
        ..wire::member(found, etag(&hub.secrets, &found.clone().into()), reader)
    }
}

/// How much time agencies have.
///
/// # Errors
/// The page's.
pub fn clock_policies(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListClockPoliciesRequest,
) -> Result<v1::ListClockPoliciesResponse, Error> {
    let asked = (request.page_size, request.page_token.as_str());
    let page = Page::of(hub, caller, b"ListClockPolicies", asked)?;
    let directory = hub.directory();
    let national = LevelPolicy {
        agency: None,
        benefit: None,
        policy: Some(ClockPolicy::national()),
    };
    let mut levels = BTreeMap::from([(national.id(), (national, None))]);
    for row in directory.policies.rows() {
        let level = LevelPolicy::of(row);
        let etag = etag(&hub.secrets, &Item::Policy(level.clone()));
        levels.insert(level.id(), (level, Some(etag)));
    }
    let rows = levels.iter().map(|(id, (level, etag))| {
        let shown = || wire::clock_policy::clock_policy(level, *etag).unwrap_or_default();
        (id.as_str(), shown)
    });
    let (policies, next_page_token) = page.take(rows);
    Ok(v1::ListClockPoliciesResponse {
        policies,
        next_page_token,
    })
}

/// A member.
///
/// # Errors
/// The name's; unknown, or not for the caller.
pub fn member(
    hub: &Hub,
    caller: &Caller,
    request: &v1::GetMemberRequest,
) -> Result<v1::GetMemberResponse, Error> {
    let id = name(MemberId::parse_resource(&request.name))?;
    let (directory, reader) = (hub.directory(), &caller.member);
    let found = directory.members.get(&id);
    let found = found.filter(|member| authority::reads_member(reader, member));
    let found = found.ok_or(Error::Absent)?;
    Ok(v1::GetMemberResponse {
        member: Some(whole_member(hub, &directory, found, reader)),
    })
}

/// The members that the caller may read.
///
/// # Errors
/// The page's, the parent's.
pub fn members(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListMembersRequest,
) -> Result<v1::ListMembersResponse, Error> {
    let question = [
        b"ListMembers ",
        request.parent.as_bytes(),
        &[u8::from(request.include_ended)],
    ]
    .concat();
    let asked = (request.page_size, request.page_token.as_str());
    let page = Page::of(hub, caller, &question, asked)?;
    let parent = parent(&request.parent)?;
    let (directory, reader) = (hub.directory(), &caller.member);
    let rows = directory.members.iter().filter(|(_, member)| {
        let is_there = match &parent {
            Parent::Any => true,
            Parent::Organisation(id) => member.organisation.as_ref() == Some(id),
            Parent::Agency(id) => member.agency.as_ref() == Some(id),
        };
        is_there && (member.active || request.include_ended) && authority::reads_member(reader, member)
    });
    let rows = rows.map(|(id, found)| (id.as_str(), || whole_member(hub, &directory, found, reader)));
    let (members, next_page_token) = page.take(rows);
    Ok(v1::ListMembersResponse {
        members,
        next_page_token,
    })
}

/// What changed, newest first.
///
/// # Errors
/// The page's, the store's.
pub async fn changes(
    hub: &Hub,
    caller: &Caller,
    request: v1::ListDirectoryChangesRequest,
) -> Result<v1::ListDirectoryChangesResponse, Error> {
    const QUESTION: &[u8] = b"ListDirectoryChanges";
    let subject = caller.member.id.as_str();
    let mut violations = Violations::default();
    let limit = page_size(&mut violations, request.page_size);
    violations.finish()?;
    let before = token::page_position::<8>(&hub.secrets, subject, QUESTION, &request.page_token)?;
    let before = before.map(u64::from_be_bytes);
    let found = hub.store.directory_changes(before, Limit::new(limit)).await?;
    let (mut changes, mut bytes) = (Vec::new(), 0);
    let mut last = 0;
    for (number, change) in &found {
        if bytes >= FULL_PAGE_BYTES {
            break;
        }
        let shown = wire::change(*number, change);
        bytes += shown.encoded_len();
        changes.push(shown);
        last = *number;
    }
    // The first change has number 1: below it there is nothing.
    let next_page_token = match last {
        0 | 1 => String::new(),
        last => token::page(&hub.secrets, subject, QUESTION, &last.to_be_bytes()),
    };
    Ok(v1::ListDirectoryChangesResponse {
        changes,
        next_page_token,
    })
}

enum Parent {
    Any,
    Organisation(OrganisationId),
    Agency(AgencyId),
}

fn parent(text: &str) -> Result<Parent, Error> {
    let mut violations = Violations::default();
    let parsed = if text.is_empty() {
        Some(Parent::Any)
    } else if text.starts_with("agencies/") {
        violations
            .take("parent", AgencyId::parse_resource(text))
            .map(Parent::Agency)
    } else {
        violations
            .take("parent", OrganisationId::parse_resource(text))
            .map(Parent::Organisation)
    };
    violations.finish_with(parsed)
}

fn name<T>(parsed: Result<T, impl ToString>) -> Result<T, Error> {
    let mut violations = Violations::default();
    let name = violations.take("name", parsed);
    violations.finish_with(name)
}

/// A page of a list that goes up by ids.
struct Page<'p> {
    hub: &'p Hub,
    subject: &'p str,
    question: &'p [u8],
    limit: usize,
    /// Ids above this one; all of them when it is empty.
    above: String,
}

impl<'p> Page<'p> {
    fn of(
        hub: &'p Hub,
        caller: &'p Caller,
        question: &'p [u8],
        (size, token): (i32, &str),
    ) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let limit = page_size(&mut violations, size);
        violations.finish()?;
        let subject = caller.member.id.as_str();
        let above = token::page_position::<LONGEST_ID>(&hub.secrets, subject, question, token)?;
        let above = above.map(|id| String::from_utf8_lossy(&id).trim_end_matches('\0').to_owned());
        Ok(Self {
            hub,
            subject,
            question,
            limit: limit as usize,
            above: above.unwrap_or_default(),
        })
    }

    /// The rows of the page, and the token of the next one.
    fn take<'r, R: Message>(
        &self,
        rows: impl Iterator<Item = (&'r str, impl Fn() -> R)>,
    ) -> (Vec<R>, String) {
        let mut rows = rows.filter(|(id, _)| *id > self.above.as_str()).peekable();
        let (mut taken, mut last, mut bytes) = (Vec::new(), "", 0);
        while taken.len() < self.limit && bytes < FULL_PAGE_BYTES {
            let Some((id, shown)) = rows.next() else { break };
            let row = shown();
            bytes += row.encoded_len();
            last = id;
            taken.push(row);
        }
        let token = rows.peek().map_or_else(String::new, |_| {
            let mut position = [0; LONGEST_ID];
            position[..last.len()].copy_from_slice(last.as_bytes());
            token::page(&self.hub.secrets, self.subject, self.question, &position)
        });
        (taken, token)
    }
}
