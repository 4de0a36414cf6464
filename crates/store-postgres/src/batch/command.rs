//! One command of a batch, laid out by whoever asks for it: the committer, which is alone, only puts them together.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::case::Case;
use declic_domain::ticket::Ticket;
use declic_store::commit::{CaseWrite, Commit, Expected, TicketRow};
use declic_store::{TicketSummary, record, timer, turn};

use super::Kind;
use crate::row::integer;

/// A row of an index takes 2,704 bytes with all its columns. What names allow is far below this.
const LONGEST_SUMMARY: usize = 1_500;

/// A commit, and its states as they are stored.
pub(crate) struct Command {
    pub commit: Commit,
    pub case: Option<CaseState>,
}

/// The case after the command.
pub(crate) struct CaseState {
    pub state: Vec<u8>,
    /// The tickets that the command names, each once.
    pub tickets: Vec<TicketState>,
    /// Tickets of the case that it does not name, when their keys change with it.
    pub followers: Vec<GivenTicket>,
}

/// A ticket that the command names.
pub(crate) struct TicketState {
    pub given: GivenTicket,
    pub version: i64,
    pub agency: String,
    pub desk: String,
    pub last_leaf: [u8; 32],
    pub state: Vec<u8>,
    pub timer_at: Option<i64>,
}

/// A ticket, and who may see it.
pub(crate) struct GivenTicket {
    pub number: i32,
    pub state_code: i16,
    pub is_open: bool,
    pub held_since: i64,
    /// Keys, each with its turn.
    pub keys: BTreeMap<String, i64>,
    pub urgent: bool,
    /// What lists show of it, unless that is longer than an index takes.
    pub summary: Option<Vec<u8>>,
}

impl Command {
    /// A command whose case does not change hands.
    pub(crate) fn of(commit: Commit) -> Self {
        let case = commit.case.as_ref().map(CaseState::of);
        Self { commit, case }
    }

    /// The same with the tickets of its case that it does not name.
    pub(crate) fn follow(&mut self, tickets: &[Ticket]) {
        if let (Some(write), Some(state)) = (&self.commit.case, &mut self.case) {
            let tickets = tickets.iter();
            state.followers = tickets
                .map(|ticket| GivenTicket::of(&write.case.case, ticket))
                .collect();
        }
    }

    /// The statement that tells what is in its way.
    pub(crate) fn judging_kind(&self) -> Kind {
        match self.kind() {
            Kind::Rules => Kind::Rules,
            Kind::Directory => Kind::Directory,
            Kind::New | Kind::Any => Kind::Any,
        }
    }

    /// The smallest statement that can write it.
    pub(crate) fn kind(&self) -> Kind {
        if self.commit.rules.is_some() {
            return Kind::Rules;
        }
        if self.commit.directory_change.is_some() {
            return Kind::Directory;
        }
        match &self.commit.case {
            Some(write) if write.expected == Expected::New && self.commit.directory.is_empty() => Kind::New,
            _ => Kind::Any,
        }
    }
}

impl CaseState {
    fn of(write: &CaseWrite) -> Self {
        // A ticket named twice is written as it is named last, as when each is written in turn.
        let named: BTreeMap<_, &TicketRow> = write.tickets.iter().map(|row| (row.ticket.name, row)).collect();
        let case = &write.case.case;
        Self {
            state: record::state::encode_case(case),
            tickets: named
                .into_values()
                .map(|row| TicketState::of(case, row))
                .collect(),
            followers: Vec::new(),
        }
    }

    /// Every ticket whose keys are given.
    pub(crate) fn given(&self) -> impl Iterator<Item = &GivenTicket> {
        let named = self.tickets.iter().map(|ticket| &ticket.given);
        named.chain(&self.followers)
    }

    /// Whether a ticket given is open.
    pub(crate) fn opens(&self) -> bool {
        self.given().any(|ticket| ticket.is_open)
    }

    /// Keys that the tickets given carry, each once.
    pub(crate) fn keys(&self) -> BTreeSet<&str> {
        self.given()
            .flat_map(|ticket| ticket.keys.keys())
            .map(String::as_str)
            .collect()
    }
}

impl TicketState {
    fn of(case: &Case, row: &TicketRow) -> Self {
        let ticket = &row.ticket;
        Self {
            given: GivenTicket::of(case, ticket),
            version: integer(ticket.version),
            agency: ticket.agency().as_str().to_owned(),
            desk: ticket.desk.resource(),
            last_leaf: row.last_leaf,
            state: record::state::encode_ticket(ticket),
            timer_at: timer::of(case, ticket),
        }
    }
}

impl GivenTicket {
    fn of(case: &Case, ticket: &Ticket) -> Self {
        Self {
            number: i32::from(ticket.name.number.get()),
            state_code: i16::from(record::state::state_code(ticket.state)),
            is_open: ticket.state.is_open(),
            held_since: ticket.held_since.as_microsecond(),
            keys: turn::of(case, ticket),
            urgent: case.urgent,
            summary: Some(record::summary::encode(&TicketSummary::of(case, ticket)))
                .filter(|summary| summary.len() <= LONGEST_SUMMARY),
        }
    }
}
