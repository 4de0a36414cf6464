//! Lists in order of turns, and how long they are: see [`declic_store::turn`].

use declic_domain::policy::Scope;
use declic_store::turn::Walk;
use declic_store::{Error, Limit, StoredCase, TicketSummary, TurnPosition, reach};
use uuid::Uuid;

use crate::error::engine;
use crate::pool::Pool;
use crate::row::{self, CaseTicket, ListedTicket};

struct Ticket {
    turn_us: i64,
    held_since_us: i64,
    case_id: Uuid,
    number: i32,
    state_code: i16,
    summary: Option<Vec<u8>>,
    case_state: Option<Vec<u8>>,
    ticket_state: Option<Vec<u8>>,
}

/// A case beside one of its tickets; `first` is the number of the ticket that puts it where it stands.
struct Case {
    turn_us: i64,
    first: i32,
    case_id: Uuid,
    key_id: Uuid,
    sealed_words: Vec<u8>,
    case_state: Vec<u8>,
    number: i32,
    last_leaf: Vec<u8>,
    ticket_state: Vec<u8>,
}

struct Count {
    count: i64,
}

/// What walks the index, as the statements take it.
struct Arguments<'w> {
    keys: &'w [String],
    states: Vec<i16>,
    urgent: &'w [bool],
    within: Option<&'w [String]>,
}

impl<'w> Arguments<'w> {
    fn of(walk: &'w Walk) -> Self {
        Self {
            keys: &walk.keys,
            states: walk.states.iter().map(|code| i16::from(*code)).collect(),
            urgent: &walk.urgent,
            within: walk.within.as_deref(),
        }
    }
}

pub(crate) async fn tickets(
    readers: &Pool,
    walk: &Walk,
    after: Option<TurnPosition>,
    limit: Limit,
) -> Result<Vec<(TurnPosition, TicketSummary)>, Error> {
    let arguments = Arguments::of(walk);
    let after = after.unwrap_or(TurnPosition::BEGINNING);
    let (case, number) = (after.name.case.0, i32::from(after.name.number.get()));
    let limit = i64::from(limit.get());
    let rows = sqlx::query_file_as!(
        Ticket,
        "queries/turn/tickets.sql",
        arguments.keys,
        &arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within as _,
        walk.doubles,
        after.turn_us,
        case,
        number,
        limit
    );
    let rows = rows
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    rows.into_iter()
        .map(|row| {
            let turn_us = row.turn_us;
            let ticket = TicketSummary::try_from(ListedTicket {
                held_since_us: row.held_since_us,
                case_id: row.case_id,
                number: row.number,
                state_code: row.state_code,
                summary: row.summary,
                case_state: row.case_state,
                ticket_state: row.ticket_state,
            })?;
            let name = ticket.name;
            Ok((TurnPosition { turn_us, name }, ticket))
        })
        .collect()
}

pub(crate) async fn cases(
    readers: &Pool,
    walk: &Walk,
    after: Option<TurnPosition>,
    limit: Limit,
) -> Result<Vec<(TurnPosition, StoredCase)>, Error> {
    let arguments = Arguments::of(walk);
    let after = after.unwrap_or(TurnPosition::BEGINNING);
    let (case, number) = (after.name.case.0, i32::from(after.name.number.get()));
    let limit = i64::from(limit.get());
    let rows = sqlx::query_file_as!(
        Case,
        "queries/turn/cases.sql",
        arguments.keys,
        &arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within as _,
        after.turn_us,
        case,
        number,
        limit
    );
    let rows = rows
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    let (mut positions, mut tickets): (Vec<TurnPosition>, Vec<CaseTicket>) = (Vec::new(), Vec::new());
    for row in rows {
        if tickets.last().is_none_or(|last| last.case_id != row.case_id) {
            positions.push(TurnPosition {
                turn_us: row.turn_us,
                name: row::ticket(
                    "ticket_reach",
                    &|| row.case_id.to_string(),
                    row.case_id,
                    row.first,
                )?,
            });
        }
        tickets.push(CaseTicket {
            case_id: row.case_id,
            key_id: row.key_id,
            sealed_words: row.sealed_words,
            case_state: row.case_state,
            number: row.number,
            last_leaf: row.last_leaf,
            ticket_state: row.ticket_state,
        });
    }
    Ok(positions.into_iter().zip(row::cases(&tickets)?).collect())
}

pub(crate) async fn count_tickets(readers: &Pool, walk: &Walk, most: Limit) -> Result<u32, Error> {
    let arguments = Arguments::of(walk);
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(
        Count,
        "queries/turn/count_tickets.sql",
        arguments.keys,
        &arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within as _,
        walk.doubles,
        limit
    );
    let counted = counted
        .fetch_one(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(number(&counted))
}

pub(crate) async fn count_cases(readers: &Pool, walk: &Walk, most: Limit) -> Result<u32, Error> {
    let arguments = Arguments::of(walk);
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(
        Count,
        "queries/turn/count_cases.sql",
        arguments.keys,
        &arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within as _,
        limit
    );
    let counted = counted
        .fetch_one(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(number(&counted))
}

pub(crate) async fn count_known(
    readers: &Pool,
    scope: &Scope,
    open: Option<bool>,
    most: Limit,
) -> Result<u32, Error> {
    let keys: Vec<String> = reach::keys(scope.reach()).into_iter().collect();
    let open = open.map_or_else(|| vec![false, true], |only| vec![only]);
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(Count, "queries/turn/count_known.sql", &keys, &open, limit);
    let counted = counted
        .fetch_one(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(number(&counted))
}

/// That there are more than the most is told by one more.
fn one_more(most: Limit) -> i64 {
    i64::from(most.get()) + 1
}

/// No limit is beyond a number of 32 bits.
fn number(counted: &Count) -> u32 {
    u32::try_from(counted.count).unwrap_or(u32::MAX)
}
