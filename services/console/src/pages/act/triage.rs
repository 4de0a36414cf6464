//! What triage desks do with what the rules could not send, and supervisors with what is late.

use declic_client::Error;
use declic_proto::v1::{self, ContactChannel, ContactResult};

use super::Asked;

/// Sends it to an agency.
pub async fn route(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::RouteTicketByHandRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        agency: asked.text("agency"),
        reason: asked.text("message"),
    };
    asked.visit.client.route_ticket_by_hand(request).await.map(drop)
}

/// Notes how an agency was reached by its usual channel.
pub async fn contact(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::RecordContactRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        agency: asked.text("agency"),
        channel: asked.code("channel", "CONTACT_CHANNEL", ContactChannel::from_str_name),
        contacted_on: asked.day("contacted_on"),
        result: asked.code("result", "CONTACT_RESULT", ContactResult::from_str_name),
        message: asked.text("message"),
        next_step: asked.step(),
    };
    asked.visit.client.record_contact(request).await.map(drop)
}

/// Tells who has it that it is too late.
pub async fn escalate(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::EscalateTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.escalate_ticket(request).await.map(drop)
}
