//! From an answer to the hub's command, and from the hub's answer to a result file.

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_words::{Family, Lang, label};
use serde::Serialize;
use uuid::Uuid;

use super::format::{Action, Answer};
use crate::handover::{hex, rfc3339, state_name};

/// The `schema` of the file beside an answer that was taken.
pub const RESULT_SCHEMA: &str = "declic/result/v1";

/// The `schema` of the file beside an answer that was refused.
pub const REFUSAL_SCHEMA: &str = "declic/refusal/v1";

/// What the command did: the ticket, and its successor after a redirect.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    ticket: Option<v1::Confirmation>,
    successor: Option<v1::Confirmation>,
}

#[derive(Serialize)]
struct ResultFile<'a> {
    schema: &'static str,
    file: &'a str,
    request_id: Uuid,
    ticket: Option<Confirmed>,
    successor: Option<Confirmed>,
}

#[derive(Serialize)]
struct Confirmed {
    name: String,
    state: &'static str,
    etag: String,
    epoch: u32,
    agency: String,
    event_id: String,
    recorded_at: Option<String>,
}

#[derive(Serialize)]
struct RefusalFile<'a> {
    schema: &'static str,
    file: &'a str,
    request_id: Uuid,
    ticket: &'a str,
    reason: &'a str,
    message: &'a str,
    what_to_do: String,
    violations: Vec<Violation<'a>>,
    metadata: &'a std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Violation<'a> {
    field: &'a str,
    description: &'a str,
}

/// Sends an answer as a command with this id, always the same for the same file.
pub async fn send(client: &Client, answer: Answer, request_id: Uuid) -> Result<Taken, Error> {
    let Answer {
        ticket: name,
        epoch,
        etag,
        action,
    } = answer;
    let request_id = request_id.to_string();
    /// A command, with the members that all of them have.
    macro_rules! command {
        ($method:ident($request:ident { $($field:ident: $value:expr),* $(,)? })) => {{
            let request = v1::$request { request_id, name, etag, $($field: $value),* };
            client.$method(request).await?.confirmation
        }};
    }
    let ticket = match action {
        Action::Acknowledge { agent } => {
            command!(acknowledge_ticket(AcknowledgeTicketRequest {
                epoch: epoch,
                agent: agent
            }))
        }
        Action::Assign { agent, desk, reason } => command!(assign_ticket(AssignTicketRequest {
            epoch: epoch,
            agent: agent,
            desk: desk,
            reason: reason,
        })),
        Action::Ask {
            items,
            due_on,
            message,
        } => command!(request_information(RequestInformationRequest {
            epoch: epoch,
            items: items,
            due_on: due_on,
            message: message,
        })),
        Action::TakeBack { message } => {
            command!(take_back_ticket(TakeBackTicketRequest {
                epoch: epoch,
                message: message
            }))
        }
        Action::Resolve {
            outcome,
            message,
            next_steps,
            link,
        } => command!(resolve_ticket(ResolveTicketRequest {
            epoch: epoch,
            outcome: outcome.into(),
            message: message,
            next_steps: next_steps,
            link: link,
        })),
        Action::Message { text } => command!(post_message(PostMessageRequest {
            epoch: epoch,
            text: text
        })),
        Action::Note { text } => command!(add_note(AddNoteRequest {
            epoch: epoch,
            text: text
        })),
        Action::Redirect {
            reason,
            message,
            commune,
            regime,
            agency,
        } => {
            let request = v1::RedirectTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                reason: reason.into(),
                message,
                commune,
                regime: regime.into(),
                agency,
            };
            let answer = client.redirect_ticket(request).await?;
            return Ok(Taken {
                ticket: answer.confirmation,
                successor: answer.successor,
            });
        }
    };
    Ok(Taken {
        ticket,
        successor: None,
    })
}

/// The text of the file beside an answer that was taken. No personal data.
pub fn result_text(file: &str, request_id: Uuid, taken: Taken) -> String {
    text(&ResultFile {
        schema: RESULT_SCHEMA,
        file,
        request_id,
        ticket: taken.ticket.map(Confirmed::from),
        successor: taken.successor.map(Confirmed::from),
    })
}

/// The text of the file beside an answer that was refused: why, and in French what to do.
pub fn refusal_text(file: &str, request_id: Uuid, ticket: &str, error: &Error) -> String {
    let violations = error.violations.iter();
    text(&RefusalFile {
        schema: REFUSAL_SCHEMA,
        file,
        request_id,
        ticket,
        reason: error.reason_name(),
        message: &error.message,
        what_to_do: what_to_do(error),
        violations: violations
            .map(|(field, description)| Violation { field, description })
            .collect(),
        metadata: &error.metadata,
    })
}

impl From<v1::Confirmation> for Confirmed {
    fn from(confirmation: v1::Confirmation) -> Self {
        Self {
            state: state_name(confirmation.state),
            name: confirmation.ticket,
            etag: confirmation.etag,
            epoch: confirmation.epoch,
            agency: confirmation.agency,
            event_id: hex(&confirmation.event_id),
            recorded_at: confirmation.record_time.and_then(rfc3339),
        }
    }
}

fn what_to_do(error: &Error) -> String {
    match error.reason_name() {
        "" => "Le hub a refusé sans dire pourquoi : prévenez l’exploitant du connecteur.".to_owned(),
        reason => label(Lang::Fr, Family::ErrorReason, reason),
    }
}

fn text(file: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("texts, numbers and lists are always JSON");
    text.push('\n');
    text
}
