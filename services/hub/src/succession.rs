//! Giving the open tickets of an agency to its successor: case by case, each in a commit of its own.

use declic_domain::event::Kind;
use declic_domain::name::{AgencyId, CaseId};
use declic_domain::ticket::State;
use declic_domain::{Decision, policy, succession};
use declic_proto::v1;
use declic_store::{Limit, TicketFilter};
use prost::Message as _;

use crate::caller::Caller;
use crate::command::{self, Target};
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{self, Violations};

const RPC: &str = "TransferAgency";

/// Longest reason, in characters.
const LONGEST_REASON: usize = declic_domain::text::LONGEST_REASON;

/// What is asked, parsed.
struct Asked {
    request: [u8; 16],
    agency: AgencyId,
    successor: AgencyId,
    reason: String,
    limit: u32,
}

/// Moves one page of cases.
pub async fn transfer(
    hub: &Hub,
    caller: &Caller,
    request: v1::TransferAgencyRequest,
) -> Result<v1::TransferAgencyResponse, Error> {
    let content = hub.secrets.request_digest(RPC, &request.encode_to_vec());
    let asked = parse(request)?;
    let key = command::request_key(caller, asked.request, content);
    command::deciding(hub, caller, None, |given| {
        succession::check(&asked.agency, &asked.successor, given)
    })?;
    if let Some(answer) = command::replay(hub, &key).await? {
        return Ok(answer);
    }
    let scope = policy::succession_scope(&caller.member, &asked.agency).ok_or(Error::Absent)?;
    let filter = TicketFilter {
        states: State::ALL.into_iter().filter(|state| state.is_open()).collect(),
    };
    let mut found = hub
        .store
        .tickets(&scope, &filter, None, Limit::new(asked.limit + 1))
        .await?;
    let more = found.len() > asked.limit as usize;
    found.truncate(asked.limit as usize);
    let mut cases: Vec<CaseId> = Vec::new();
    for ticket in found {
        if !cases.contains(&ticket.name.case) {
            cases.push(ticket.name.case);
        }
    }
    let mut answer = v1::TransferAgencyResponse { transferred: 0, more };
    let last = cases.last().copied();
    for case in cases {
        // The answer is kept with the last case; the others have a request of their own, drawn from this one.
        let mut key = key.clone();
        if Some(case) != last {
            let of_case = [key.id.as_slice(), case.0.as_bytes()].concat();
            let drawn = hub.secrets.request_digest(RPC, &of_case);
            key.id.copy_from_slice(&drawn[..16]);
        }
        let before = answer.transferred;
        let moved = command::on_case_within(
            hub,
            caller,
            &scope,
            Target {
                case,
                etag: None,
                key,
                needs_words: false,
            },
            |loaded, given| {
                let file = &loaded.file;
                succession::transfer_agency(file, &asked.agency, &asked.successor, &asked.reason, given)
            },
            |decision| v1::TransferAgencyResponse {
                transferred: before + followed(decision),
                more,
            },
        )
        .await;
        match moved {
            Ok(done) => answer = done,
            // Somebody closed or moved the case meanwhile.
            Err(Error::Absent | Error::Refused(declic_domain::Refusal::Unknown, _)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(answer)
}

/// Tickets that follow to the successor: what was shared with the agency is not counted.
fn followed(decision: &Decision) -> u32 {
    let drafts = decision.drafts.iter();
    let followed = drafts.filter(|draft| matches!(draft.event.kind, Kind::AgencyTransferred { .. }));
    u32::try_from(followed.count()).unwrap_or(u32::MAX)
}

fn parse(request: v1::TransferAgencyRequest) -> Result<Asked, Error> {
    let mut violations = Violations::default();
    let id = wire::request_id(&mut violations, &request.request_id);
    let agency = violations.take("agency", AgencyId::parse_resource(&request.agency));
    let successor = violations.take("successor", AgencyId::parse_resource(&request.successor));
    let reason = violations.text("reason", request.reason, LONGEST_REASON);
    let limit = wire::page_size(&mut violations, request.page_size);
    let asked = id.zip(agency).zip(successor);
    violations.finish_with(asked.map(|((request, agency), successor)| Asked {
        request,
        agency,
        successor,
        reason,
        limit,
    }))
}
