//! What a desk does not take, and whether it is open. What is not typed is said no more; closing and opening leave the rest as
//! it was read.

use declic_client::Client;
use declic_proto::v1;
use declic_words::{Arg, Family, text};
use serde_json::{Value, json};

use super::put::{Sent, desk_name};
use super::{bare, bare_id, page, resource};
use crate::args::SetDeskRules;
use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::view::given;

pub(super) async fn set(client: &Client, options: SetDeskRules, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let desk = read(client, &options.desk, screen).await?;
    let before = desk.rules.clone().unwrap_or_default();
    let organisations = options.organisation.iter();
    let kinds = options.kind.into_iter();
    let rules = v1::DeskRules {
        closed: before.closed,
        not_benefits: options.not_benefit,
        blockages: options.blockage,
        not_blockages: options.not_blockage,
        kinds: kinds
            .map(|kind| v1::OrganisationKind::from(kind).into())
            .collect(),
        organisations: organisations.map(|id| resource("organisations/", id)).collect(),
        etag: before.etag,
    };
    send(client, &desk, rules, &sent, screen).await
}

pub(super) async fn open(
    client: &Client,
    typed: &str,
    is_open: bool,
    sent: &Sent,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let desk = read(client, typed, screen).await?;
    let rules = v1::DeskRules {
        closed: !is_open,
        ..desk.rules.clone().unwrap_or_default()
    };
    send(client, &desk, rules, sent, screen).await
}

/// The desk as its agency tells it.
async fn read(client: &Client, typed: &str, screen: &Screen) -> Result<v1::Desk, Failure> {
    let lang = screen.manner.lang;
    let name = desk_name(typed, "");
    let (agency, _) = name.split_once("/desks/").unwrap_or((&name, ""));
    let request = v1::GetAgencyRequest {
        name: agency.to_owned(),
    };
    let read = client.get_agency(request).await;
    let agency = read.map_err(|error| Failure::of_call(lang, &error))?.agency;
    let mut desks = agency.unwrap_or_default().desks.into_iter();
    let found = desks.find(|desk| desk.name == name);
    found.ok_or_else(|| Failure::usage(text(lang, "cli-no-such-desk", &[("desk", Arg::Text(typed))])))
}

async fn send(
    client: &Client,
    desk: &v1::Desk,
    mut rules: v1::DeskRules,
    sent: &Sent,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if !sent.etag.is_empty() {
        rules.etag.clone_from(&sent.etag);
    }
    let request = v1::SetDeskRulesRequest {
        request_id: sent.id.to_string(),
        name: desk.name.clone(),
        rules: Some(rules),
        reason: sent.reason.clone(),
    };
    let answer = client.set_desk_rules(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    let rules = answer.rules.unwrap_or_default();
    if screen.manner.json {
        return screen.show_json(&json(&rules));
    }
    let lines = lines(Some(&rules), &screen.manner);
    page(&desk.display_name, &desk.name, &lines, &rules.etag, screen)
}

/// What it says, line by line; nothing of a desk that says nothing.
pub(super) fn lines(rules: Option<&v1::DeskRules>, manner: &Manner) -> Vec<(&'static str, String)> {
    let Some(rules) = rules else { return Vec::new() };
    let closed = match rules.closed {
        true => manner.text("cli-desk-closed", &[]),
        false => String::new(),
    };
    let not = rules.not_benefits.iter().chain(&rules.not_blockages).cloned();
    let not: Vec<String> = not.collect();
    let kinds = rules.kinds().map(|kind| {
        let kind = bare(kind.as_str_name(), "ORGANISATION_KIND_");
        manner.label(Family::OrganisationKind, kind)
    });
    let named = rules.organisations.iter().map(|name| bare_id(name));
    let heard: Vec<String> = kinds.chain(named).collect();
    vec![
        ("table-desk-state", closed),
        ("table-treats", rules.blockages.join(", ")),
        ("table-treats-not", not.join(", ")),
        ("table-hears", heard.join(", ")),
    ]
}

pub(super) fn json(rules: &v1::DeskRules) -> Value {
    let kinds = rules.kinds();
    let kinds = kinds.map(|kind| bare(kind.as_str_name(), "ORGANISATION_KIND_"));
    json!({
        "closed": rules.closed, "not_benefits": rules.not_benefits, "blockages": rules.blockages,
        "not_blockages": rules.not_blockages, "kinds": kinds.collect::<Vec<_>>(),
        "organisations": rules.organisations, "etag": given(rules.etag.clone()),
    })
}
