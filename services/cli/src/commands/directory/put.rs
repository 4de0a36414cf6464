//! What is changed of the directory. With the etag of what was read, what is not typed stays as it is; without one the
//! item is new.

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use uuid::Uuid;

use super::{resource, show_agency, show_member, show_organisation};
use crate::args::{PutAgency, PutDesk, PutMember, PutOrganisation, Sending};
use crate::commands::typed_text;
use crate::failure::{Failure, same_intention};
use crate::screen::Screen;

/// What is sent beside the item.
pub(super) struct Sent {
    pub id: Uuid,
    pub etag: String,
    pub reason: String,
}

impl Sent {
    pub fn of(sending: Sending, reason: String, screen: &Screen) -> Result<Self, Failure> {
        Ok(Self {
            id: sending.request_id.unwrap_or_else(|| SystemIds.random()),
            etag: sending.etag.unwrap_or_default(),
            reason: typed_text(reason, screen)?,
        })
    }

    pub fn failed(&self, screen: &Screen, error: &Error) -> Failure {
        let again = same_intention(self.id, None, &self.etag);
        Failure::of_command(screen.manner.lang, error, &again)
    }
}

pub(super) async fn organisation(
    client: &Client,
    options: PutOrganisation,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let name = resource("organisations/", &options.organisation);
    let mut organisation = v1::Organisation {
        name: name.clone(),
        ..v1::Organisation::default()
    };
    if !sent.etag.is_empty() {
        let read = client.get_organisation(v1::GetOrganisationRequest { name }).await;
        let read = read.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        organisation = read.organisation.unwrap_or_default();
    }
    replace(&mut organisation.display_name, options.name);
    replace(&mut organisation.departement, options.departement);
    if let Some(kind) = options.kind {
        organisation.set_kind(kind.into());
    }
    organisation.etag.clone_from(&sent.etag);
    let request = v1::PutOrganisationRequest {
        request_id: sent.id.to_string(),
        organisation: Some(organisation),
        reason: sent.reason.clone(),
    };
    let answer = client.put_organisation(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_organisation(&answer.organisation.unwrap_or_default(), screen)
}

pub(super) async fn agency(client: &Client, options: PutAgency, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let name = resource("agencies/", &options.agency);
    let mut agency = v1::Agency {
        name: name.clone(),
        ..v1::Agency::default()
    };
    if !sent.etag.is_empty() {
        let read = client
            .get_agency(v1::GetAgencyRequest { name: name.clone() })
            .await;
        let read = read.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        agency = read.agency.unwrap_or_default();
    }
    replace(&mut agency.display_name, options.name);
    if let Some(enrolment) = options.enrolment {
        agency.set_enrolment(enrolment.into());
    }
    agency.nir_allowed = options.nir_allowed.unwrap_or(agency.nir_allowed);
    for (desk, display_name) in options.desk {
        agency.desks.push(v1::Desk {
            name: format!("{name}/desks/{desk}"),
            display_name,
            ..v1::Desk::default()
        });
    }
    agency.etag.clone_from(&sent.etag);
    let request = v1::PutAgencyRequest {
        request_id: sent.id.to_string(),
        agency: Some(agency),
        reason: sent.reason.clone(),
    };
    let answer = client.put_agency(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_agency(&answer.agency.unwrap_or_default(), screen)
}

pub(super) async fn desk(client: &Client, options: PutDesk, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let request = v1::PutDeskRequest {
        request_id: sent.id.to_string(),
        desk: Some(v1::Desk {
            name: desk_name(&options.desk, ""),
            display_name: options.name,
            benefits: options.benefit,
            rules: None,
        }),
        etag: sent.etag.clone(),
        reason: sent.reason.clone(),
    };
    let answer = client.put_desk(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_agency(&answer.agency.unwrap_or_default(), screen)
}

pub(super) async fn member(client: &Client, options: PutMember, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let name = resource("members/", &options.member);
    let mut member = v1::Member {
        name: name.clone(),
        ..v1::Member::default()
    };
    if !sent.etag.is_empty() {
        let read = client.get_member(v1::GetMemberRequest { name }).await;
        let read = read.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        member = read.member.unwrap_or_default();
    }
    replace(&mut member.display_name, options.name);
    if let Some(role) = options.role {
        member.set_role(role.into());
    }
    let organisation = options.organisation.map(|id| resource("organisations/", &id));
    replace(&mut member.organisation, organisation);
    replace(
        &mut member.agency,
        options.agency.map(|id| resource("agencies/", &id)),
    );
    let desks = options.desk.iter();
    let desks: Vec<String> = desks.map(|desk| desk_name(desk, &member.agency)).collect();
    for (field, typed) in [
        (&mut member.desks, desks),
        (&mut member.territory, options.departement),
        (&mut member.keys, options.public_key),
    ] {
        if !typed.is_empty() {
            *field = typed;
        }
    }
    if !options.identity.is_empty() {
        let (typed, _) = options.identity.as_chunks();
        let typed = typed.iter().map(|[issuer, subject]| v1::MemberIdentity {
            issuer: issuer.clone(),
            subject: subject.clone(),
        });
        member.identities = typed.collect();
    }
    member.etag.clone_from(&sent.etag);
    let request = v1::PutMemberRequest {
        request_id: sent.id.to_string(),
        member: Some(member),
        reason: sent.reason.clone(),
    };
    let answer = client.put_member(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_member(&answer.member.unwrap_or_default(), screen)
}

pub(super) async fn desks(
    client: &Client,
    member: &str,
    desks: &[String],
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let sent = Sent::of(sending, reason, screen)?;
    let name = resource("members/", member);
    let read = client
        .get_member(v1::GetMemberRequest { name: name.clone() })
        .await;
    let read = read.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    let agency = read.member.unwrap_or_default().agency;
    let request = v1::SetMemberDesksRequest {
        request_id: sent.id.to_string(),
        name,
        etag: sent.etag.clone(),
        desks: desks.iter().map(|desk| desk_name(desk, &agency)).collect(),
        reason: sent.reason.clone(),
    };
    let answer = client.set_member_desks(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_member(&answer.member.unwrap_or_default(), screen)
}

pub(super) async fn end(
    client: &Client,
    member: &str,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let sent = Sent::of(sending, reason, screen)?;
    let request = v1::EndMemberRequest {
        request_id: sent.id.to_string(),
        name: resource("members/", member),
        etag: sent.etag.clone(),
        reason: sent.reason.clone(),
    };
    let answer = client.end_member(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    show_member(&answer.member.unwrap_or_default(), screen)
}

fn replace(field: &mut String, typed: Option<String>) {
    if let Some(typed) = typed {
        *field = typed;
    }
}

/// The resource name of a desk: typed in full, as `caf-56/accueil`, or as `accueil` where its agency is known.
pub(super) fn desk_name(typed: &str, agency: &str) -> String {
    match (typed.starts_with("agencies/"), typed.split_once('/')) {
        (true, _) => typed.to_owned(),
        (false, Some((agency, desk))) => format!("agencies/{agency}/desks/{desk}"),
        (false, None) => format!("{agency}/desks/{typed}"),
    }
}
