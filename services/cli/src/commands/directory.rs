//! `declic directory …`: what is read of the directory, and how its items are shown.

mod absences;
mod calendar;
mod desk_rules;
mod identifiers;
mod import;
mod policies;
mod put;
mod week;

use declic_client::Client;
use declic_proto::v1;
use declic_words::{Arg, Family};
use serde_json::{Value, json};

use super::{pages, tell_more};
use crate::args::DirectoryCommand;
use crate::failure::Failure;
use crate::screen::{Manner, Screen, plain};
use crate::settings::Settings;
use crate::table::Table;
use crate::view::{bare, given, time};
use declic_words::when;

/// Runs it.
pub async fn run(command: DirectoryCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let client = settings.client(screen.manner.lang)?;
    match command {
        DirectoryCommand::Organisations { limit } => organisations(&client, limit, screen).await,
        DirectoryCommand::Agencies { limit } => agencies(&client, limit, screen).await,
        DirectoryCommand::Members { of, ended, limit } => {
            let parent = of.map(|of| parent(&of)).unwrap_or_default();
            members(&client, parent, ended, limit, screen).await
        }
        DirectoryCommand::Show { item } => show(&client, &item, screen).await,
        DirectoryCommand::Changes { limit } => changes(&client, limit, screen).await,
        DirectoryCommand::PutOrganisation(options) => put::organisation(&client, options, screen).await,
        DirectoryCommand::PutAgency(options) => put::agency(&client, options, screen).await,
        DirectoryCommand::PutDesk(options) => put::desk(&client, options, screen).await,
        DirectoryCommand::PutMember(options) => put::member(&client, *options, screen).await,
        DirectoryCommand::Import(options) => import::run(&client, options, screen).await,
        DirectoryCommand::SetDesks {
            member,
            desk,
            reason,
            sending,
        } => put::desks(&client, &member, &desk, reason, sending, screen).await,
        DirectoryCommand::SetAbsence(options) => absences::set(&client, options, screen).await,
        DirectoryCommand::EndAbsence {
            member,
            reason,
            sending,
        } => absences::end(&client, &member, reason, sending, screen).await,
        DirectoryCommand::SetIdentifiers {
            agency,
            agency_identifier,
            nir,
            reason,
            sending,
        } => {
            let sent = put::Sent::of(sending, reason, screen)?;
            identifiers::set(&client, &agency, (agency_identifier, nir), &sent, screen).await
        }
        DirectoryCommand::SetDeskRules(options) => desk_rules::set(&client, options, screen).await,
        DirectoryCommand::CloseDesk {
            desk,
            reason,
            sending,
        } => {
            let sent = put::Sent::of(sending, reason, screen)?;
            desk_rules::open(&client, &desk, false, &sent, screen).await
        }
        DirectoryCommand::OpenDesk {
            desk,
            reason,
            sending,
        } => {
            let sent = put::Sent::of(sending, reason, screen)?;
            desk_rules::open(&client, &desk, true, &sent, screen).await
        }
        DirectoryCommand::SetCalendar(options) => calendar::set(&client, options, screen).await,
        DirectoryCommand::Policies { limit } => policies::list(&client, limit, screen).await,
        DirectoryCommand::SetPolicy(options) => policies::set(&client, options, screen).await,
        DirectoryCommand::RehearseDeparture { member } => rehearse(&client, &member, screen).await,
        DirectoryCommand::EndMember {
            member,
            reason,
            sending,
        } => put::end(&client, &member, reason, sending, screen).await,
    }
}

async fn organisations(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListOrganisationsRequest {
            page_size,
            page_token,
        };
        let page = client.list_organisations(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((page.organisations, page.next_page_token))
    };
    let (found, more) = pages(limit, read).await?;
    if screen.manner.json {
        let found: Vec<Value> = found.iter().map(organisation_json).collect();
        return screen.show_json(&json!({ "organisations": found }));
    }
    let mut table = table(&screen.manner, ["id", "name", "departement"]);
    for one in &found {
        table.row([
            bare_id(&one.name),
            one.display_name.clone(),
            one.departement.clone(),
        ]);
    }
    shown(table, more, limit, screen)
}

async fn agencies(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListAgenciesRequest {
            page_size,
            page_token,
        };
        let page = client.list_agencies(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((page.agencies, page.next_page_token))
    };
    let (found, more) = pages(limit, read).await?;
    if screen.manner.json {
        let found: Vec<Value> = found.iter().map(agency_json).collect();
        return screen.show_json(&json!({ "agencies": found }));
    }
    let mut table = table(&screen.manner, ["id", "name", "enrolment", "desks"]);
    for one in &found {
        let desks: Vec<String> = one.desks.iter().map(|desk| bare_id(&desk.name)).collect();
        let enrolment = screen.manner.label(Family::Enrolment, enrolment(one));
        table.row([
            bare_id(&one.name),
            one.display_name.clone(),
            enrolment,
            desks.join(", "),
        ]);
    }
    shown(table, more, limit, screen)
}

async fn members(
    client: &Client,
    parent: String,
    include_ended: bool,
    limit: u32,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListMembersRequest {
            parent: parent.clone(),
            include_ended,
            page_size,
            page_token,
        };
        let page = client.list_members(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((page.members, page.next_page_token))
    };
    let (found, more) = pages(limit, read).await?;
    if screen.manner.json {
        let found: Vec<Value> = found.iter().map(member_json).collect();
        return screen.show_json(&json!({ "members": found }));
    }
    let mut table = table(&screen.manner, ["id", "name", "role", "of", "desks", "ended"]);
    for one in &found {
        let desks: Vec<String> = one.desks.iter().map(|desk| bare_id(desk)).collect();
        let ended = match one.ended {
            true => screen.manner.text("cli-directory-ended", &[]),
            false => String::new(),
        };
        table.row([
            bare_id(&one.name),
            one.display_name.clone(),
            screen.manner.label(Family::Role, role(one)),
            stands(one),
            desks.join(", "),
            ended,
        ]);
    }
    shown(table, more, limit, screen)
}

async fn changes(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListDirectoryChangesRequest {
            page_size,
            page_token,
        };
        let page = client.list_directory_changes(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((page.changes, page.next_page_token))
    };
    let (found, more) = pages(limit, read).await?;
    if screen.manner.json {
        let found: Vec<Value> = found.iter().map(change_json).collect();
        return screen.show_json(&json!({ "changes": found }));
    }
    let mut table = table(&screen.manner, ["number", "since", "by", "items", "reason"]);
    for change in &found {
        let since = time(change.time).map(|time| when::moment(&screen.manner, time));
        let by = match change.actor.strip_prefix("members/") {
            Some(member) => member.to_owned(),
            None => screen.manner.text("cli-directory-file", &[]),
        };
        let number = change.number.to_string();
        let items = change.items.join(", ");
        table.row([
            number,
            since.unwrap_or_default(),
            by,
            items,
            change.reason.clone(),
        ]);
    }
    shown(table, more, limit, screen)
}

async fn show(client: &Client, item: &str, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let failed = |error: declic_client::Error| Failure::of_call(lang, &error);
    let name = item.to_owned();
    if item.starts_with("organisations/") {
        let answer = client.get_organisation(v1::GetOrganisationRequest { name }).await;
        return show_organisation(&answer.map_err(failed)?.organisation.unwrap_or_default(), screen);
    }
    if item.starts_with("agencies/") {
        let answer = client.get_agency(v1::GetAgencyRequest { name }).await;
        return show_agency(&answer.map_err(failed)?.agency.unwrap_or_default(), screen);
    }
    let name = resource("members/", item);
    let answer = client.get_member(v1::GetMemberRequest { name }).await;
    show_member(&answer.map_err(failed)?.member.unwrap_or_default(), screen)
}

async fn rehearse(client: &Client, member: &str, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let name = resource("members/", member);
    let answer = client
        .rehearse_departure(v1::RehearseDepartureRequest { name })
        .await;
    let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
    if screen.manner.json {
        let counts = answer.destinations.iter();
        let counts = counts.map(|one| json!({ "to": one.to, "tickets": one.tickets }));
        let tickets = answer.tickets.iter();
        let tickets = tickets.map(|one| json!({ "ticket": one.ticket, "to": one.to }));
        return screen.show_json(&json!({
            "destinations": counts.collect::<Vec<_>>(), "tickets": tickets.collect::<Vec<_>>(),
        }));
    }
    if answer.destinations.is_empty() {
        return screen.show(&(screen.manner.text("cli-departure-nothing", &[]) + "\n"));
    }
    let mut counts = table(&screen.manner, ["to", "tickets"]);
    for one in &answer.destinations {
        counts.row([one.to.clone(), one.tickets.to_string()]);
    }
    let mut list = table(&screen.manner, ["ticket", "to"]);
    for one in &answer.tickets {
        list.row([one.ticket.clone(), one.to.clone()]);
    }
    let mut page = counts.to_text(&screen.manner);
    if !answer.tickets.is_empty() {
        page = page + "\n" + &list.to_text(&screen.manner);
    }
    screen.show(&page)
}

fn show_organisation(one: &v1::Organisation, screen: &mut Screen) -> Result<(), Failure> {
    if screen.manner.json {
        return screen.show_json(&organisation_json(one));
    }
    let kind = match one.kind() {
        v1::OrganisationKind::Unspecified => String::new(),
        kind => screen.manner.label(
            Family::OrganisationKind,
            bare(kind.as_str_name(), "ORGANISATION_KIND_"),
        ),
    };
    let lines = [
        ("table-departement", one.departement.clone()),
        ("table-kind", kind),
    ];
    page(&one.display_name, &one.name, &lines, &one.etag, screen)
}

fn show_agency(one: &v1::Agency, screen: &mut Screen) -> Result<(), Failure> {
    if screen.manner.json {
        return screen.show_json(&agency_json(one));
    }
    let mut lines = vec![(
        "table-enrolment",
        screen.manner.label(Family::Enrolment, enrolment(one)),
    )];
    for desk in &one.desks {
        let benefits = match desk.benefits.is_empty() {
            true => screen.manner.text("cli-directory-all-benefits", &[]),
            false => desk.benefits.join(", "),
        };
        let said = format!("{} ({}), {benefits}", desk.display_name, bare_id(&desk.name));
        lines.push(("table-desk", said));
        lines.extend(desk_rules::lines(desk.rules.as_ref(), &screen.manner));
    }
    lines.extend(identifiers::lines(
        one.required_identifiers.as_ref(),
        &screen.manner,
    ));
    lines.extend(calendar::lines(one.calendar.as_ref(), &screen.manner));
    page(&one.display_name, &one.name, &lines, &one.etag, screen)
}

fn show_member(one: &v1::Member, screen: &mut Screen) -> Result<(), Failure> {
    if screen.manner.json {
        return screen.show_json(&member_json(one));
    }
    let ended = match one.ended {
        true => screen.manner.text("cli-directory-ended", &[]),
        false => String::new(),
    };
    let desks: Vec<String> = one.desks.iter().map(|desk| bare_id(desk)).collect();
    let mut lines = vec![
        ("table-role", screen.manner.label(Family::Role, role(one))),
        ("table-of", stands(one)),
        ("table-desks", desks.join(", ")),
        ("table-ended", ended),
        ("table-key", one.keys.join(", ")),
        ("table-identity", identities(one).join(", ")),
    ];
    lines.extend(absences::lines(one, one.absences.as_ref(), &screen.manner));
    page(&one.display_name, &one.name, &lines, &one.etag, screen)
}

/// What providers call a member, each behind its provider.
fn identities(one: &v1::Member) -> Vec<String> {
    let identities = one.identities.iter();
    identities
        .map(|identity| format!("{} {}", identity.issuer, identity.subject))
        .collect()
}

/// Who or what it is, line by line, and the etag that a change of it gives back.
fn page(
    title: &str,
    name: &str,
    lines: &[(&str, String)],
    etag: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let manner = &screen.manner;
    let mut page = manner.heading(&format!("{} ({name})", plain(title))) + "\n";
    for (key, said) in lines.iter().filter(|(_, said)| !said.is_empty()) {
        page.push_str(&format!("  {:<14}{}\n", manner.text(key, &[]), plain(said)));
    }
    page.push_str(&manner.text("cli-directory-etag", &[("etag", Arg::Text(etag))]));
    page.push('\n');
    screen.show(&page)
}

fn table<const N: usize>(manner: &Manner, headings: [&str; N]) -> Table {
    Table::new(headings.map(|name| manner.text(&format!("table-{name}"), &[])))
}

fn shown(table: Table, more: bool, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let page = table.to_text(&screen.manner);
    screen.show(&page)?;
    tell_more(screen, more, limit);
    Ok(())
}

/// A resource name, of what was typed with or without what names its kind.
fn resource(prefix: &str, typed: &str) -> String {
    match typed.starts_with(prefix) {
        true => typed.to_owned(),
        false => format!("{prefix}{typed}"),
    }
}

/// The agency or organisation that was typed: an agency unless it says otherwise.
fn parent(typed: &str) -> String {
    match typed.starts_with("organisations/") {
        true => typed.to_owned(),
        false => resource("agencies/", typed),
    }
}

fn bare_id(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

fn role(member: &v1::Member) -> &'static str {
    bare(member.role().as_str_name(), "ROLE_")
}

fn enrolment(agency: &v1::Agency) -> &'static str {
    bare(agency.enrolment().as_str_name(), "ENROLMENT_")
}

/// Where a member stands: its organisation, its agency or its territory.
fn stands(member: &v1::Member) -> String {
    let places = [
        bare_id(&member.organisation),
        bare_id(&member.agency),
        member.territory.join(", "),
    ];
    let said: Vec<String> = places.into_iter().filter(|place| !place.is_empty()).collect();
    said.join(", ")
}

fn organisation_json(one: &v1::Organisation) -> Value {
    json!({
        "name": one.name, "display_name": one.display_name, "departement": one.departement, "etag": one.etag,
        "kind": match one.kind() {
            v1::OrganisationKind::Unspecified => None,
            kind => Some(bare(kind.as_str_name(), "ORGANISATION_KIND_")),
        },
    })
}

fn agency_json(one: &v1::Agency) -> Value {
    let desks = one.desks.iter().map(|desk| {
        json!({
            "name": desk.name, "display_name": desk.display_name, "benefits": desk.benefits,
            "rules": desk.rules.as_ref().map(desk_rules::json),
        })
    });
    json!({
        "name": one.name, "display_name": one.display_name, "enrolment": enrolment(one),
        "nir_allowed": one.nir_allowed, "desks": desks.collect::<Vec<_>>(), "etag": one.etag,
        "calendar": one.calendar.as_ref().map(calendar::json),
        "required_identifiers": one.required_identifiers.as_ref().map(identifiers::json),
    })
}

fn member_json(one: &v1::Member) -> Value {
    json!({
        "name": one.name, "display_name": one.display_name, "role": role(one),
        "organisation": given(one.organisation.clone()), "agency": given(one.agency.clone()),
        "desks": one.desks, "territory": one.territory, "ended": one.ended, "keys": one.keys, "etag": one.etag,
        "absences": one.absences.as_ref().map(absences::json),
        "identities": one.identities.iter().map(|identity| json!({
            "issuer": identity.issuer, "subject": identity.subject,
        })).collect::<Vec<_>>(),
    })
}

fn change_json(change: &v1::DirectoryChange) -> Value {
    json!({
        "number": change.number, "actor": given(change.actor.clone()),
        "time": time(change.time).map(|time| time.to_string()), "reason": change.reason, "items": change.items,
    })
}
