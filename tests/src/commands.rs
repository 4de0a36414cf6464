//! The commands of the tests, each with what a test seldom wants to say.

use crate::people::{fresh, ticket};
use declic_client::{Client, Error};
use declic_proto::v1;

/// A state as people of the contract say it.
pub fn state(state: v1::TicketState) -> &'static str {
    let name = state.as_str_name();
    name.strip_prefix("TICKET_STATE_").unwrap_or(name)
}

/// Code and reason of a refusal, on one line.
pub fn line(error: &Error) -> String {
    format!("{:?} {}", error.code, error.reason_name())
}

/// Asserts that a call was refused, with this code and reason.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: &Result<T, Error>, expected: &str) {
    match answer {
        Ok(done) => panic!("{expected} was expected, it was done: {done:?}"),
        Err(error) => assert_eq!(line(error), expected, "{error}"),
    }
}

async fn epoch(client: &Client, name: &str) -> u32 {
    ticket(client, name).await.epoch
}

/// Confirms that the software of an agency has it.
pub async fn deliver(client: &Client, name: &str) {
    let epoch = epoch(client, name).await;
    let request = v1::ConfirmDeliveryRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        ..v1::ConfirmDeliveryRequest::default()
    };
    client
        .confirm_delivery(request)
        .await
        .expect("a ticket of this agency");
}

/// Takes a ticket for oneself; a connector for the desk.
pub async fn acknowledge(client: &Client, name: &str) {
    let epoch = epoch(client, name).await;
    try_acknowledge(client, name, epoch)
        .await
        .expect("a ticket of this agency");
}

/// Same, at an epoch that may be past.
pub async fn try_acknowledge(
    client: &Client,
    name: &str,
    epoch: u32,
) -> Result<v1::AcknowledgeTicketResponse, Error> {
    let subject = client.subject();
    let agent = if subject.starts_with("connector.") {
        String::new()
    } else {
        format!("members/{subject}")
    };
    let request = v1::AcknowledgeTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        agent,
        ..v1::AcknowledgeTicketRequest::default()
    };
    client.acknowledge_ticket(request).await
}

/// Asks these questions.
pub async fn ask(client: &Client, name: &str, questions: &[&str]) {
    let items = questions.iter().map(|label| v1::InformationItem {
        kind: v1::InformationKind::Question.into(),
        label: (*label).to_owned(),
        why: "Pour rétablir le droit".to_owned(),
        answered: false,
    });
    let request = v1::RequestInformationRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: epoch(client, name).await,
        items: items.collect(),
        message: "Il nous manque ceci.".to_owned(),
        ..v1::RequestInformationRequest::default()
    };
    client
        .request_information(request)
        .await
        .expect("an acknowledged ticket");
}

/// Answers one item.
pub async fn reply(client: &Client, name: &str, item: u32, text: &str) {
    let request = v1::ReplyTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        answers: vec![v1::ItemAnswer {
            item,
            text: text.to_owned(),
        }],
        ..v1::ReplyTicketRequest::default()
    };
    client.reply_ticket(request).await.expect("an awaited item");
}

/// Resolves it: the right is restored.
pub async fn resolve(client: &Client, name: &str) {
    let request = v1::ResolveTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: epoch(client, name).await,
        outcome: v1::Outcome::RightRestored.into(),
        message: "Le droit est rétabli.".to_owned(),
        ..v1::ResolveTicketRequest::default()
    };
    client
        .resolve_ticket(request)
        .await
        .expect("an acknowledged ticket");
}

/// Closes it: the person has what was expected.
pub async fn close(client: &Client, name: &str) {
    let request = v1::CloseTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        effect: v1::Effect::Yes.into(),
        ..v1::CloseTicketRequest::default()
    };
    client.close_ticket(request).await.expect("a resolved ticket");
}

/// Opens it again.
pub async fn reopen(client: &Client, name: &str) -> Result<v1::ReopenTicketResponse, Error> {
    let request = v1::ReopenTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        reason: "Toujours rien sur le compte.".to_owned(),
        ..v1::ReopenTicketRequest::default()
    };
    client.reopen_ticket(request).await
}

/// Writes a message that both sides read.
pub async fn post(client: &Client, name: &str, text: &str) {
    let request = v1::PostMessageRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: epoch_of(client, name).await,
        text: text.to_owned(),
        ..v1::PostMessageRequest::default()
    };
    client.post_message(request).await.expect("an open ticket");
}

/// Writes a note that the agency alone reads.
pub async fn note(client: &Client, name: &str, text: &str) {
    let request = v1::AddNoteRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: epoch_of(client, name).await,
        text: text.to_owned(),
        ..v1::AddNoteRequest::default()
    };
    client.add_note(request).await.expect("an open ticket");
}

/// The epoch an agency reads before it writes.
async fn epoch_of(client: &Client, name: &str) -> u32 {
    let request = v1::GetTicketRequest {
        name: name.to_owned(),
    };
    let read = client.get_ticket(request).await.expect("a ticket of its own");
    read.ticket.expect("a ticket").epoch
}
