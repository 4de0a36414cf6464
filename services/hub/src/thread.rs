//! What happened on a ticket, and before it on the tickets it follows: the thread its parties read.

use declic_domain::CaseFile;
use declic_domain::name::EventId;
use declic_domain::policy::{self, Relation};
use declic_domain::text::{Personal, Text};
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_store::{Limit, StoredCase, StoredEntry};
use prost::Message as _;

use crate::caller::Caller;
use crate::command;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::tickets;
use crate::wire::ticket::{self as wire_ticket, Names, Words};
use crate::wire::{FULL_PAGE_BYTES, Violations, enums, token};

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
    let mut bytes = 0;
    let mut next_page_token = String::new();
    let mut reader = Reader {
        hub,
        caller,
        file: &file,
        viewed: &viewed,
        after,
    };
    'pages: while let Some(page) = reader.next(limit - events.len() as u32).await? {
        for entry in page {
            let opened = seal::open(hub, &keys, &entry, true)?;
            let reads = policy::reads_text(&caller.member, &file.case, &viewed, &opened.event);
            if !policy::sees_event(&caller.member, &file.case, &viewed, &opened.event) {
                continue;
            }
            let state = enums::state(opened.event.state);
            let text = reads.then_some(&opened.text);
            let number = opened.event.version;
            let erased = opened.erased && reads;
            let event = wire_ticket::event(names, &opened.event, number, state, text, erased);
            bytes += event.encoded_len();
            events.push(event);
            if bytes >= FULL_PAGE_BYTES {
                let last = Position {
                    ticket: opened.event.ticket.number.get(),
                    version: number,
                };
                next_page_token = token::page(&hub.secrets, subject, &question, &last.bytes());
                break 'pages;
            }
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

/// The words a ticket's state points to, for those who read them.
pub async fn words(hub: &Hub, caller: &Caller, stored: &StoredCase, ticket: &Ticket) -> Result<Words, Error> {
    let mut words = Words::default();
    if let Some(information) = &ticket.information
        && let Some(Personal::Request { items, .. }) =
            text(hub, caller, stored, ticket, information.event).await?
    {
        words.items = items;
    }
    if let Some(resolution) = &ticket.resolution
        && let Some(Personal::Resolution { steps, .. }) =
            text(hub, caller, stored, ticket, resolution.event).await?
    {
        words.steps = steps;
    }
    Ok(words)
}

async fn text(
    hub: &Hub,
    caller: &Caller,
    stored: &StoredCase,
    ticket: &Ticket,
    event: EventId,
) -> Result<Option<Personal>, Error> {
    if policy::relation(&caller.member, &stored.row.case, ticket).is_none_or(|r| r == Relation::Supervision) {
        return Ok(None);
    }
    let Some(entry) = hub.store.entry(&command::scope(caller)?, event).await? else {
        return Ok(None);
    };
    let keys = hub.vault.keys(stored.row.key_id).await?;
    let opened = seal::open(hub, &keys, &entry, true)?;
    let reads = policy::reads_text(&caller.member, &stored.row.case, ticket, &opened.event);
    Ok(match opened.text {
        Text::Personal(personal) if reads => Some(personal),
        _ => None,
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
