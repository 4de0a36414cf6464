//! `declic case …`: what is said of a whole case, and told on each of its tickets.

use declic_client::Client;
use declic_proto::v1;
use declic_words::Arg;

use crate::args::{ChangeUrgency, RenewMandate, Sending, TransferCase, YesNo};
use crate::case_page::short;
use crate::commands::{Intention, typed_text};
use crate::failure::Failure;
use crate::names;
use crate::screen::Screen;
use crate::when;

/// Says that a case is urgent, or no more.
pub async fn urgency(client: &Client, change: ChangeUrgency, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(change.reason, screen)?;
    let urgent = change.urgent == YesNo::Yes;
    let sent = Intention::of_case(change.case, change.sending);
    let request = v1::ChangeUrgencyRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        urgent,
        reason,
    };
    let answer = client
        .change_urgency(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let key = if urgent {
        "cli-case-urgent"
    } else {
        "cli-case-no-longer-urgent"
    };
    let sentence = screen.manner.text(key, &[]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Gives a case to a colleague.
pub async fn transfer(client: &Client, transfer: TransferCase, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(transfer.reason, screen)?;
    let opener = names::member(&transfer.to);
    let sent = Intention::of_case(transfer.case, transfer.sending);
    let request = v1::TransferCaseRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        opener: opener.clone(),
        reason,
    };
    let answer = client
        .transfer_case(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let args = [("member", Arg::Text(short(&opener)))];
    let sentence = screen.manner.text("cli-case-transferred", &args);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Records a new agreement of the person.
pub async fn renew_mandate(client: &Client, renew: RenewMandate, screen: &mut Screen) -> Result<(), Failure> {
    let until = when::day(&screen.manner, &renew.expires_on);
    let sent = Intention::of_case(renew.case, renew.sending);
    let request = v1::RenewMandateRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::from(renew.channel).into(),
            scope: renew.scope,
            given_on: renew.given_on,
            expires_on: renew.expires_on,
            evidence: renew.evidence,
            ..v1::Mandate::default()
        }),
    };
    let answer = client
        .renew_mandate(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let sentence = screen
        .manner
        .text("cli-mandate-renewed", &[("day", Arg::Text(&until))]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Records that the person took the agreement back.
pub async fn revoke_mandate(
    client: &Client,
    case: String,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_case(case, sending);
    let request = v1::RevokeMandateRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .revoke_mandate(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let sentence = screen.manner.text("cli-mandate-revoked", &[]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}
