//! The rows of a batch, column by column: what each statement takes as it is, and what each kind of command adds.

use std::collections::{BTreeMap, HashSet};

use declic_store::commit::{BlindTag, CaseWrite, Commit, DirectoryWrite, Entry, Expected, RulesWrite};
use declic_store::record;
use uuid::Uuid;

use super::command::{CaseState, Command, GivenTicket, TicketState};
use crate::row::integer;

/// The case must not exist.
const NEW: i64 = -1;

#[derive(Default)]
pub(super) struct Columns<'c> {
    pub requests: Requests<'c>,
    pub entries: Entries<'c>,
    pub objects: Objects<'c>,
    pub mail: Mail<'c>,
    pub blind: Blind<'c>,
    /// Tags that go.
    pub gone: Blind<'c>,
    pub cases: Cases<'c>,
    pub tickets: Tickets<'c>,
    /// Keys of the tickets given: those named, and the followers.
    pub reach: Vec<Given<'c>>,
    pub items: Items,
    pub directory: DirectoryChanges,
    pub rules: Rules<'c>,
}

/// A ticket that is given, and the case it is of.
pub(super) struct Given<'c> {
    pub case: Uuid,
    pub is_old: bool,
    pub ticket: &'c GivenTicket,
}

/// In the order of their keys, so that two hubs that are sent the same requests write them in the same order.
#[derive(Default)]
pub(super) struct Requests<'c> {
    pub command: Vec<i32>,
    pub issuer: Vec<&'c str>,
    pub subject: Vec<&'c str>,
    pub id: Vec<Uuid>,
    pub content: Vec<&'c [u8]>,
    pub answer: Vec<&'c [u8]>,
}

/// One for each command that writes a case.
#[derive(Default)]
pub(super) struct Cases<'c> {
    pub command: Vec<i32>,
    pub expected: Vec<i64>,
    pub id: Vec<Uuid>,
    pub reference_year: Vec<i32>,
    pub reference_number: Vec<i64>,
    pub version: Vec<i64>,
    pub organisation: Vec<&'c str>,
    pub opener: Vec<&'c str>,
    pub shared: Vec<bool>,
    pub departement: Vec<&'c str>,
    pub opened_at: Vec<i64>,
    pub key_id: Vec<Uuid>,
    pub sealed_words: Vec<&'c [u8]>,
    pub state: Vec<&'c [u8]>,
    /// Whether a ticket given is open.
    pub opens: Vec<bool>,
    pub states: Vec<&'c CaseState>,
}

#[derive(Default)]
pub(super) struct Tickets<'c> {
    pub case: Vec<Uuid>,
    pub number: Vec<i32>,
    pub version: Vec<i64>,
    pub state_code: Vec<i16>,
    pub open: Vec<bool>,
    pub agency: Vec<&'c str>,
    pub desk: Vec<&'c str>,
    pub held_since: Vec<i64>,
    pub last_leaf: Vec<&'c [u8]>,
    pub state: Vec<&'c [u8]>,
    pub timer_at: Vec<Option<i64>>,
}

#[derive(Default)]
pub(super) struct Blind<'c> {
    pub audience: Vec<&'c str>,
    pub tag: Vec<&'c [u8]>,
    pub case: Vec<Uuid>,
}

/// In the order of the journal.
#[derive(Default)]
pub(super) struct Entries<'c> {
    pub event: Vec<Uuid>,
    pub case: Vec<Option<Uuid>>,
    pub number: Vec<Option<i32>>,
    pub version: Vec<Option<i64>>,
    pub kind: Vec<&'c str>,
    pub key_id: Vec<Uuid>,
    pub recorded_at: Vec<i64>,
    pub commitments: Vec<Vec<u8>>,
    pub leaf: Vec<&'c [u8]>,
    pub traceparent: Vec<&'c str>,
}

#[derive(Default)]
pub(super) struct Objects<'c> {
    pub event: Vec<Uuid>,
    pub position: Vec<i16>,
    pub group: Vec<i16>,
    pub no: Vec<i16>,
    pub bytes: Vec<&'c [u8]>,
}

/// What goes to mailboxes, in the order of the journal.
#[derive(Default)]
pub(super) struct Mail<'c> {
    pub audience: Vec<&'c str>,
    /// Position of the entry among those of the batch, from 1.
    pub entry: Vec<i64>,
    /// Position among those of its mailbox, from 1.
    place: Vec<i64>,
    /// How many go to each mailbox.
    counts: BTreeMap<&'c str, i64>,
}

/// Items of the directory, in the order of their commands.
#[derive(Default)]
pub(super) struct Items {
    /// Each name with its last position, from 1, and what it is by then.
    last: BTreeMap<String, (i64, Vec<u8>)>,
    pub count: i64,
}

/// Changes of the directory, one for each command that knows the one before.
#[derive(Default)]
pub(super) struct DirectoryChanges {
    pub command: Vec<i32>,
    pub expected: Vec<i64>,
    pub no: Vec<i64>,
    pub record: Vec<Vec<u8>>,
}

/// Changes of the rules, in the order of their commands.
#[derive(Default)]
pub(super) struct Rules<'c> {
    /// One for each command.
    pub command: Vec<i32>,
    pub expected: Vec<i64>,
    /// One for each change.
    pub no: Vec<i64>,
    pub digest: Vec<Option<Vec<u8>>>,
    pub file: Vec<Option<&'c str>>,
    pub record: Vec<Vec<u8>>,
}

impl<'c> Columns<'c> {
    pub(super) fn of(commands: impl Iterator<Item = &'c Command>) -> Self {
        let mut columns = Self::default();
        let mut requests = Vec::new();
        for (command, number) in commands.zip(1..) {
            requests.push((number, &command.commit));
            columns.push(number, command);
        }
        columns.requests = Requests::of(&requests);
        columns
    }

    fn push(&mut self, number: i32, command: &'c Command) {
        let commit = &command.commit;
        if let (Some(write), Some(state)) = (&commit.case, &command.case) {
            self.push_case(number, write, state);
        }
        if let Some(write) = &commit.rules {
            self.rules.push(number, write);
        }
        if let Some(write) = &commit.directory_change {
            self.directory.push(number, write);
        }
        for entry in &commit.entries {
            self.push_entry(entry);
        }
        for item in &commit.directory {
            self.items.count += 1;
            let item = (item.resource(), record::directory::encode(item));
            self.items.last.insert(item.0, (self.items.count, item.1));
        }
    }

    fn push_case(&mut self, number: i32, write: &'c CaseWrite, state: &'c CaseState) {
        let case = write.case.case.id.0;
        self.cases.push(number, write, state);
        for ticket in &state.tickets {
            self.tickets.push(case, ticket);
        }
        let is_old = write.expected != Expected::New;
        self.reach
            .extend(state.given().map(|ticket| Given { case, is_old, ticket }));
        self.blind.push(case, &write.blind);
        self.gone.push(case, &write.gone);
    }

    fn push_entry(&mut self, entry: &'c Entry) {
        self.entries.push(entry);
        for (object, place) in entry.objects.iter().zip(0..) {
            self.objects.event.push(Uuid::from_bytes(entry.event.0));
            self.objects.position.push(place);
            self.objects.group.push(object.group as i16);
            self.objects.no.push(i16::from(object.no));
            self.objects.bytes.push(&object.bytes);
        }
        let position = integer(self.entries.event.len() as u64);
        for audience in &entry.audiences {
            self.mail.push(audience.as_str(), position);
        }
    }
}

impl<'c> Requests<'c> {
    fn of(commits: &[(i32, &'c Commit)]) -> Self {
        let answered = |(number, commit): &(i32, &'c Commit)| {
            let (key, answer) = commit.request.as_ref()?;
            Some((*number, key, answer))
        };
        let mut answered: Vec<_> = commits.iter().filter_map(answered).collect();
        answered.sort_unstable_by_key(|(_, key, _)| (&key.issuer, &key.subject, key.id));
        let mut requests = Self::default();
        for (number, key, answer) in answered {
            requests.command.push(number);
            requests.issuer.push(&key.issuer);
            requests.subject.push(&key.subject);
            requests.id.push(Uuid::from_bytes(key.id));
            requests.content.push(&key.content);
            requests.answer.push(answer);
        }
        requests
    }
}

impl<'c> Blind<'c> {
    fn push(&mut self, case: Uuid, tags: &'c [BlindTag]) {
        let mut seen = HashSet::new();
        for blind in tags.iter().filter(|blind| seen.insert(*blind)) {
            self.audience.push(blind.audience.as_str());
            self.tag.push(&blind.tag);
            self.case.push(case);
        }
    }
}

impl<'c> Cases<'c> {
    fn push(&mut self, number: i32, write: &'c CaseWrite, state: &'c CaseState) {
        let case = &write.case.case;
        self.command.push(number);
        self.expected.push(match write.expected {
            Expected::New => NEW,
            Expected::Version(version) => integer(version),
        });
        self.id.push(case.id.0);
        self.reference_year.push(i32::from(case.reference.year()));
        self.reference_number.push(i64::from(case.reference.number()));
        self.version.push(integer(case.version));
        self.organisation.push(case.organisation.as_str());
        self.opener.push(case.opener.as_str());
        self.shared.push(case.shared_with_team);
        self.departement.push(&case.departement);
        self.opened_at.push(case.opened_at.as_microsecond());
        self.key_id.push(Uuid::from_bytes(write.case.key_id.0));
        self.sealed_words.push(&write.case.sealed_words);
        self.state.push(&state.state);
        self.opens.push(state.opens());
        self.states.push(state);
    }
}

impl<'c> Tickets<'c> {
    fn push(&mut self, case: Uuid, ticket: &'c TicketState) {
        self.case.push(case);
        self.number.push(ticket.given.number);
        self.version.push(ticket.version);
        self.state_code.push(ticket.given.state_code);
        self.open.push(ticket.given.is_open);
        self.agency.push(&ticket.agency);
        self.desk.push(&ticket.desk);
        self.held_since.push(ticket.given.held_since);
        self.last_leaf.push(&ticket.last_leaf);
        self.state.push(&ticket.state);
        self.timer_at.push(ticket.timer_at);
    }
}

impl<'c> Entries<'c> {
    fn push(&mut self, entry: &'c Entry) {
        let ticket = entry.ticket;
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

impl<'c> Mail<'c> {
    fn push(&mut self, audience: &'c str, entry: i64) {
        let count = self.counts.entry(audience).or_default();
        *count += 1;
        self.audience.push(audience);
        self.entry.push(entry);
        self.place.push(*count);
    }

    /// Mailboxes, and how many go to each.
    pub(super) fn totals(&self) -> (Vec<&'c str>, Vec<i64>) {
        self.counts
            .iter()
            .map(|(audience, count)| (*audience, *count))
            .unzip()
    }

    /// How many come after each in its mailbox.
    pub(super) fn later(&self) -> Vec<i64> {
        let places = self.audience.iter().zip(&self.place);
        places
            .map(|(audience, place)| self.counts[audience] - place)
            .collect()
    }
}

impl<'c> Rules<'c> {
    fn push(&mut self, number: i32, write: &'c RulesWrite) {
        self.command.push(number);
        self.expected.push(integer(write.expected));
        for (no, change) in (write.expected + 1..).zip(&write.changes) {
            self.no.push(integer(no));
            self.digest.push(change.digest().map(|digest| digest.0.to_vec()));
            self.file.push(change.file.as_deref());
            self.record.push(record::rules::encode(&change.change));
        }
    }
}

impl DirectoryChanges {
    fn push(&mut self, number: i32, write: &DirectoryWrite) {
        self.command.push(number);
        self.expected.push(integer(write.expected));
        self.no.push(integer(write.expected + 1));
        self.record.push(record::directory::encode_change(&write.change));
    }
}

impl Items {
    /// Names, how many items come after each, and records.
    pub(super) fn columns(&self) -> (Vec<&str>, Vec<i64>, Vec<&[u8]>) {
        let (mut names, mut later, mut records) = (Vec::new(), Vec::new(), Vec::new());
        for (name, (place, record)) in &self.last {
            names.push(name.as_str());
            later.push(self.count - place);
            records.push(record.as_slice());
        }
        (names, later, records)
    }
}
