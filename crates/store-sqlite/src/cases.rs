//! The rows of cases, of their tickets, and of who may see both.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::case::Case;
use declic_domain::ticket::Ticket;
use declic_store::commit::{CaseRow, CaseWrite, Expected, TicketRow};
use declic_store::{Error, record, timer, turn};
use sqlx::SqliteConnection;

use crate::batch::Failure;
use crate::json::hex;
use crate::judge::Before;
use crate::row::integer;
use crate::rows::{Rows, Value};

/// Writes what the commands of a batch say of cases, each case once.
pub(crate) async fn write<'w>(
    connection: &mut SqliteConnection,
    writes: impl Iterator<Item = (&'w CaseWrite, &'w Before)>,
) -> Result<(), Failure> {
    let (mut opened, mut changed) = (Opened::default(), Changed::default());
    for (write, before) in writes {
        match write.expected {
            Expected::New => opened.add(write),
            Expected::Version(_) if before.reach_changes => {
                let all = tickets_of(connection, write).await?;
                changed.add(write, &all);
            }
            Expected::Version(_) => changed.add(write, &[]),
        }
    }
    opened.write(connection).await?;
    changed.write(connection).await
}

/// New cases.
#[derive(Default)]
struct Opened {
    cases: Rows,
    tickets: Rows,
    ticket_reach: Rows,
    case_reach: Rows,
}

impl Opened {
    fn add(&mut self, write: &CaseWrite) {
        let row = &write.case;
        let case = &row.case;
        let named = named(write);
        let open = named.values().any(|row| row.ticket.state.is_open());
        let opened_at = case.opened_at.as_microsecond();
        self.cases.push([
            Value::Bytes(case.id.0.as_bytes()),
            Value::Number(i64::from(case.reference.year())),
            Value::Number(i64::from(case.reference.number())),
            Value::Number(integer(case.version)),
            Value::Text(case.organisation.as_str()),
            Value::Text(case.opener.as_str()),
            Value::Number(i64::from(case.shared_with_team)),
            Value::Text(&case.departement),
            Value::Number(opened_at),
            Value::Number(i64::from(open)),
            Value::Bytes(&row.key_id.0),
            Value::Bytes(&row.sealed_words),
            Value::Bytes(&record::state::encode_case(case)),
        ]);
        let mut keys_of_case = BTreeSet::new();
        for row in named.values() {
            push_ticket(&mut self.tickets, case, row);
            keys_of_case.extend(push_keys(&mut self.ticket_reach, &write.case, &row.ticket));
        }
        self.case_reach.push([
            Value::Bytes(case.id.0.as_bytes()),
            Value::Number(opened_at),
            Value::Number(i64::from(open)),
            Value::Texts(&Vec::from_iter(keys_of_case)),
        ]);
    }

    async fn write(self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        if self.cases.is_empty() {
            return Ok(());
        }
        let (cases, case_bytes) = self.cases.arguments();
        let (tickets, ticket_bytes) = self.tickets.arguments();
        let (ticket_reach, ticket_reach_bytes) = self.ticket_reach.arguments();
        let (case_reach, case_reach_bytes) = self.case_reach.arguments();
        sqlx::query_file!(
            "queries/commit/open.sql",
            cases,
            case_bytes,
            tickets,
            ticket_bytes,
            ticket_reach,
            ticket_reach_bytes,
            case_reach,
            case_reach_bytes,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Cases that are there.
#[derive(Default)]
struct Changed {
    tickets: Rows,
    cases: Rows,
    ticket_reach: Rows,
    ids: Rows,
}

impl Changed {
    /// Adds a write, and the keys of those tickets that it does not name.
    fn add(&mut self, write: &CaseWrite, all: &[Ticket]) {
        let row = &write.case;
        let case = &row.case;
        let named = named(write);
        for row in named.values() {
            push_ticket(&mut self.tickets, case, row);
        }
        self.cases.push([
            Value::Bytes(case.id.0.as_bytes()),
            Value::Number(integer(case.version)),
            Value::Text(case.organisation.as_str()),
            Value::Text(case.opener.as_str()),
            Value::Number(i64::from(case.shared_with_team)),
            Value::Text(&case.departement),
            Value::Bytes(&row.key_id.0),
            Value::Bytes(&row.sealed_words),
            Value::Bytes(&record::state::encode_case(case)),
        ]);
        let others = all
            .iter()
            .filter(|ticket| !named.contains_key(&ticket.name.number.get()));
        for ticket in others.chain(named.values().map(|row| &row.ticket)) {
            push_keys(&mut self.ticket_reach, row, ticket);
        }
        self.ids.push([Value::Bytes(case.id.0.as_bytes())]);
    }

    async fn write(self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        if self.cases.is_empty() {
            return Ok(());
        }
        let (tickets, ticket_bytes) = self.tickets.arguments();
        let (cases, case_bytes) = self.cases.arguments();
        let (reach, reach_bytes) = self.ticket_reach.arguments();
        let (ids, id_bytes) = self.ids.arguments();
        sqlx::query_file!(
            "queries/commit/change.sql",
            tickets,
            ticket_bytes,
            cases,
            case_bytes,
            reach,
            reach_bytes,
            reach,
            reach_bytes,
            ids,
            id_bytes,
            ids,
            id_bytes,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The tickets that a write names, by number. A ticket named twice stands as it is named last.
fn named(write: &CaseWrite) -> BTreeMap<u16, &TicketRow> {
    let tickets = write.tickets.iter();
    tickets.map(|row| (row.ticket.name.number.get(), row)).collect()
}

fn push_ticket(tickets: &mut Rows, case: &Case, row: &TicketRow) {
    let ticket = &row.ticket;
    tickets.push([
        Value::Bytes(ticket.name.case.0.as_bytes()),
        Value::Number(i64::from(ticket.name.number.get())),
        Value::Number(integer(ticket.version)),
        Value::Number(i64::from(record::state::state_code(ticket.state))),
        Value::Number(i64::from(ticket.state.is_open())),
        Value::Text(ticket.agency().as_str()),
        Value::Text(&ticket.desk.resource()),
        Value::Number(ticket.held_since.as_microsecond()),
        Value::Bytes(&row.last_leaf),
        Value::Bytes(&record::state::encode_ticket(ticket)),
        timer::of(case, ticket).map_or(Value::Null, Value::Number),
    ]);
}

/// Adds the keys that a ticket carries with their turns, see [`declic_store::turn`], and returns the keys.
fn push_keys(ticket_reach: &mut Rows, case: &CaseRow, ticket: &Ticket) -> Vec<String> {
    let (keys, turns): (Vec<String>, Vec<i64>) = turn::of(&case.case, ticket).into_iter().unzip();
    ticket_reach.push([
        Value::Bytes(case.case.id.0.as_bytes()),
        Value::Number(i64::from(ticket.name.number.get())),
        Value::Number(i64::from(record::state::state_code(ticket.state))),
        Value::Number(ticket.held_since.as_microsecond()),
        Value::Number(i64::from(case.case.urgent)),
        Value::Texts(&keys),
        Value::Numbers(&turns),
    ]);
    keys
}

/// All tickets of a case as they stand.
async fn tickets_of(connection: &mut SqliteConnection, write: &CaseWrite) -> Result<Vec<Ticket>, Failure> {
    let id = write.case.case.id.0.as_bytes().as_slice();
    let rows = sqlx::query_file!("queries/ticket/states.sql", id)
        .fetch_all(connection)
        .await?;
    let mut tickets = Vec::with_capacity(rows.len());
    for row in rows {
        let ticket = record::state::decode_ticket(&row.state).map_err(|error| Error::Corrupt {
            table: "tickets",
            key: hex(id),
            problem: error.to_string(),
        })?;
        tickets.push(ticket);
    }
    Ok(tickets)
}
