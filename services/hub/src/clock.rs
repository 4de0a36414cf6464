//! Where the time of a case went: the fold of its events, for who reads them.

use declic_calendar::Calendar;
use declic_domain::clock::timeline::{Chain, timeline};
use declic_domain::event::Event;
use declic_domain::policy;
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_store::{Limit, StoredCase};

use crate::caller::Caller;
use crate::command;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::wire::clock as wire_clock;
use crate::wire::ticket::Names;
use crate::wire::timestamp;

/// Entries read at a time.
const PAGE: u32 = 500;

/// The clocks of the tickets that the caller reads.
pub async fn read(
    hub: &Hub,
    caller: &Caller,
    stored: &StoredCase,
) -> Result<v1::GetCaseClockResponse, Error> {
    let file = stored.file();
    let case = &file.case;
    let reads = |ticket: &&Ticket| policy::relation(&caller.member, case, ticket).is_some();
    let mut events = Vec::new();
    for ticket in file.tickets.iter().filter(reads) {
        events.extend(of_ticket(hub, caller, stored, ticket).await?);
    }
    let now = hub.now();
    let timeline = timeline(&events, now).map_err(Error::internal)?;
    let directory = hub.directory();
    let names = Names {
        directory: &directory,
        territory: hub.territory,
    };
    let calendar = Calendar::for_departement(&case.departement);
    let reads_all = file.tickets.iter().all(|ticket| reads(&ticket));
    let chain = |chain: &Chain| wire_clock::chain(names, &calendar, chain, is_partial(chain), now);
    Ok(v1::GetCaseClockResponse {
        case: case.id.resource(),
        reference: case.reference.to_string(),
        read_time: Some(timestamp(now)),
        person: reads_all.then(|| wire_clock::person(&timeline.person)),
        chains: timeline.chains.iter().map(chain).collect(),
    })
}

/// Every event of a ticket, in order. What they say is needed, not their words.
async fn of_ticket(
    hub: &Hub,
    caller: &Caller,
    stored: &StoredCase,
    ticket: &Ticket,
) -> Result<Vec<Event>, Error> {
    let scope = command::scope(caller)?;
    let keys = hub.vault.keys(stored.row.key_id).await?;
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.version);
        let page = hub
            .store
            .entries(&scope, ticket.name, ticket.name, after, Limit::new(PAGE))
            .await?;
        let is_last = page.len() < PAGE as usize;
        for entry in &page {
            events.push(seal::open(hub, &keys, entry, false)?.event);
        }
        if is_last {
            return Ok(events);
        }
    }
}

/// Whether the chain goes on where the caller does not read, before its first ticket or after its last.
fn is_partial(chain: &Chain) -> bool {
    let (first, last) = (chain.lives.first(), chain.lives.last());
    first.is_some_and(|life| life.ticket.predecessor.is_some())
        || last.is_some_and(|life| life.ticket.successor.is_some())
}
