//! `declic case share` and `unshare`: who else may read a ticket.

use declic_client::Client;
use declic_proto::v1;

use crate::args::Share;
use crate::commands::{Intention, typed_text};
use crate::failure::Failure;
use crate::names::agency;
use crate::screen::Screen;

pub(super) async fn share(client: &Client, share: Share, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(share.reason, screen)?;
    let sent = Intention::of_opener(client, screen, &share.ticket, share.sending).await?;
    let request = v1::ShareTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        agency: agency(&share.agency),
        reason,
    };
    let answer = client
        .share_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

pub(super) async fn unshare(client: &Client, share: Share, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(share.reason, screen)?;
    let sent = Intention::of_opener(client, screen, &share.ticket, share.sending).await?;
    let request = v1::UnshareTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        agency: agency(&share.agency),
        reason,
    };
    let answer = client
        .unshare_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}
