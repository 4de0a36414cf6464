//! Reads of cases, tickets and entries, each within a scope where there is one to keep.

use declic_domain::name::{CaseId, EventId, Reference, TicketName};
use declic_domain::policy::Scope;
use declic_domain::ticket::State;
use declic_store::{
    CaseFilter, CasePosition, Error, Limit, StoredCase, StoredEntry, TicketFilter, TicketPosition,
    TicketSummary, reach, record,
};
use sqlx::SqlitePool;

use crate::error::engine;
use crate::json;
use crate::row::{self, CaseTicket, EntryObject, ListedTicket, integer};

/// Sorts after every case: a page that begins at the beginning begins after it.
const NEWEST: (i64, [u8; 17]) = (i64::MAX, [0xff; 17]);

pub(crate) async fn case(
    readers: &SqlitePool,
    scope: &Scope,
    id: CaseId,
) -> Result<Option<StoredCase>, Error> {
    let (keys, id) = (keys(scope), id.0.as_bytes().as_slice());
    let rows = sqlx::query_file_as!(CaseTicket, "queries/case/get.sql", keys, id);
    Ok(row::cases(&rows.fetch_all(readers).await.map_err(engine)?)?.pop())
}

pub(crate) async fn case_by_reference(
    readers: &SqlitePool,
    scope: &Scope,
    reference: Reference,
) -> Result<Option<StoredCase>, Error> {
    let (year, number) = (i64::from(reference.year()), i64::from(reference.number()));
    let keys = keys(scope);
    let rows = sqlx::query_file_as!(
        CaseTicket,
        "queries/case/get_by_reference.sql",
        keys,
        year,
        number
    );
    Ok(row::cases(&rows.fetch_all(readers).await.map_err(engine)?)?.pop())
}

pub(crate) async fn cases(
    readers: &SqlitePool,
    scope: &Scope,
    filter: &CaseFilter,
    after: Option<CasePosition>,
    limit: Limit,
) -> Result<Vec<StoredCase>, Error> {
    let keys = keys(scope);
    let open = match filter.open {
        None => "[0,1]",
        Some(false) => "[0]",
        Some(true) => "[1]",
    };
    let (opened_at, id) = match after {
        Some(position) => (position.opened_at_us, position.id.0.as_bytes().to_vec()),
        None => (NEWEST.0, NEWEST.1.to_vec()),
    };
    let limit = i64::from(limit.get());
    let rows = match &filter.tag {
        None => {
            sqlx::query_file_as!(
                CaseTicket,
                "queries/case/list.sql",
                keys,
                open,
                opened_at,
                id,
                limit
            )
            .fetch_all(readers)
            .await
        }
        Some(blind) => {
            let (audience, tag) = (blind.audience.as_str(), blind.tag.as_slice());
            sqlx::query_file_as!(
                CaseTicket,
                "queries/case/list_by_tag.sql",
                keys,
                open,
                opened_at,
                id,
                limit,
                audience,
                tag
            )
            .fetch_all(readers)
            .await
        }
    };
    row::cases(&rows.map_err(engine)?)
}

pub(crate) async fn tickets(
    readers: &SqlitePool,
    scope: &Scope,
    filter: &TicketFilter,
    after: Option<TicketPosition>,
    limit: Limit,
) -> Result<Vec<TicketSummary>, Error> {
    let (keys, states) = (keys(scope), states(filter));
    let (held_since, id, number) = match after {
        Some(TicketPosition { held_since_us, name }) => (
            held_since_us,
            name.case.0.as_bytes().to_vec(),
            i64::from(name.number.get()),
        ),
        // No bytes at all sort before every case.
        None => (i64::MIN, Vec::new(), 0),
    };
    let limit = i64::from(limit.get());
    let rows = sqlx::query_file_as!(
        ListedTicket,
        "queries/ticket/list.sql",
        keys,
        states,
        held_since,
        id,
        number,
        limit
    );
    let rows = rows.fetch_all(readers).await.map_err(engine)?;
    rows.into_iter().map(TicketSummary::try_from).collect()
}

pub(crate) async fn entries(
    readers: &SqlitePool,
    scope: &Scope,
    viewed: TicketName,
    of: TicketName,
    after: u64,
    limit: Limit,
) -> Result<Vec<StoredEntry>, Error> {
    let keys = keys(scope);
    let (viewed_case, viewed_number) = (
        viewed.case.0.as_bytes().as_slice(),
        i64::from(viewed.number.get()),
    );
    let (case, number) = (of.case.0.as_bytes().as_slice(), i64::from(of.number.get()));
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(
        EntryObject,
        "queries/entry/list.sql",
        keys,
        viewed_case,
        viewed_number,
        case,
        number,
        after,
        limit
    );
    row::entries(&rows.fetch_all(readers).await.map_err(engine)?)
}

pub(crate) async fn entry(
    readers: &SqlitePool,
    scope: &Scope,
    event: EventId,
) -> Result<Option<StoredEntry>, Error> {
    let (keys, event) = (keys(scope), event.0.as_slice());
    let rows = sqlx::query_file_as!(EntryObject, "queries/entry/get.sql", keys, event);
    Ok(row::entries(&rows.fetch_all(readers).await.map_err(engine)?)?.pop())
}

/// The keys a scope holds, for the one predicate of lists and details.
fn keys(scope: &Scope) -> String {
    json::texts(reach::keys(scope.reach()).iter().map(String::as_str))
}

fn states(filter: &TicketFilter) -> String {
    let every_open = State::ALL.into_iter().filter(|state| state.is_open());
    let asked: Vec<State> = if filter.states.is_empty() {
        every_open.collect()
    } else {
        filter.states.clone()
    };
    let codes: Vec<String> = asked
        .into_iter()
        .map(|state| record::state::state_code(state).to_string())
        .collect();
    format!("[{}]", codes.join(","))
}
