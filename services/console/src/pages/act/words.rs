//! What is written on a ticket: for the other side, or for the own agency alone.

use declic_client::Error;
use declic_proto::v1;

use super::Asked;

/// A message. Who opened the case writes to the ticket, whoever has it; the agency as who has it now.
pub async fn write(asked: &Asked<'_>) -> Result<(), Error> {
    let treats = asked.visit.who().treats();
    let request = v1::PostMessageRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: if treats { asked.epoch() } else { 0 },
        text: asked.text("message"),
    };
    asked.visit.client.post_message(request).await.map(drop)
}

/// A note.
pub async fn note(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::AddNoteRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        epoch: asked.epoch(),
        text: asked.text("message"),
    };
    asked.visit.client.add_note(request).await.map(drop)
}
