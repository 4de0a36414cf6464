//! Figures, from the events of the cases of a period. Each case is read when they are asked for, so they are of this
//! instant, and of so many cases at most.

use std::collections::BTreeMap;

use declic_calendar::Calendar;
use declic_domain::event::Event;
use declic_domain::figures::{Record, records};
use declic_domain::name::{CaseId, TicketName};
use declic_domain::policy::{self, Action, Scope};
use declic_proto::v1;
use declic_store::{CaseFilter, CasePosition, Limit, StoredCase, StoredEntry};
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use uuid::Uuid;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::wire::figures::{self as wire, Asked};

/// Cases counted at most: each is a case to read.
const MOST: usize = 2_000;

/// Cases listed at a time.
const PAGE: u32 = 200;

/// Cases read at a time.
const AT_ONCE: usize = 4;

/// Events of a ticket read at a time.
const EVENTS: u32 = 1_000;

/// What was read: the tickets, and when the oldest case of them was opened unless all cases of the period were read.
struct Counted {
    records: Vec<Record>,
    from: Option<Timestamp>,
}

/// Sums up what may be told of what is asked for.
pub async fn summarize(
    hub: &Hub,
    caller: &Caller,
    request: v1::SummarizeFiguresRequest,
) -> Result<v1::SummarizeFiguresResponse, Error> {
    let now = hub.now();
    let today = Calendar::for_departement("").date_of(now);
    let asked = wire::parse(request, today)?;
    let scope = policy::figures_scope(&caller.member, Action::SummarizeFigures, hub.territory);
    let scope = scope.ok_or(Error::Absent)?;
    // Every département of the caller is read: the others tell whether this one is a group that may be told.
    if let Some(departement) = &asked.selection.departement {
        scope.clone().within(departement).ok_or(Error::Absent)?;
    }
    let counted = read(hub, &scope, &asked, now).await?;
    let board = asked.selection.board(&counted.records);
    Ok(wire::render(&asked, now, counted.from, board))
}

/// The tickets of the cases of a period, newest first.
async fn read(hub: &Hub, scope: &Scope, asked: &Asked, now: Timestamp) -> Result<Counted, Error> {
    let (first, last) = asked.period.around();
    let mut after = Some(before(last));
    let mut calendars: BTreeMap<String, Calendar> = BTreeMap::new();
    let mut counted = Counted {
        records: Vec::new(),
        from: None,
    };
    let mut cases = 0;
    loop {
        let filter = CaseFilter::default();
        let page = hub.store.cases(scope, &filter, after, Limit::new(PAGE)).await?;
        let is_last = page.len() < PAGE as usize;
        let oldest = page.last().map(|stored| stored.row.case.opened_at);
        after = page.last().map(|stored| CasePosition {
            opened_at_us: stored.row.case.opened_at.as_microsecond(),
            id: stored.row.case.id,
        });
        let mut within = Vec::new();
        for stored in page {
            let case = &stored.row.case;
            let calendar = calendars
                .entry(case.departement.clone())
                .or_insert_with(|| Calendar::for_departement(&case.departement));
            if asked.period.contains(case.opened_at, calendar) {
                within.push(stored);
            }
        }
        cases += within.len();
        let read = futures::stream::iter(within.into_iter().map(|stored| tickets(hub, scope, stored, now)));
        let read: Vec<Vec<Record>> = read.buffered(AT_ONCE).try_collect().await?;
        counted.records.extend(read.into_iter().flatten());
        if is_last || oldest.is_none_or(|oldest| oldest < first) {
            return Ok(counted);
        }
        if cases >= MOST {
            counted.from = oldest;
            return Ok(counted);
        }
    }
}

/// The tickets of a case; none when what says what happened to them was erased.
async fn tickets(hub: &Hub, scope: &Scope, stored: StoredCase, now: Timestamp) -> Result<Vec<Record>, Error> {
    let keys = match hub.vault.keys(stored.row.key_id).await {
        Ok(keys) => keys,
        Err(declic_vault::vault::Error::Shredded) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut events: Vec<Event> = Vec::new();
    for row in &stored.tickets {
        let (name, mut version) = (row.ticket.name, 0);
        // What was read of the case stands; what happened since is left to the next time.
        while version < row.ticket.version {
            let page = entries(hub, scope, name, version).await?;
            let read = version;
            for entry in &page {
                let event = seal::open(hub, &keys, entry, false)?.event;
                if event.version <= row.ticket.version {
                    version = event.version;
                    events.push(event);
                }
            }
            if version == read {
                break;
            }
        }
    }
    let now = events
        .iter()
        .map(|event| event.recorded_at)
        .fold(now, Timestamp::max);
    records(&events, now).map_err(Error::internal)
}

async fn entries(hub: &Hub, scope: &Scope, name: TicketName, after: u64) -> Result<Vec<StoredEntry>, Error> {
    let page = hub.store.entries(scope, name, name, after, Limit::new(EVENTS));
    Ok(page.await?)
}

/// Before every case that was opened before this instant.
fn before(instant: Timestamp) -> CasePosition {
    CasePosition {
        opened_at_us: instant.as_microsecond(),
        id: CaseId(Uuid::nil()),
    }
}
