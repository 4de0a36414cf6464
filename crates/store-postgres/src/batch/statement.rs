//! The statements themselves. All rows are read, and the answer to its end: PostgreSQL commits after the last row.

use sqlx::PgConnection;
use uuid::Uuid;

use super::Told;
use super::columns::{Cases, Columns, Given};

/// Runs a statement on what any command has, then on what follows. A macro, because the query is checked by one.
macro_rules! write_rows {
    ($connection:ident, $columns:ident, $file:tt, $($more:tt)*) => {{
        let (mailboxes, counts) = $columns.mail.totals();
        sqlx::query_file_as!(
            Told,
            $file,
            &$columns.requests.command,
            &$columns.requests.issuer as _,
            &$columns.requests.subject as _,
            &$columns.requests.id,
            &$columns.requests.content as _,
            &$columns.requests.answer as _,
            &$columns.entries.event,
            &$columns.entries.case as _,
            &$columns.entries.number as _,
            &$columns.entries.version as _,
            &$columns.entries.kind as _,
            &$columns.entries.key_id,
            &$columns.entries.recorded_at,
            &$columns.entries.commitments,
            &$columns.entries.leaf as _,
            &$columns.entries.traceparent as _,
            &$columns.objects.event,
            &$columns.objects.position,
            &$columns.objects.group,
            &$columns.objects.no,
            &$columns.objects.bytes as _,
            $columns.items.count,
            &mailboxes as _,
            &counts,
            &$columns.mail.audience as _,
            &$columns.mail.later(),
            &$columns.mail.entry,
            &$columns.blind.audience as _,
            &$columns.blind.tag as _,
            &$columns.blind.case,
            $($more)*
        )
        .fetch_all($connection)
        .await
    }};
}

/// Writes commands that each open a case.
pub(super) async fn new(
    connection: &mut PgConnection,
    columns: &Columns<'_>,
) -> Result<Vec<Told>, sqlx::Error> {
    let (cases, tickets) = (&columns.cases, &columns.tickets);
    let seen = Seen::of(&columns.reach);
    let known = Known::of(cases);
    write_rows!(
        connection,
        columns,
        "queries/commit/new.sql",
        &cases.id,
        &cases.reference_year,
        &cases.reference_number,
        &cases.version,
        &cases.organisation as _,
        &cases.opener as _,
        &cases.shared,
        &cases.departement as _,
        &cases.opened_at,
        &cases.opens,
        &cases.key_id,
        &cases.sealed_words as _,
        &cases.state as _,
        &tickets.case,
        &tickets.number,
        &tickets.version,
        &tickets.state_code,
        &tickets.open,
        &tickets.agency as _,
        &tickets.desk as _,
        &tickets.held_since,
        &tickets.last_leaf as _,
        &tickets.state as _,
        &seen.case,
        &seen.number,
        &seen.key as _,
        &seen.state_code,
        &seen.held_since,
        &known.case,
        &known.key as _,
        &known.open,
        &known.opened_at,
        &seen.summary as _,
        &tickets.timer_at as _,
        &seen.urgent,
        &seen.turn,
    )
}

/// Who may see the tickets of new cases: one row for each key.
#[derive(Default)]
struct Seen<'c> {
    case: Vec<Uuid>,
    number: Vec<i32>,
    key: Vec<&'c str>,
    state_code: Vec<i16>,
    held_since: Vec<i64>,
    summary: Vec<Option<&'c [u8]>>,
    urgent: Vec<bool>,
    turn: Vec<i64>,
}

impl<'c> Seen<'c> {
    fn of(reach: &[Given<'c>]) -> Self {
        let mut seen = Self::default();
        for given in reach {
            for (key, turn) in &given.ticket.keys {
                seen.case.push(given.case);
                seen.number.push(given.ticket.number);
                seen.key.push(key);
                seen.state_code.push(given.ticket.state_code);
                seen.held_since.push(given.ticket.held_since);
                seen.summary.push(given.ticket.summary.as_deref());
                seen.urgent.push(given.ticket.urgent);
                seen.turn.push(*turn);
            }
        }
        seen
    }
}

/// Who may see new cases: one row for each key.
#[derive(Default)]
struct Known<'c> {
    case: Vec<Uuid>,
    key: Vec<&'c str>,
    open: Vec<bool>,
    opened_at: Vec<i64>,
}

impl<'c> Known<'c> {
    fn of(cases: &Cases<'c>) -> Self {
        let mut known = Self::default();
        for (place, state) in cases.states.iter().enumerate() {
            for key in state.keys() {
                known.case.push(cases.id[place]);
                known.key.push(key);
                known.open.push(cases.opens[place]);
                known.opened_at.push(cases.opened_at[place]);
            }
        }
        known
    }
}

/// Writes any commands.
pub(super) async fn any(
    connection: &mut PgConnection,
    columns: &Columns<'_>,
) -> Result<Vec<Told>, sqlx::Error> {
    let (cases, tickets) = (&columns.cases, &columns.tickets);
    let lists = Lists::of(cases);
    let reach = Reach::of(&columns.reach);
    let (names, later, records) = columns.items.columns();
    write_rows!(
        connection,
        columns,
        "queries/commit/batch.sql",
        &cases.command,
        &cases.expected,
        &cases.id,
        &cases.reference_year,
        &cases.reference_number,
        &cases.version,
        &cases.organisation as _,
        &cases.opener as _,
        &cases.shared,
        &cases.departement as _,
        &cases.opened_at,
        &cases.key_id,
        &cases.sealed_words as _,
        &cases.state as _,
        &cases.opens,
        &lists.given,
        &lists.keys,
        &tickets.case,
        &tickets.number,
        &tickets.version,
        &tickets.state_code,
        &tickets.open,
        &tickets.agency as _,
        &tickets.desk as _,
        &tickets.held_since,
        &tickets.last_leaf as _,
        &tickets.state as _,
        &reach.is_old,
        &reach.case,
        &reach.number,
        &reach.state_code,
        &reach.held_since,
        &reach.keys,
        &names as _,
        &later,
        &records as _,
        &reach.summary as _,
        &columns.gone.audience as _,
        &columns.gone.tag as _,
        &columns.gone.case,
        &tickets.timer_at as _,
        &reach.urgent,
        &reach.turns,
    )
}

/// Writes commands that change the rules.
pub(super) async fn rules(
    connection: &mut PgConnection,
    columns: &Columns<'_>,
) -> Result<Vec<Told>, sqlx::Error> {
    let (requests, entries, objects) = (&columns.requests, &columns.entries, &columns.objects);
    let (mail, rules) = (&columns.mail, &columns.rules);
    let (mailboxes, counts) = mail.totals();
    sqlx::query_file_as!(
        Told,
        "queries/commit/rules.sql",
        &requests.command,
        &requests.issuer as _,
        &requests.subject as _,
        &requests.id,
        &requests.content as _,
        &requests.answer as _,
        &entries.event,
        &entries.case as _,
        &entries.number as _,
        &entries.version as _,
        &entries.kind as _,
        &entries.key_id,
        &entries.recorded_at,
        &entries.commitments,
        &entries.leaf as _,
        &entries.traceparent as _,
        &objects.event,
        &objects.position,
        &objects.group,
        &objects.no,
        &objects.bytes as _,
        columns.items.count,
        &mailboxes as _,
        &counts,
        &mail.audience as _,
        &mail.later(),
        &mail.entry,
        &rules.command,
        &rules.expected,
        &rules.no,
        &rules.digest as _,
        &rules.file as _,
        &rules.record,
    )
    .fetch_all(connection)
    .await
}

/// Writes commands that change the directory and know what they change.
pub(super) async fn directory(
    connection: &mut PgConnection,
    columns: &Columns<'_>,
) -> Result<Vec<Told>, sqlx::Error> {
    let (requests, entries, objects) = (&columns.requests, &columns.entries, &columns.objects);
    let (mail, changes) = (&columns.mail, &columns.directory);
    let (mailboxes, counts) = mail.totals();
    let (names, later, records) = columns.items.columns();
    sqlx::query_file_as!(
        Told,
        "queries/commit/directory.sql",
        &requests.command,
        &requests.issuer as _,
        &requests.subject as _,
        &requests.id,
        &requests.content as _,
        &requests.answer as _,
        &entries.event,
        &entries.case as _,
        &entries.number as _,
        &entries.version as _,
        &entries.kind as _,
        &entries.key_id,
        &entries.recorded_at,
        &entries.commitments,
        &entries.leaf as _,
        &entries.traceparent as _,
        &objects.event,
        &objects.position,
        &objects.group,
        &objects.no,
        &objects.bytes as _,
        columns.items.count,
        &mailboxes as _,
        &counts,
        &mail.audience as _,
        &mail.later(),
        &mail.entry,
        &changes.command,
        &changes.expected,
        &changes.no,
        &changes.record,
        &names as _,
        &later,
        &records as _,
    )
    .fetch_all(connection)
    .await
}

/// Lists of each case, as texts that the statement splits again: an array of arrays has rows of one length only.
#[derive(Default)]
struct Lists {
    /// Numbers of the tickets given.
    given: Vec<String>,
    /// Keys that the tickets given carry, each once.
    keys: Vec<String>,
}

impl Lists {
    fn of(cases: &Cases<'_>) -> Self {
        let mut lists = Self::default();
        for state in &cases.states {
            let numbers: Vec<String> = state.given().map(|ticket| ticket.number.to_string()).collect();
            lists.given.push(numbers.join(","));
            lists.keys.push(lines(state.keys()));
        }
        lists
    }
}

#[derive(Default)]
struct Reach<'c> {
    is_old: Vec<bool>,
    case: Vec<Uuid>,
    number: Vec<i32>,
    state_code: Vec<i16>,
    held_since: Vec<i64>,
    keys: Vec<String>,
    summary: Vec<Option<&'c [u8]>>,
    urgent: Vec<bool>,
    /// Turns of the keys, as text.
    turns: Vec<String>,
}

impl<'c> Reach<'c> {
    fn of(given: &[Given<'c>]) -> Self {
        let mut reach = Self::default();
        for Given { case, is_old, ticket } in given {
            reach.is_old.push(*is_old);
            reach.case.push(*case);
            reach.number.push(ticket.number);
            reach.state_code.push(ticket.state_code);
            reach.held_since.push(ticket.held_since);
            reach.keys.push(lines(ticket.keys.keys().map(String::as_str)));
            reach.summary.push(ticket.summary.as_deref());
            reach.urgent.push(ticket.urgent);
            let turns: Vec<String> = ticket.keys.values().map(i64::to_string).collect();
            reach.turns.push(lines(turns.iter().map(String::as_str)));
        }
        reach
    }
}

/// Keys are resource names and hold no line break: the statement splits them again.
fn lines<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    keys.into_iter().collect::<Vec<_>>().join("\n")
}
