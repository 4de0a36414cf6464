//! What an agency needs to find a person.

use declic_client::Client;
use declic_proto::v1;
use serde_json::{Value, json};

use super::put::Sent;
use super::{page, resource};
use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::view::given;

pub(super) async fn set(
    client: &Client,
    agency: &str,
    (agency_identifier, nir): (bool, bool),
    sent: &Sent,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let name = resource("agencies/", agency);
    let request = v1::SetRequiredIdentifiersRequest {
        request_id: sent.id.to_string(),
        name: name.clone(),
        required_identifiers: Some(v1::RequiredIdentifiers {
            agency_identifier,
            nir,
            etag: sent.etag.clone(),
        }),
        reason: sent.reason.clone(),
    };
    let answer = client.set_required_identifiers(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    let required = answer.required_identifiers.unwrap_or_default();
    if screen.manner.json {
        return screen.show_json(&json(&required));
    }
    let lines = lines(Some(&required), &screen.manner);
    page(agency, &name, &lines, &required.etag, screen)
}

pub(super) fn lines(
    required: Option<&v1::RequiredIdentifiers>,
    manner: &Manner,
) -> Vec<(&'static str, String)> {
    let required = required.cloned().unwrap_or_default();
    let named = [
        (required.agency_identifier, "cli-identifier-agency"),
        (required.nir, "cli-identifier-nir"),
    ];
    let named = named.into_iter().filter(|(is_required, _)| *is_required);
    named
        .map(|(_, key)| ("table-needs", manner.text(key, &[])))
        .collect()
}

pub(super) fn json(required: &v1::RequiredIdentifiers) -> Value {
    json!({
        "agency_identifier": required.agency_identifier, "nir": required.nir,
        "etag": given(required.etag.clone()),
    })
}
