//! What a departure would move, said beforehand by the function that moves it.

use std::collections::BTreeMap;

use declic_domain::directory::Directory;
use declic_domain::directory::authority::{self, Ask};
use declic_domain::handover::{self, Next};
use declic_domain::holder::{Holder, follower};
use declic_domain::name::{AgencyId, MemberId, OrganisationId};
use declic_domain::policy::{self, Following, Reach, rule_scope};
use declic_proto::v1;
use declic_store::{CaseFilter, CasePosition, Limit, TicketFilter, TicketPosition};

use crate::caller::Caller;
use crate::hub::Hub;
use crate::readers::handovers::post;
use crate::status::Error;
use crate::wire::Violations;

/// Rows read at a time.
const PAGE: u32 = 500;

/// Tickets shown at most.
const MOST_SHOWN: usize = 200;

/// What is found while tickets are gone through: how many go where, and some of them.
#[derive(Default)]
struct Found {
    counts: BTreeMap<String, i64>,
    shown: Vec<v1::RehearsedHandover>,
}

/// Says what the departure of a member would move.
///
/// # Errors
/// The name's; unknown or not the caller's; what the departure itself would be refused for.
pub async fn departure(
    hub: &Hub,
    caller: &Caller,
    request: &v1::RehearseDepartureRequest,
) -> Result<v1::RehearseDepartureResponse, Error> {
    let mut violations = Violations::default();
    let id = violations.take("name", MemberId::parse_resource(&request.name));
    let id = violations.finish_with(id)?;
    let before = hub.directory();
    let leaving = before.members.get(&id).ok_or(Error::Absent)?;
    if !authority::rehearses(&caller.member, leaving) {
        return Err(Error::Absent);
    }
    let mut after = Directory::clone(&before);
    if let Some(item) = authority::change(&before, Ask::End(id))? {
        after.apply(item);
    }
    let mut found = Found::default();
    if let Some(agency) = &leaving.agency {
        of_agency(hub, caller, (&before, &after), agency, &mut found).await?;
    }
    if let Some(organisation) = &leaving.organisation {
        of_organisation(hub, caller, (&before, &after), organisation, &mut found).await?;
    }
    let counts = found.counts.into_iter();
    Ok(v1::RehearseDepartureResponse {
        destinations: counts
            .map(|(to, tickets)| v1::HandoverCount { to, tickets })
            .collect(),
        tickets: found.shown,
    })
}

/// Open tickets of an agency that go elsewhere by the directory after, and not by the one before.
async fn of_agency(
    hub: &Hub,
    caller: &Caller,
    (before, after): (&Directory, &Directory),
    agency: &AgencyId,
    found: &mut Found,
) -> Result<(), Error> {
    let (scope, filter, mut position) = (rule_scope(agency), TicketFilter::default(), None);
    let own = policy::scope(&caller.member);
    let is_shown = own.is_some_and(|own| *own.reach() == Reach::Agency(agency.clone()));
    loop {
        let page = hub
            .store
            .tickets(&scope, &filter, position, Limit::new(PAGE))
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        position = Some(TicketPosition {
            held_since_us: last.held_since.as_microsecond(),
            name: last.name,
        });
        for ticket in &page {
            if handover::next(before, post(ticket), hub.now()) != Next::Stays {
                continue;
            }
            let to = match handover::next(after, post(ticket), hub.now()) {
                Next::Stays => continue,
                Next::Deputy(deputy) => deputy.resource(),
                Next::Desk(desk) => desk.resource(),
                Next::Triage => "triage".to_owned(),
            };
            found.add(is_shown, ticket.name.resource(), to);
        }
    }
}

/// Open cases of an organisation that are followed by somebody else, or by nobody, by the directory after.
async fn of_organisation(
    hub: &Hub,
    caller: &Caller,
    (before, after): (&Directory, &Directory),
    organisation: &OrganisationId,
    found: &mut Found,
) -> Result<(), Error> {
    let (scope, mut position) = (policy::departure_scope(organisation), None);
    let filter = CaseFilter {
        open: Some(true),
        tag: None,
    };
    let is_shown = caller.member.organisation.as_ref() == Some(organisation);
    loop {
        let page = hub
            .store
            .cases(&scope, &filter, position, Limit::new(PAGE))
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        position = Some(CasePosition {
            opened_at_us: last.row.case.opened_at.as_microsecond(),
            id: last.row.case.id,
        });
        for case in &page {
            let following = Following::of(&case.row.case);
            let next = follower(after, following);
            if next == follower(before, following) {
                continue;
            }
            let to = match next {
                Holder::Supervision => "supervision".to_owned(),
                _ => organisation.resource(),
            };
            for row in case.tickets.iter().filter(|row| row.ticket.state.is_open()) {
                found.add(is_shown, row.ticket.name.resource(), to.clone());
            }
        }
    }
}

impl Found {
    fn add(&mut self, is_shown: bool, ticket: String, to: String) {
        *self.counts.entry(to.clone()).or_default() += 1;
        if is_shown && self.shown.len() < MOST_SHOWN {
            self.shown.push(v1::RehearsedHandover { ticket, to });
        }
    }
}
