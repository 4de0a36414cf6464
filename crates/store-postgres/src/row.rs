//! Rows as queries return them, and what they become. A row that cannot be read names itself.

use declic_domain::name::{CaseId, EventId, Reference, TicketName, TicketNumber};
use declic_store::{
    CaseRow, Entry, EntryTicket, Error, JournalItem, LogState, MailboxItem, PublishedCheckpoint, StoredCase,
    StoredEntry, TicketRow, TicketSummary, UnsealedLeaf, record,
};
use declic_vault::keyring::KeyId;
use declic_vault::seal::{Group, SealedObject};
use uuid::Uuid;

/// A case beside one of its tickets.
pub(crate) struct CaseTicket {
    pub case_id: Uuid,
    pub key_id: Uuid,
    pub sealed_words: Vec<u8>,
    pub case_state: Vec<u8>,
    pub number: i32,
    pub last_leaf: Vec<u8>,
    pub ticket_state: Vec<u8>,
}

/// A ticket of a list: its summary, or the states that tell the same.
pub(crate) struct ListedTicket {
    pub held_since_us: i64,
    pub case_id: Uuid,
    pub number: i32,
    pub state_code: i16,
    pub summary: Option<Vec<u8>>,
    pub case_state: Option<Vec<u8>>,
    pub ticket_state: Option<Vec<u8>>,
}

/// An entry beside one of its sealed sections; the section is absent once erased.
pub(crate) struct EntryObject {
    pub seq: i64,
    pub event: Uuid,
    pub case_id: Uuid,
    pub number: i32,
    pub version: i64,
    pub kind: String,
    pub key_id: Uuid,
    pub recorded_at_us: i64,
    pub commitments: Vec<u8>,
    pub leaf: Vec<u8>,
    pub traceparent: String,
    pub grp: Option<i16>,
    pub no: Option<i16>,
    pub bytes: Option<Vec<u8>>,
}

pub(crate) struct Journal {
    pub seq: i64,
    pub event: Uuid,
    pub case_id: Option<Uuid>,
    pub number: Option<i32>,
    pub kind: String,
    pub recorded_at_us: i64,
}

pub(crate) struct Unsealed {
    pub seq: i64,
    pub event: Uuid,
    pub leaf: Vec<u8>,
}

pub(crate) struct Mail {
    pub no: i64,
    pub event: Uuid,
    pub case_id: Uuid,
    pub number: i32,
    pub reference_year: i32,
    pub reference_number: i64,
    pub kind: String,
    pub recorded_at_us: i64,
    pub traceparent: String,
}

pub(crate) struct Log {
    pub seq: i64,
    pub size: i64,
    pub root: Vec<u8>,
    pub frontier: Vec<u8>,
}

pub(crate) struct Checkpoint {
    pub size: i64,
    pub root: Vec<u8>,
    pub note: String,
}

/// Names the row of one conversion, for what may be wrong in it.
struct At<'r> {
    table: &'static str,
    key: &'r dyn Fn() -> String,
}

impl At<'_> {
    fn corrupt(&self, problem: impl ToString) -> Error {
        Error::Corrupt {
            table: self.table,
            key: (self.key)(),
            problem: problem.to_string(),
        }
    }

    fn array<const N: usize>(&self, column: &str, bytes: &[u8]) -> Result<[u8; N], Error> {
        bytes
            .try_into()
            .map_err(|_| self.corrupt(format!("{column} has {} bytes, not {N}", bytes.len())))
    }

    fn arrays<const N: usize>(&self, column: &str, bytes: &[u8]) -> Result<Vec<[u8; N]>, Error> {
        bytes.chunks(N).map(|chunk| self.array(column, chunk)).collect()
    }

    fn count(&self, column: &str, number: i64) -> Result<u64, Error> {
        u64::try_from(number).map_err(|_| self.corrupt(format!("{column} is negative")))
    }

    fn ticket(&self, case: Uuid, number: i32) -> Result<TicketName, Error> {
        let number = u16::try_from(number).ok().and_then(TicketNumber::new);
        let number = number.ok_or_else(|| self.corrupt("number is not that of a ticket"))?;
        Ok(TicketName {
            case: CaseId(case),
            number,
        })
    }
}

impl TryFrom<&CaseTicket> for CaseRow {
    type Error = Error;

    fn try_from(row: &CaseTicket) -> Result<Self, Error> {
        let at = At {
            table: "cases",
            key: &|| row.case_id.to_string(),
        };
        let case = record::state::decode_case(&row.case_state).map_err(|error| at.corrupt(error))?;
        if case.id != CaseId(row.case_id) {
            return Err(at.corrupt("state is that of another case"));
        }
        Ok(Self {
            case,
            key_id: KeyId(row.key_id.into_bytes()),
            sealed_words: row.sealed_words.clone(),
        })
    }
}

impl TryFrom<&CaseTicket> for TicketRow {
    type Error = Error;

    fn try_from(row: &CaseTicket) -> Result<Self, Error> {
        let at = At {
            table: "tickets",
            key: &|| format!("{}/{}", row.case_id, row.number),
        };
        let ticket = record::state::decode_ticket(&row.ticket_state).map_err(|error| at.corrupt(error))?;
        if ticket.name != at.ticket(row.case_id, row.number)? {
            return Err(at.corrupt("state is that of another ticket"));
        }
        Ok(Self {
            ticket,
            last_leaf: at.array("last_leaf", &row.last_leaf)?,
        })
    }
}

impl TryFrom<ListedTicket> for TicketSummary {
    type Error = Error;

    fn try_from(row: ListedTicket) -> Result<Self, Error> {
        let at = At {
            table: "tickets",
            key: &|| format!("{}/{}", row.case_id, row.number),
        };
        let name = at.ticket(row.case_id, row.number)?;
        let state = u8::try_from(row.state_code)
            .ok()
            .and_then(record::state::state_of);
        let state = state.ok_or_else(|| at.corrupt("state_code is that of no state"))?;
        let read = match (&row.summary, &row.case_state, &row.ticket_state) {
            (Some(summary), _, _) => record::summary::decode(summary, name, state, row.held_since_us),
            (None, Some(case), Some(ticket)) => record::summary::of_states(case, ticket),
            _ => return Err(at.corrupt("it has keys and no state")),
        };
        let summary = read.map_err(|error| at.corrupt(error))?;
        if (summary.name, summary.state) != (name, state) {
            return Err(at.corrupt("state is that of another ticket, or of another time"));
        }
        Ok(summary)
    }
}

/// Puts the rows of cases together again: those of one case follow each other.
pub(crate) fn cases(rows: &[CaseTicket]) -> Result<Vec<StoredCase>, Error> {
    let of_one_case = rows.chunk_by(|left, right| left.case_id == right.case_id);
    of_one_case
        .filter_map(|rows| rows.first().map(|first| (first, rows)))
        .map(|(first, rows)| {
            let tickets = rows.iter().map(TicketRow::try_from).collect::<Result<_, _>>()?;
            Ok(StoredCase {
                row: CaseRow::try_from(first)?,
                tickets,
            })
        })
        .collect()
}

/// Puts the rows of entries together again: those of one entry follow each other.
pub(crate) fn entries(rows: &[EntryObject]) -> Result<Vec<StoredEntry>, Error> {
    let of_one_entry = rows.chunk_by(|left, right| left.event == right.event);
    of_one_entry
        .filter_map(|rows| rows.first().map(|first| entry(first, rows)))
        .collect()
}

fn entry(first: &EntryObject, rows: &[EntryObject]) -> Result<StoredEntry, Error> {
    let at = At {
        table: "entries",
        key: &|| first.event.to_string(),
    };
    let name = at.ticket(first.case_id, first.number)?;
    let kind = record::meta::kind_name(&first.kind).ok_or_else(|| at.corrupt("kind is not known"))?;
    let objects = rows
        .iter()
        .filter_map(|row| object(&at, row).transpose())
        .collect::<Result<_, _>>()?;
    Ok(StoredEntry {
        seq: at.count("seq", first.seq)?,
        entry: Entry {
            event: EventId(first.event.into_bytes()),
            ticket: Some(EntryTicket {
                name,
                version: at.count("version", first.version)?,
            }),
            kind,
            key_id: KeyId(first.key_id.into_bytes()),
            recorded_at_us: first.recorded_at_us,
            objects,
            commitments: at.arrays("commitments", &first.commitments)?,
            leaf: at.array("leaf", &first.leaf)?,
            audiences: Vec::new(),
            traceparent: first.traceparent.clone(),
        },
    })
}

fn object(at: &At<'_>, row: &EntryObject) -> Result<Option<SealedObject>, Error> {
    let (Some(grp), Some(no), Some(bytes)) = (row.grp, row.no, &row.bytes) else {
        return Ok(None);
    };
    let group = u8::try_from(grp).ok().and_then(Group::from_u8);
    let group = group.ok_or_else(|| at.corrupt("a sealed section is of no known group"))?;
    let no = u8::try_from(no).map_err(|_| at.corrupt("a sealed section has no known number"))?;
    Ok(Some(SealedObject {
        group,
        no,
        bytes: bytes.clone(),
    }))
}

impl TryFrom<Journal> for JournalItem {
    type Error = Error;

    fn try_from(row: Journal) -> Result<Self, Error> {
        let at = At {
            table: "journal_order",
            key: &|| row.seq.to_string(),
        };
        let ticket = match (row.case_id, row.number) {
            (Some(case), Some(number)) => Some(at.ticket(case, number)?),
            _ => None,
        };
        let (seq, event) = (at.count("seq", row.seq)?, EventId(row.event.into_bytes()));
        Ok(Self {
            seq,
            event,
            ticket,
            kind: row.kind,
            recorded_at_us: row.recorded_at_us,
        })
    }
}

impl TryFrom<Unsealed> for UnsealedLeaf {
    type Error = Error;

    fn try_from(row: Unsealed) -> Result<Self, Error> {
        let at = At {
            table: "entries",
            key: &|| row.event.to_string(),
        };
        Ok(Self {
            seq: at.count("seq", row.seq)?,
            event: EventId(row.event.into_bytes()),
            leaf: at.array("leaf", &row.leaf)?,
        })
    }
}

impl TryFrom<Mail> for MailboxItem {
    type Error = Error;

    fn try_from(row: Mail) -> Result<Self, Error> {
        let at = At {
            table: "mailbox",
            key: &|| row.event.to_string(),
        };
        let year = u8::try_from(row.reference_year).ok();
        let number = u32::try_from(row.reference_number).ok();
        let reference = year
            .zip(number)
            .and_then(|(year, number)| Reference::new(year, number));
        let reference = reference.ok_or_else(|| at.corrupt("its case has no reference"))?;
        let ticket = at.ticket(row.case_id, row.number)?;
        Ok(Self {
            number: at.count("no", row.no)?,
            event: EventId(row.event.into_bytes()),
            ticket,
            reference,
            recorded_at_us: row.recorded_at_us,
            kind: row.kind,
            traceparent: row.traceparent,
        })
    }
}

impl TryFrom<Log> for LogState {
    type Error = Error;

    fn try_from(row: Log) -> Result<Self, Error> {
        let at = At {
            table: "log_state",
            key: &|| "1".to_owned(),
        };
        Ok(Self {
            seq: at.count("seq", row.seq)?,
            size: at.count("size", row.size)?,
            root: at.array("root", &row.root)?,
            frontier: at.arrays("frontier", &row.frontier)?,
        })
    }
}

impl TryFrom<Checkpoint> for PublishedCheckpoint {
    type Error = Error;

    fn try_from(row: Checkpoint) -> Result<Self, Error> {
        let at = At {
            table: "checkpoints",
            key: &|| row.size.to_string(),
        };
        let (size, root) = (at.count("size", row.size)?, at.array("root", &row.root)?);
        Ok(Self {
            size,
            root,
            note: row.note,
        })
    }
}

/// The name of a ticket whose row is read elsewhere.
pub(crate) fn ticket(
    table: &'static str,
    key: &dyn Fn() -> String,
    case: Uuid,
    number: i32,
) -> Result<TicketName, Error> {
    At { table, key }.ticket(case, number)
}

/// A blob of fixed length that stands alone.
pub(crate) fn fixed<const N: usize>(table: &'static str, key: &str, bytes: &[u8]) -> Result<[u8; N], Error> {
    At {
        table,
        key: &|| key.to_owned(),
    }
    .array("it", bytes)
}

/// An integer as PostgreSQL keeps it. No counter of ours comes near its limit of 2^63 - 1: a reader that asks from beyond it
/// finds nothing, as it should.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
