//! A batch as the columns of one statement: `queries/commit/batch.sql`.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::ticket::Ticket;
use declic_store::commit::{CaseRow, CaseWrite, Commit, Entry, Expected, TicketRow};
use declic_store::{reach, record};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::row::integer;

/// The case must not exist.
const NEW: i64 = -1;

/// One command of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Command<'c> {
    pub commit: &'c Commit,
    /// Tickets of its case that it does not name, when their keys change with it.
    pub followers: &'c [Ticket],
}

impl<'c> Command<'c> {
    /// A command whose case does not change hands.
    pub(crate) fn of(commit: &'c Commit) -> Self {
        Self {
            commit,
            followers: &[],
        }
    }
}

/// What became of one command.
pub(crate) enum Verdict {
    Done,
    /// Its request was answered before.
    Answered,
    Stale,
    /// Keys of tickets that it does not name change with its case: they have to be given too.
    Follow,
}

/// Writes a batch in a transaction of its own; returns a verdict for each command, in their order.
///
/// At most one command of each case and of each request key: the statement sees what was there before it.
pub(crate) async fn write(
    connection: &mut PgConnection,
    commands: &[Command<'_>],
) -> Result<Vec<Verdict>, sqlx::Error> {
    let mut columns = Columns::default();
    for (command, number) in commands.iter().zip(1..) {
        columns.push(number, command);
    }
    columns.send(connection).await
}

fn verdict(outcome: i32) -> Result<Verdict, sqlx::Error> {
    match outcome {
        0 => Ok(Verdict::Done),
        1 => Ok(Verdict::Answered),
        2 => Ok(Verdict::Stale),
        3 => Ok(Verdict::Follow),
        other => Err(sqlx::Error::Protocol(format!("a verdict of {other}"))),
    }
}

#[derive(Default)]
struct Columns<'c> {
    requests: Requests<'c>,
    cases: Cases<'c>,
    tickets: Tickets<'c>,
    reach: Reach,
    blind: Blind<'c>,
    entries: Entries<'c>,
    objects: Objects<'c>,
    mail: Mail<'c>,
    items: Items,
}

#[derive(Default)]
struct Requests<'c> {
    issuer: Vec<Option<&'c str>>,
    subject: Vec<Option<&'c str>>,
    id: Vec<Option<Uuid>>,
    content: Vec<Option<&'c [u8]>>,
    answer: Vec<Option<&'c [u8]>>,
}

/// One for each command; null for those that write no case.
#[derive(Default)]
struct Cases<'c> {
    expected: Vec<Option<i64>>,
    id: Vec<Option<Uuid>>,
    reference_year: Vec<Option<i32>>,
    reference_number: Vec<Option<i64>>,
    version: Vec<Option<i64>>,
    organisation: Vec<Option<&'c str>>,
    opener: Vec<Option<&'c str>>,
    shared: Vec<Option<bool>>,
    departement: Vec<Option<&'c str>>,
    opened_at: Vec<Option<i64>>,
    key_id: Vec<Option<Uuid>>,
    sealed_words: Vec<Option<&'c [u8]>>,
    state: Vec<Option<Vec<u8>>>,
    /// Whether a ticket given is open.
    opens: Vec<Option<bool>>,
    /// Numbers of the tickets given.
    given: Vec<Option<String>>,
    /// Keys that the tickets given carry, each once.
    keys: Vec<Option<String>>,
}

#[derive(Default)]
struct Tickets<'c> {
    command: Vec<i32>,
    case: Vec<Uuid>,
    number: Vec<i32>,
    version: Vec<i64>,
    state_code: Vec<i16>,
    open: Vec<bool>,
    agency: Vec<&'c str>,
    desk: Vec<String>,
    held_since: Vec<i64>,
    last_leaf: Vec<&'c [u8]>,
    state: Vec<Vec<u8>>,
}

/// Keys of the tickets given: those named, and the followers.
#[derive(Default)]
struct Reach {
    command: Vec<i32>,
    is_old: Vec<bool>,
    case: Vec<Uuid>,
    number: Vec<i32>,
    state_code: Vec<i16>,
    held_since: Vec<i64>,
    keys: Vec<String>,
}

#[derive(Default)]
struct Blind<'c> {
    command: Vec<i32>,
    audience: Vec<&'c str>,
    tag: Vec<&'c [u8]>,
    case: Vec<Uuid>,
}

#[derive(Default)]
struct Entries<'c> {
    command: Vec<i32>,
    event: Vec<Uuid>,
    case: Vec<Option<Uuid>>,
    number: Vec<Option<i32>>,
    version: Vec<Option<i64>>,
    kind: Vec<&'c str>,
    key_id: Vec<Uuid>,
    recorded_at: Vec<i64>,
    commitments: Vec<Vec<u8>>,
    leaf: Vec<&'c [u8]>,
    traceparent: Vec<&'c str>,
}

#[derive(Default)]
struct Objects<'c> {
    command: Vec<i32>,
    event: Vec<Uuid>,
    position: Vec<i16>,
    group: Vec<i16>,
    no: Vec<i16>,
    bytes: Vec<&'c [u8]>,
}

#[derive(Default)]
struct Mail<'c> {
    command: Vec<i32>,
    audience: Vec<&'c str>,
    /// Position of the entry among those of the batch, from 1.
    entry: Vec<i32>,
}

#[derive(Default)]
struct Items {
    command: Vec<i32>,
    name: Vec<String>,
    record: Vec<Vec<u8>>,
}

impl<'c> Columns<'c> {
    fn push(&mut self, number: i32, command: &Command<'c>) {
        let commit = command.commit;
        self.requests.push(commit);
        match &commit.case {
            Some(write) => self.push_case(number, write, command.followers),
            None => self.cases.push_none(),
        }
        for entry in &commit.entries {
            self.push_entry(number, entry);
        }
        for item in &commit.directory {
            self.items.command.push(number);
            self.items.name.push(record::directory::name(item));
            self.items.record.push(record::directory::encode(item));
        }
    }

    fn push_case(&mut self, number: i32, write: &'c CaseWrite, followers: &[Ticket]) {
        // A ticket named twice is written as it is named last, as when each is written in turn.
        let named: BTreeMap<_, &TicketRow> = write.tickets.iter().map(|row| (row.ticket.name, row)).collect();
        let mut all_keys = BTreeSet::new();
        let mut numbers = Vec::new();
        let given: Vec<&Ticket> = named.values().map(|row| &row.ticket).chain(followers).collect();
        for ticket in &given {
            let keys = reach::keys_of(&write.case.case, ticket);
            self.reach.push(number, write, ticket, &keys);
            all_keys.extend(keys);
            numbers.push(ticket.name.number.get().to_string());
        }
        for row in named.into_values() {
            self.tickets.push(number, row);
        }
        self.cases.push(write);
        self.cases
            .opens
            .push(Some(given.iter().any(|ticket| ticket.state.is_open())));
        self.cases.given.push(Some(numbers.join(",")));
        self.cases.keys.push(Some(lines(&all_keys)));
        for blind in &write.blind {
            self.blind.command.push(number);
            self.blind.audience.push(blind.audience.as_str());
            self.blind.tag.push(&blind.tag);
            self.blind.case.push(write.case.case.id.0);
        }
    }

    fn push_entry(&mut self, number: i32, entry: &'c Entry) {
        self.entries.push(number, entry);
        // A batch has far fewer entries than an i32 counts.
        let position = i32::try_from(self.entries.event.len()).unwrap_or(i32::MAX);
        for (object, place) in entry.objects.iter().zip(0..) {
            self.objects.command.push(number);
            self.objects.event.push(Uuid::from_bytes(entry.event.0));
            self.objects.position.push(place);
            self.objects.group.push(object.group as i16);
            self.objects.no.push(i16::from(object.no));
            self.objects.bytes.push(&object.bytes);
        }
        for audience in &entry.audiences {
            self.mail.command.push(number);
            self.mail.audience.push(audience.as_str());
            self.mail.entry.push(position);
        }
    }

    async fn send(&self, connection: &mut PgConnection) -> Result<Vec<Verdict>, sqlx::Error> {
        let (requests, cases, tickets, reach) = (&self.requests, &self.cases, &self.tickets, &self.reach);
        let (blind, entries, objects) = (&self.blind, &self.entries, &self.objects);
        let (mail, items) = (&self.mail, &self.items);
        // All rows are read, and the answer to its end: PostgreSQL commits after the last row.
        let rows = sqlx::query_file!(
            "queries/commit/batch.sql",
            &requests.issuer as _,
            &requests.subject as _,
            &requests.id as _,
            &requests.content as _,
            &requests.answer as _,
            &cases.expected as _,
            &cases.id as _,
            &cases.reference_year as _,
            &cases.reference_number as _,
            &cases.version as _,
            &cases.organisation as _,
            &cases.opener as _,
            &cases.shared as _,
            &cases.departement as _,
            &cases.opened_at as _,
            &cases.key_id as _,
            &cases.sealed_words as _,
            &cases.state as _,
            &cases.opens as _,
            &cases.given as _,
            &cases.keys as _,
            &tickets.command,
            &tickets.case,
            &tickets.number,
            &tickets.version,
            &tickets.state_code,
            &tickets.open,
            &tickets.agency as _,
            &tickets.desk,
            &tickets.held_since,
            &tickets.last_leaf as _,
            &tickets.state,
            &reach.command,
            &reach.is_old,
            &reach.case,
            &reach.number,
            &reach.state_code,
            &reach.held_since,
            &reach.keys,
            &blind.command,
            &blind.audience as _,
            &blind.tag as _,
            &blind.case,
            &entries.command,
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
            &objects.command,
            &objects.event,
            &objects.position,
            &objects.group,
            &objects.no,
            &objects.bytes as _,
            &mail.command,
            &mail.audience as _,
            &mail.entry,
            &items.command,
            &items.name,
            &items.record,
        )
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(|row| verdict(row.outcome)).collect()
    }
}

impl<'c> Requests<'c> {
    fn push(&mut self, commit: &'c Commit) {
        let request = commit.request.as_ref();
        let key = request.map(|(key, _)| key);
        self.issuer.push(key.map(|key| key.issuer.as_str()));
        self.subject.push(key.map(|key| key.subject.as_str()));
        self.id.push(key.map(|key| Uuid::from_bytes(key.id)));
        self.content.push(key.map(|key| key.content.as_slice()));
        self.answer.push(request.map(|(_, answer)| answer.as_slice()));
    }
}

impl<'c> Cases<'c> {
    fn push(&mut self, write: &'c CaseWrite) {
        let CaseRow {
            case,
            key_id,
            sealed_words,
        } = &write.case;
        self.expected.push(Some(match write.expected {
            Expected::New => NEW,
            Expected::Version(version) => integer(version),
        }));
        self.id.push(Some(case.id.0));
        self.reference_year.push(Some(i32::from(case.reference.year())));
        self.reference_number
            .push(Some(i64::from(case.reference.number())));
        self.version.push(Some(integer(case.version)));
        self.organisation.push(Some(case.organisation.as_str()));
        self.opener.push(Some(case.opener.as_str()));
        self.shared.push(Some(case.shared_with_team));
        self.departement.push(Some(&case.departement));
        self.opened_at.push(Some(case.opened_at.as_microsecond()));
        self.key_id.push(Some(Uuid::from_bytes(key_id.0)));
        self.sealed_words.push(Some(sealed_words));
        self.state.push(Some(record::state::encode_case(case)));
    }

    fn push_none(&mut self) {
        self.expected.push(None);
        self.id.push(None);
        self.reference_year.push(None);
        self.reference_number.push(None);
        self.version.push(None);
        self.organisation.push(None);
        self.opener.push(None);
        self.shared.push(None);
        self.departement.push(None);
        self.opened_at.push(None);
        self.key_id.push(None);
        self.sealed_words.push(None);
        self.state.push(None);
        self.opens.push(None);
        self.given.push(None);
        self.keys.push(None);
    }
}

impl<'c> Tickets<'c> {
    fn push(&mut self, number: i32, row: &'c TicketRow) {
        let ticket = &row.ticket;
        self.command.push(number);
        self.case.push(ticket.name.case.0);
        self.number.push(i32::from(ticket.name.number.get()));
        self.version.push(integer(ticket.version));
        self.state_code
            .push(i16::from(record::state::state_code(ticket.state)));
        self.open.push(ticket.state.is_open());
        self.agency.push(ticket.agency().as_str());
        self.desk.push(ticket.desk.resource());
        self.held_since.push(ticket.held_since.as_microsecond());
        self.last_leaf.push(&row.last_leaf);
        self.state.push(record::state::encode_ticket(ticket));
    }
}

impl Reach {
    fn push(&mut self, number: i32, write: &CaseWrite, ticket: &Ticket, keys: &BTreeSet<String>) {
        self.command.push(number);
        self.is_old.push(write.expected != Expected::New);
        self.case.push(ticket.name.case.0);
        self.number.push(i32::from(ticket.name.number.get()));
        self.state_code
            .push(i16::from(record::state::state_code(ticket.state)));
        self.held_since.push(ticket.held_since.as_microsecond());
        self.keys.push(lines(keys));
    }
}

impl<'c> Entries<'c> {
    fn push(&mut self, number: i32, entry: &'c Entry) {
        let ticket = entry.ticket;
        self.command.push(number);
        self.event.push(Uuid::from_bytes(entry.event.0));
        self.case.push(ticket.map(|ticket| ticket.name.case.0));
        self.number
            .push(ticket.map(|ticket| i32::from(ticket.name.number.get())));
        self.version.push(ticket.map(|ticket| integer(ticket.version)));
        self.kind.push(entry.kind);
        self.key_id.push(Uuid::from_bytes(entry.key_id.0));
        self.recorded_at.push(entry.recorded_at_us);
        self.commitments.push(entry.commitments.concat());
        self.leaf.push(&entry.leaf);
        self.traceparent.push(&entry.traceparent);
    }
}

/// Keys are resource names and hold no line break: the statement splits them again.
fn lines(keys: &BTreeSet<String>) -> String {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.join("\n")
}
