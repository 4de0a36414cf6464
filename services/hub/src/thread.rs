//! What happened on a ticket, and before it on the tickets it follows: the thread its parties read.

use declic_domain::CaseFile;
use declic_domain::policy;
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_store::{Limit, StoredEntry};

use crate::caller::Caller;
use crate::command;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::tickets;
use crate::wire::ticket::{self as wire_ticket, Names};
use crate::wire::{Violations, enums, token};

/// One page of the thread, oldest first.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    request: v1::ListEventsRequest,
) -> Result<v1::ListEventsResponse, Error> {
    let mut violations = Violations::default();
    let limit = crate::wire::page_size(&mut violations, request.page_size);
    violations.finish()?;
    let name = tickets::parse_name("parent", &request.parent)?;
    let (stored, viewed) = tickets::find(hub, caller, name).await?;
    let question = [b"ListEvents".as_slice(), request.parent.as_bytes()].concat();
    let subject = caller.member.id.as_str();
    let after = token::page_position::<10>(&hub.secrets, subject, &question, &request.page_token)?;
    let after = after.map_or(Position::default(), Position::read);
    let keys = hub.vault.keys(stored.row.key_id).await?;
    let directory = hub.directory();
    let names = Names {
        directory: &directory,
        territory: hub.territory,
    };
    let file = stored.file();
    let mut events = Vec::new();
    let mut next_page_token = String::new();
    let mut reader = Reader {
        hub,
        caller,
        file: &file,
        viewed: &viewed,
        after,
    };
    while let Some(page) = reader.next(limit).await? {
        for entry in page {
            let with_text = true;
            let opened = seal::open(hub, &keys, &entry, with_text)?;
            let reads = policy::reads_text(&caller.member, &file.case, &viewed, &opened.event);
            if !policy::sees_event(&caller.member, &file.case, &viewed, &opened.event) {
                continue;
            }
            let state = state_after(&opened.event, &file);
            let text = reads.then_some(&opened.text);
            let number = opened.event.version;
            events.push(wire_ticket::event(
                names,
                &opened.event,
                number,
                state,
                text,
                opened.erased && reads,
            ));
        }
        if events.len() >= limit as usize {
            next_page_token = token::page(&hub.secrets, subject, &question, &reader.after.bytes());
            break;
        }
    }
    Ok(v1::ListEventsResponse {
        events,
        next_page_token,
    })
}

/// Where a page ends: the ticket of the chain, and the version on it.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    ticket: u16,
    version: u64,
}

impl Position {
    fn read(bytes: [u8; 10]) -> Self {
        let mut version = [0; 8];
        version.copy_from_slice(&bytes[2..]);
        Self {
            ticket: u16::from_be_bytes([bytes[0], bytes[1]]),
            version: u64::from_be_bytes(version),
        }
    }

    fn bytes(self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..2].copy_from_slice(&self.ticket.to_be_bytes());
        bytes[2..].copy_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// Reads the entries of a chain, oldest ticket first.
struct Reader<'a> {
    hub: &'a Hub,
    caller: &'a Caller,
    file: &'a CaseFile,
    viewed: &'a Ticket,
    after: Position,
}

impl Reader<'_> {
    async fn next(&mut self, limit: u32) -> Result<Option<Vec<StoredEntry>>, Error> {
        let scope = command::scope(self.caller)?;
        let mut chain = self.file.chain(self.viewed.name.number);
        chain.reverse();
        for ticket in chain {
            let number = ticket.name.number.get();
            if number < self.after.ticket {
                continue;
            }
            let version = if number == self.after.ticket {
                self.after.version
            } else {
                0
            };
            let entries = self
                .hub
                .store
                .entries(&scope, self.viewed.name, ticket.name, version, Limit::new(limit))
                .await?;
            if let Some(last) = entries.last().and_then(|entry| entry.entry.ticket) {
                self.after = Position {
                    ticket: number,
                    version: last.version,
                };
                return Ok(Some(entries));
            }
        }
        Ok(None)
    }
}

/// The state an event led to, as far as its kind tells; the ticket's own for those that change nothing.
fn state_after(event: &declic_domain::event::Event, file: &CaseFile) -> v1::TicketState {
    use declic_domain::event::Kind;
    match &event.kind {
        Kind::Opened(_) | Kind::Reopened { .. } => v1::TicketState::Routed,
        Kind::Acknowledged { .. } | Kind::TakenBack => v1::TicketState::Acknowledged,
        Kind::InformationRequested { .. } => v1::TicketState::AwaitingReply,
        Kind::Redirected { .. } | Kind::RoutedByHand { .. } => v1::TicketState::Redirected,
        Kind::Resolved { .. } => v1::TicketState::Resolved,
        Kind::Closed { .. } => v1::TicketState::Closed,
        Kind::Withdrawn => v1::TicketState::Withdrawn,
        Kind::DeliveryConfirmed
        | Kind::Assigned { .. }
        | Kind::Replied { .. }
        | Kind::MessagePosted
        | Kind::NoteAdded => {
            let ticket = file.ticket(event.ticket.number);
            ticket.map_or(v1::TicketState::Unspecified, |ticket| enums::state(ticket.state))
        }
    }
}
