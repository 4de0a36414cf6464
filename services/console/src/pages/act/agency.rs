//! What an agency does with its ticket.

use declic_client::Error;
use declic_proto::v1::{self, InformationKind, Outcome, RedirectReason, Regime};

use super::Asked;
use crate::form::Form;

/// What the places of a form that asks for several things end with.
pub const PLACES: [&str; 3] = ["", "_2", "_3"];

/// The places in which something was asked for: what is half filled is sent, so that the hub says what it lacks.
pub fn places(form: &Form) -> impl Iterator<Item = &'static str> {
    let is_filled = |place: &&str| {
        ["label", "why"]
            .iter()
            .any(|name| !form.value(&format!("{name}{place}")).is_empty())
    };
    PLACES.into_iter().filter(is_filled)
}

/// Takes it oneself.
pub async fn take(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::AcknowledgeTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        agent: asked.visit.who().member.clone(),
    };
    asked.visit.client.acknowledge_ticket(request).await.map(drop)
}

/// Gives the outcome.
pub async fn resolve(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::ResolveTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        outcome: asked.code("outcome", "OUTCOME", Outcome::from_str_name),
        message: asked.text("message"),
        next_steps: asked.step().into_iter().collect(),
        link: asked.text("link"),
    };
    asked.visit.client.resolve_ticket(request).await.map(drop)
}

/// Asks the social worker.
pub async fn ask(asked: &Asked<'_>) -> Result<(), Error> {
    let items = places(asked.form).map(|place| v1::InformationItem {
        kind: asked.code(
            &format!("kind{place}"),
            "INFORMATION_KIND",
            InformationKind::from_str_name,
        ),
        label: asked.text(&format!("label{place}")),
        why: asked.text(&format!("why{place}")),
        answered: false,
    });
    let request = v1::RequestInformationRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        items: items.collect(),
        due_on: asked.day("due_on"),
        message: asked.text("message"),
    };
    asked.visit.client.request_information(request).await.map(drop)
}

/// Goes on without the answer.
pub async fn take_back(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::TakeBackTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        message: asked.text("message"),
    };
    asked.visit.client.take_back_ticket(request).await.map(drop)
}

/// Sends it to another agency.
pub async fn redirect(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::RedirectTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        reason: asked.code("why", "REDIRECT_REASON", RedirectReason::from_str_name),
        message: asked.text("message"),
        commune: asked.text("insee"),
        regime: asked.code("regime", "REGIME", Regime::from_str_name),
        agency: asked.text("agency"),
    };
    asked.visit.client.redirect_ticket(request).await.map(drop)
}

/// Gives it to somebody of the agency.
pub async fn assign(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::AssignTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        agent: asked.text("agent"),
        desk: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.assign_ticket(request).await.map(drop)
}
