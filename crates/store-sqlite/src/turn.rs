//! Lists in order of turns, and how long they are: see [`declic_store::turn`].

use declic_domain::policy::Scope;
use declic_store::turn::Walk;
use declic_store::{Error, Limit, StoredCase, TicketSummary, TurnPosition, reach};
use sqlx::SqlitePool;

use crate::error::engine;
use crate::json::{self, hex};
use crate::row::{self, CaseTicket, ListedTicket};

struct Ticket {
    turn_us: i64,
    case_id: Vec<u8>,
    number: i64,
    case_state: Vec<u8>,
    ticket_state: Vec<u8>,
}

/// A case beside one of its tickets; `first` is the number of the ticket that puts it where it stands.
struct Case {
    turn_us: i64,
    first: i64,
    case_id: Vec<u8>,
    key_id: Vec<u8>,
    sealed_words: Vec<u8>,
    case_state: Vec<u8>,
    number: i64,
    last_leaf: Vec<u8>,
    ticket_state: Vec<u8>,
}

struct Count {
    count: i64,
}

/// What walks the index, as lists for `json_each`.
struct Arguments {
    keys: String,
    states: String,
    urgent: String,
    within: Option<String>,
}

impl Arguments {
    fn of(walk: &Walk) -> Self {
        let texts = |keys: &[String]| json::texts(keys.iter().map(String::as_str));
        let urgent: Vec<u8> = walk.urgent.iter().map(|urgent| u8::from(*urgent)).collect();
        Self {
            keys: texts(&walk.keys),
            states: format!("{:?}", walk.states),
            urgent: format!("{urgent:?}"),
            within: walk.within.as_deref().map(texts),
        }
    }
}

pub(crate) async fn tickets(
    readers: &SqlitePool,
    walk: &Walk,
    after: Option<TurnPosition>,
    limit: Limit,
) -> Result<Vec<(TurnPosition, TicketSummary)>, Error> {
    let arguments = Arguments::of(walk);
    let after = after.unwrap_or(TurnPosition::BEGINNING);
    let (case, number) = (
        after.name.case.0.as_bytes().as_slice(),
        i64::from(after.name.number.get()),
    );
    let limit = i64::from(limit.get());
    let rows = sqlx::query_file_as!(
        Ticket,
        "queries/turn/tickets.sql",
        arguments.keys,
        arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within,
        walk.doubles,
        after.turn_us,
        case,
        number,
        limit
    );
    let rows = rows.fetch_all(readers).await.map_err(engine)?;
    rows.into_iter()
        .map(|row| {
            let turn_us = row.turn_us;
            let ticket = TicketSummary::try_from(ListedTicket {
                case_id: row.case_id,
                number: row.number,
                case_state: row.case_state,
                ticket_state: row.ticket_state,
            })?;
            let name = ticket.name;
            Ok((TurnPosition { turn_us, name }, ticket))
        })
        .collect()
}

pub(crate) async fn cases(
    readers: &SqlitePool,
    walk: &Walk,
    after: Option<TurnPosition>,
    limit: Limit,
) -> Result<Vec<(TurnPosition, StoredCase)>, Error> {
    let arguments = Arguments::of(walk);
    let after = after.unwrap_or(TurnPosition::BEGINNING);
    let (case, number) = (
        after.name.case.0.as_bytes().as_slice(),
        i64::from(after.name.number.get()),
    );
    let limit = i64::from(limit.get());
    let rows = sqlx::query_file_as!(
        Case,
        "queries/turn/cases.sql",
        arguments.keys,
        arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within,
        after.turn_us,
        case,
        number,
        limit
    );
    let rows = rows.fetch_all(readers).await.map_err(engine)?;
    let (mut positions, mut tickets): (Vec<TurnPosition>, Vec<CaseTicket>) = (Vec::new(), Vec::new());
    for row in rows {
        if tickets.last().is_none_or(|last| last.case_id != row.case_id) {
            positions.push(TurnPosition {
                turn_us: row.turn_us,
                name: row::ticket("ticket_reach", &|| hex(&row.case_id), &row.case_id, row.first)?,
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

pub(crate) async fn count_tickets(readers: &SqlitePool, walk: &Walk, most: Limit) -> Result<u32, Error> {
    let arguments = Arguments::of(walk);
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(
        Count,
        "queries/turn/count_tickets.sql",
        arguments.keys,
        arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within,
        walk.doubles,
        limit
    );
    let counted = counted.fetch_one(readers).await.map_err(engine)?;
    Ok(number(&counted))
}

pub(crate) async fn count_cases(readers: &SqlitePool, walk: &Walk, most: Limit) -> Result<u32, Error> {
    let arguments = Arguments::of(walk);
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(
        Count,
        "queries/turn/count_cases.sql",
        arguments.keys,
        arguments.states,
        arguments.urgent,
        walk.from_us,
        walk.until_us,
        arguments.within,
        limit
    );
    let counted = counted.fetch_one(readers).await.map_err(engine)?;
    Ok(number(&counted))
}

pub(crate) async fn count_known(
    readers: &SqlitePool,
    scope: &Scope,
    open: Option<bool>,
    most: Limit,
) -> Result<u32, Error> {
    let keys = json::texts(reach::keys(scope.reach()).iter().map(String::as_str));
    let open = match open {
        None => "[0,1]",
        Some(false) => "[0]",
        Some(true) => "[1]",
    };
    let limit = one_more(most);
    let counted = sqlx::query_file_as!(Count, "queries/turn/count_known.sql", keys, open, limit);
    let counted = counted.fetch_one(readers).await.map_err(engine)?;
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
