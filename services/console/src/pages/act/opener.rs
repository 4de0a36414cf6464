//! What who opened the case does with one of its tickets.

use declic_client::Error;
use declic_proto::v1::{self, Effect};

use super::Asked;
use crate::form::Form;

/// Most items that an agency may have asked for, over all of its requests.
const ITEMS: u32 = 20;

/// The items that were answered: the number, the field, and what was written into it.
pub fn answers(form: &Form) -> impl Iterator<Item = (u32, String, &str)> {
    let fields = |item| ["item", "item_day"].map(|kind| (item, format!("{kind}_{item}")));
    let all = (1..=ITEMS).flat_map(fields);
    all.filter_map(|(item, field)| {
        let text = form.value(&field);
        (!text.is_empty()).then_some((item, field, text))
    })
}

/// Answers what the agency asked.
pub async fn reply(asked: &Asked<'_>) -> Result<(), Error> {
    let answers = answers(asked.form).map(|(item, field, text)| v1::ItemAnswer {
        item,
        text: match field.starts_with("item_day") {
            true => asked.day(&field),
            false => text.to_owned(),
        },
    });
    let request = v1::ReplyTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: asked.text("etag"),
        answers: answers.collect(),
        message: asked.text("message"),
    };
    asked.visit.client.reply_ticket(request).await.map(drop)
}

/// Confirms what the person got.
pub async fn close(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::CloseTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: asked.text("etag"),
        effect: asked.code("effect", "EFFECT", Effect::from_str_name),
        message: asked.text("message"),
    };
    asked.visit.client.close_ticket(request).await.map(drop)
}

/// Reminds the agency.
pub async fn remind(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::RemindTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        message: asked.text("message"),
    };
    asked.visit.client.remind_ticket(request).await.map(drop)
}

/// Opens it again.
pub async fn reopen(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::ReopenTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.reopen_ticket(request).await.map(drop)
}

/// Withdraws it.
pub async fn withdraw(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::WithdrawTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.withdraw_ticket(request).await.map(drop)
}

/// Lets another agency of the case read it.
pub async fn share(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::ShareTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        agency: asked.text("agency"),
        reason: asked.text("message"),
    };
    asked.visit.client.share_ticket(request).await.map(drop)
}

/// Lets it read no more.
pub async fn unshare(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::UnshareTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        agency: asked.text("agency"),
        reason: asked.text("message"),
    };
    asked.visit.client.unshare_ticket(request).await.map(drop)
}
