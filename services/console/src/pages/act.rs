//! What may be done to a ticket: one form for each command that the hub offers, and their sending. What is refused comes back
//! with what was typed and the case as it stands.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::Error;
use declic_proto::v1::{
    self, ContactChannel, ContactResult, Effect, InformationKind, Outcome, RedirectReason, Regime,
};
use declic_words::Family;
use http::StatusCode;

use super::account::within;
use super::case;
use super::new::read_day;
use crate::failure::{Failure, Held, held};
use crate::form::{Form, REQUEST, holds_nir};
use crate::page::Page;
use crate::people;
use crate::visit::{Posted, Visit};

/// One form of a ticket.
pub struct Deed {
    /// Its name in the address.
    pub name: &'static str,
    /// Its words.
    pub label: String,
    /// Where it is sent.
    pub action: String,
    /// What the identifiers of its fields begin with.
    pub at: String,
    /// The identifier of what is asked with it.
    pub request: String,
    /// What was typed before.
    pub form: Form,
    /// Whether it is unfolded.
    pub is_open: bool,
    /// Resource name of the ticket.
    pub ticket: String,
    /// The epoch that the reader sees.
    pub epoch: u32,
    /// Items that wait for an answer, by their number.
    pub items: Vec<(usize, v1::InformationItem)>,
    /// Agencies that read the ticket.
    pub readers: Vec<v1::TicketReader>,
}

/// What can be done, in the order in which a page offers it: the method of the contract and the name of its form.
const DEEDS: [(&str, &str); 18] = [
    ("ReplyTicket", "repondre"),
    ("CloseTicket", "clore"),
    ("AcknowledgeTicket", "prendre"),
    ("ResolveTicket", "resoudre"),
    ("RequestInformation", "demander"),
    ("TakeBackTicket", "reprendre"),
    ("RedirectTicket", "reorienter"),
    ("RouteTicketByHand", "orienter"),
    ("RecordContact", "contacter"),
    ("EscalateTicket", "alerter"),
    ("PostMessage", "ecrire"),
    ("AddNote", "noter"),
    ("AssignTicket", "attribuer"),
    ("RemindTicket", "relancer"),
    ("ReopenTicket", "rouvrir"),
    ("ShareTicket", "partager"),
    ("UnshareTicket", "departager"),
    ("WithdrawTicket", "retirer"),
];

/// Fields of the contract and those of the forms they come from.
const NAMES: &[(&str, &str)] = &[
    ("message", "message"),
    ("text", "message"),
    ("reason", "message"),
    ("outcome", "outcome"),
    ("link", "link"),
    ("effect", "effect"),
    ("agency", "agency"),
    ("agent", "agent"),
    ("commune", "commune"),
    ("regime", "regime"),
    ("due_on", "due_on"),
    ("items[0].label", "label"),
    ("items[0].why", "why"),
    ("items[0].kind", "kind"),
    ("next_steps[0].label", "step"),
    ("next_steps[0].due_on", "step_on"),
    ("contacted_on", "contacted_on"),
    ("channel", "channel"),
    ("result", "result"),
];

/// The names of all forms.
pub fn names() -> impl Iterator<Item = &'static str> {
    DEEDS.iter().map(|(_, deed)| *deed)
}

/// Whether a form has this name.
pub fn is_deed(name: &str) -> bool {
    names().any(|deed| deed == name)
}

/// The forms of a ticket, with what was typed into the one that was not taken.
pub fn deeds(
    page: &Page,
    case: &v1::Case,
    ticket: &v1::Ticket,
    kept: Option<(&str, &Form)>,
    place: &mut usize,
) -> Vec<Deed> {
    let number = people::last(&ticket.name);
    let offered = DEEDS
        .iter()
        .filter(|(rpc, _)| ticket.offered.iter().any(|offered| offered == rpc));
    let mut deeds = Vec::new();
    for (_, name) in offered {
        let form = kept
            .filter(|(deed, _)| deed == name)
            .map(|(_, form)| form.clone());
        // The same intention keeps its identifier: sent again, it counts once.
        let same = form
            .as_ref()
            .map(|form| form.value(REQUEST).to_owned())
            .filter(|id| !id.is_empty());
        let items = ticket
            .information_request
            .iter()
            .flat_map(|request| request.items.iter().enumerate());
        deeds.push(Deed {
            name,
            label: page.t(&format!("console-do-{name}")),
            action: format!("/dossiers/{}/demandes/{number}/{name}", case.reference),
            at: format!("{name}-{number}"),
            request: same.unwrap_or_else(|| page.request(place).to_owned()),
            is_open: form.is_some() || (kept.is_none() && deeds.is_empty()),
            form: form.unwrap_or_default(),
            ticket: ticket.name.clone(),
            epoch: ticket.epoch,
            items: items
                .filter(|(_, item)| !item.answered)
                .map(|(place, item)| (place + 1, item.clone()))
                .collect(),
            readers: ticket.shared_with.clone(),
        });
        *place += 1;
    }
    deeds
}

/// Does what a form asks.
pub async fn on_ticket(
    Path((reference, number, deed)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let Posted { visit, fields } = posted;
    let Some((_, deed)) = DEEDS.iter().find(|(_, name)| *name == deed) else {
        return Failure::Absent.into_page(visit.page);
    };
    let next = fields.get("suite").to_owned();
    let mut form = Form::of(fields);
    if form.value("nir_lu").is_empty() && holds_nir(form.value("message")) {
        form.wrong("message", visit.page.t("console-nir-words"));
        form.know("nir_lu", "oui");
    }
    days(&visit.page, &mut form);
    if form.is_wrong() {
        return not_taken(visit, &reference, (&number, deed, form), String::new()).await;
    }
    match send(&visit, deed, &form).await {
        Ok(()) if next.is_empty() => {
            Redirect::to(&format!("/dossiers/{reference}?fait={deed}#demande-{number}")).into_response()
        }
        Ok(()) => Redirect::to(&within(&next)).into_response(),
        Err(error) if error.is_transient() => held(visit.page, form.fields(), Held::HubAway),
        Err(error) => {
            form.refused(visit.page.lang, &error.violations, NAMES);
            let warning = visit.page.label(Family::ErrorReason, error.reason_name());
            not_taken(visit, &reference, (&number, deed, form), warning).await
        }
    }
}

/// The case as it stands, with what was typed.
async fn not_taken(visit: Visit, reference: &str, kept: (&str, &str, Form), warning: String) -> Response {
    let told = (StatusCode::UNPROCESSABLE_ENTITY, String::new(), warning);
    case::again(visit, reference, Some(kept), told).await
}

/// Days as people write them become those of the contract.
fn days(page: &Page, form: &mut Form) {
    for name in ["due_on", "step_on", "contacted_on"] {
        let typed = form.value(name).to_owned();
        match read_day(&typed) {
            Some(day) => form.know(&format!("{name}_iso"), &day.to_string()),
            None if typed.is_empty() => {}
            None => form.wrong(name, page.t("console-wrong-day")),
        }
    }
}

fn code<T>(form: &Form, name: &str, prefix: &str, read: impl Fn(&str) -> Option<T>) -> i32
where
    T: Into<i32> + Default,
{
    read(&format!("{prefix}_{}", form.value(name)))
        .unwrap_or_default()
        .into()
}

fn steps(form: &Form) -> Vec<v1::NextStep> {
    let label = form.value("step").to_owned();
    let due_on = form.value("step_on_iso").to_owned();
    if label.is_empty() && due_on.is_empty() {
        return Vec::new();
    }
    vec![v1::NextStep { label, due_on }]
}

/// Sends what a form asks.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each form, each the request of one command"
)]
async fn send(visit: &Visit, deed: &str, form: &Form) -> Result<(), Error> {
    let client = &visit.client;
    let request_id = form.value(REQUEST).to_owned();
    let name = form.value("name").to_owned();
    let epoch = form.value("epoch").parse().unwrap_or_default();
    let etag = String::new();
    let message = form.value("message").to_owned();
    let agency = form.value("agency").to_owned();
    match deed {
        "prendre" => {
            let agent = visit.who().member.clone();
            let request = v1::AcknowledgeTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                agent,
            };
            client.acknowledge_ticket(request).await.map(drop)
        }
        "resoudre" => {
            let outcome = code(form, "outcome", "OUTCOME", Outcome::from_str_name);
            let link = form.value("link").to_owned();
            let next_steps = steps(form);
            let request = v1::ResolveTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                outcome,
                message,
                next_steps,
                link,
            };
            client.resolve_ticket(request).await.map(drop)
        }
        "demander" => {
            let items = ["", "_2", "_3"]
                .into_iter()
                .filter(|place| !form.value(&format!("label{place}")).is_empty());
            let items = items.map(|place| v1::InformationItem {
                kind: code(
                    form,
                    &format!("kind{place}"),
                    "INFORMATION_KIND",
                    InformationKind::from_str_name,
                ),
                label: form.value(&format!("label{place}")).to_owned(),
                why: form.value(&format!("why{place}")).to_owned(),
                answered: false,
            });
            let (items, due_on) = (items.collect(), form.value("due_on_iso").to_owned());
            let request = v1::RequestInformationRequest {
                request_id,
                name,
                etag,
                epoch,
                items,
                due_on,
                message,
            };
            client.request_information(request).await.map(drop)
        }
        "repondre" => {
            let answer = |item: u32| (item, form.value(&format!("item_{item}")).to_owned());
            let answers = (1..=20).map(answer).filter(|(_, text)| !text.is_empty());
            let answers = answers
                .map(|(item, text)| v1::ItemAnswer { item, text })
                .collect();
            let request = v1::ReplyTicketRequest {
                request_id,
                name,
                etag,
                answers,
                message,
            };
            client.reply_ticket(request).await.map(drop)
        }
        "reprendre" => {
            let request = v1::TakeBackTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                message,
            };
            client.take_back_ticket(request).await.map(drop)
        }
        "reorienter" => {
            let reason = code(form, "why", "REDIRECT_REASON", RedirectReason::from_str_name);
            let regime = code(form, "regime", "REGIME", Regime::from_str_name);
            let commune = form.value("commune").to_owned();
            let request = v1::RedirectTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                reason,
                message,
                commune,
                regime,
                agency,
            };
            client.redirect_ticket(request).await.map(drop)
        }
        "orienter" => {
            let request = v1::RouteTicketByHandRequest {
                request_id,
                name,
                etag,
                epoch,
                agency,
                reason: message,
            };
            client.route_ticket_by_hand(request).await.map(drop)
        }
        "contacter" => {
            let request = v1::RecordContactRequest {
                request_id,
                name,
                etag,
                epoch,
                agency,
                channel: code(form, "channel", "CONTACT_CHANNEL", ContactChannel::from_str_name),
                contacted_on: form.value("contacted_on_iso").to_owned(),
                result: code(form, "result", "CONTACT_RESULT", ContactResult::from_str_name),
                message,
                next_step: steps(form).pop(),
            };
            client.record_contact(request).await.map(drop)
        }
        "ecrire" => {
            let epoch = if visit.who().treats() { epoch } else { 0 };
            let request = v1::PostMessageRequest {
                request_id,
                name,
                etag,
                epoch,
                text: message,
            };
            client.post_message(request).await.map(drop)
        }
        "noter" => {
            let request = v1::AddNoteRequest {
                request_id,
                name,
                etag,
                epoch,
                text: message,
            };
            client.add_note(request).await.map(drop)
        }
        "attribuer" => {
            let agent = form.value("agent").to_owned();
            let request = v1::AssignTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                agent,
                desk: String::new(),
                reason: message,
            };
            client.assign_ticket(request).await.map(drop)
        }
        "clore" => {
            let effect = code(form, "effect", "EFFECT", Effect::from_str_name);
            client
                .close_ticket(v1::CloseTicketRequest {
                    request_id,
                    name,
                    etag,
                    effect,
                    message,
                })
                .await
                .map(drop)
        }
        "rouvrir" => client
            .reopen_ticket(v1::ReopenTicketRequest {
                request_id,
                name,
                etag,
                reason: message,
            })
            .await
            .map(drop),
        "retirer" => client
            .withdraw_ticket(v1::WithdrawTicketRequest {
                request_id,
                name,
                etag,
                reason: message,
            })
            .await
            .map(drop),
        "relancer" => client
            .remind_ticket(v1::RemindTicketRequest {
                request_id,
                name,
                etag,
                message,
            })
            .await
            .map(drop),
        "alerter" => client
            .escalate_ticket(v1::EscalateTicketRequest {
                request_id,
                name,
                etag,
                reason: message,
            })
            .await
            .map(drop),
        "partager" => {
            let request = v1::ShareTicketRequest {
                request_id,
                name,
                etag,
                agency,
                reason: message,
            };
            client.share_ticket(request).await.map(drop)
        }
        _ => {
            let request = v1::UnshareTicketRequest {
                request_id,
                name,
                etag,
                agency,
                reason: message,
            };
            client.unshare_ticket(request).await.map(drop)
        }
    }
}
