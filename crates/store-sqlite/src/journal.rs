//! The journal and the mailboxes: numbers are given here, inside the transaction that writes the entry.

use declic_store::commit::{Audience, Entry};
use declic_store::{Error, JournalItem, Limit, MailboxItem, UnsealedLeaf};
use sqlx::{SqliteConnection, SqlitePool};

use crate::batch::Failure;
use crate::error::engine;
use crate::json::{self, hex};
use crate::row::{Journal, Mail, Unsealed, integer};

/// Writes an entry, with its number in the journal and in the mailbox of each audience.
pub(crate) async fn append(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), Failure> {
    if entry.ticket.is_none() && !entry.audiences.is_empty() {
        return Err(Failure::from(Error::Corrupt {
            table: "mailbox",
            key: hex(&entry.event.0),
            problem: "an entry with an audience names its ticket".to_owned(),
        }));
    }
    let event = entry.event.0.as_slice();
    let case = entry.ticket.map(|ticket| ticket.name.case.0.as_bytes().to_vec());
    let number = entry.ticket.map(|ticket| i64::from(ticket.name.number.get()));
    let version = entry.ticket.map(|ticket| integer(ticket.version));
    let (key, leaf) = (entry.key_id.0.as_slice(), entry.leaf.as_slice());
    let commitments = entry.commitments.concat();
    let (sections, bytes) = sections(entry);
    let audiences = json::texts(entry.audiences.iter().map(Audience::as_str));
    sqlx::query_file!(
        "queries/entry/append.sql",
        event,
        case,
        number,
        version,
        entry.kind,
        key,
        entry.recorded_at_us,
        commitments,
        leaf,
        entry.traceparent,
        event,
        sections,
        bytes,
        event,
        audiences,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The sealed sections of an entry, as a list and the bytes it points into.
fn sections(entry: &Entry) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let sections = entry.objects.iter().map(|object| {
        let from = bytes.len() + 1;
        bytes.extend_from_slice(&object.bytes);
        format!(
            "[{},{},{from},{}]",
            object.group as u8,
            object.no,
            object.bytes.len()
        )
    });
    (json::list(sections), bytes)
}

pub(crate) async fn mailbox(
    readers: &SqlitePool,
    audience: &Audience,
    after: u64,
    limit: Limit,
) -> Result<Vec<MailboxItem>, Error> {
    let (audience, after, limit) = (audience.as_str(), integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(Mail, "queries/mailbox/list.sql", audience, after, limit);
    rows.fetch_all(readers)
        .await
        .map_err(engine)?
        .into_iter()
        .map(MailboxItem::try_from)
        .collect()
}

pub(crate) async fn mailbox_end(readers: &SqlitePool, audience: &Audience) -> Result<u64, Error> {
    let audience = audience.as_str();
    let end = sqlx::query_file!("queries/mailbox/end.sql", audience)
        .fetch_one(readers)
        .await
        .map_err(engine)?;
    Ok(end.last.unsigned_abs())
}

pub(crate) async fn list(readers: &SqlitePool, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(Journal, "queries/journal/list.sql", after, limit);
    rows.fetch_all(readers)
        .await
        .map_err(engine)?
        .into_iter()
        .map(JournalItem::try_from)
        .collect()
}

pub(crate) async fn unsealed(
    readers: &SqlitePool,
    after: u64,
    limit: Limit,
) -> Result<Vec<UnsealedLeaf>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(Unsealed, "queries/journal/unsealed.sql", after, limit);
    rows.fetch_all(readers)
        .await
        .map_err(engine)?
        .into_iter()
        .map(UnsealedLeaf::try_from)
        .collect()
}
