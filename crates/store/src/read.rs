//! What a read returns.

use declic_domain::case::CaseFile;
use declic_domain::name::{AgencyId, EventId, Reference, TicketName};
use declic_ledger::leaf::LEN;

use crate::commit::{CaseRow, Entry, TicketRow};
use crate::page::DuePosition;

/// The bytes of a stored answer.
pub type StoredAnswerBytes = Vec<u8>;

/// A case with its tickets, in the order of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCase {
    /// The case.
    pub row: CaseRow,
    /// Its tickets.
    pub tickets: Vec<TicketRow>,
}

impl StoredCase {
    /// What decisions read.
    pub fn file(&self) -> CaseFile {
        CaseFile {
            case: self.row.case.clone(),
            tickets: self.tickets.iter().map(|row| row.ticket.clone()).collect(),
        }
    }
}

/// An entry as it was written. Its `kind` is one this program knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Number in the journal.
    pub seq: u64,
    /// The entry; its audiences are not read back.
    pub entry: Entry,
}

/// An item of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxItem {
    /// Number in the mailbox, from 1, without gaps.
    pub number: u64,
    /// The event.
    pub event: EventId,
    /// The ticket.
    pub ticket: TicketName,
    /// Reference of the case.
    pub reference: Reference,
    /// What happened.
    pub kind: String,
    /// When the hub recorded it, microseconds since 1970 UTC.
    pub recorded_at_us: i64,
    /// W3C trace context of the command.
    pub traceparent: String,
}

/// An item of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalItem {
    /// Number in the journal, from 1, without gaps.
    pub seq: u64,
    /// The event.
    pub event: EventId,
    /// The ticket, none for the directory.
    pub ticket: Option<TicketName>,
    /// What happened.
    pub kind: String,
    /// When the hub recorded it, microseconds since 1970 UTC.
    pub recorded_at_us: i64,
}

/// Where the ledger stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogState {
    /// Last sealed journal number, 0 at the beginning.
    pub seq: u64,
    /// Leaves in the tree.
    pub size: u64,
    /// Root of the tree; the empty tree's when size is 0.
    pub root: [u8; 32],
    /// Frontier, largest subtree first.
    pub frontier: Vec<[u8; 32]>,
}

/// A leaf the sealer has to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsealedLeaf {
    /// Number in the journal.
    pub seq: u64,
    /// The event.
    pub event: EventId,
    /// The leaf.
    pub leaf: [u8; LEN],
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCheckpoint {
    /// Leaves it covers.
    pub size: u64,
    /// Root it signs.
    pub root: [u8; 32],
    /// The signed note, exactly as signed.
    pub note: String,
}

/// A ticket whose timer is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTicket {
    /// Its name.
    pub name: TicketName,
    /// Its version: a timer of another one does not stand.
    pub version: u64,
    /// Its agency: the key under which its case is read.
    pub agency: AgencyId,
    /// When the timer of the states that are stored was due, microseconds since 1970 UTC; 0 for states written before
    /// there were timers.
    pub due_at_us: i64,
}

impl DueTicket {
    /// The page after it begins here.
    pub fn position(&self) -> DuePosition {
        DuePosition {
            due_at_us: self.due_at_us,
            name: self.name,
        }
    }
}
