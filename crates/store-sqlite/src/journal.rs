//! Reads of the journal and of the mailboxes.

use declic_store::commit::Audience;
use declic_store::{Error, JournalItem, Limit, MailboxItem, UnsealedLeaf};
use sqlx::SqlitePool;

use crate::error::engine;
use crate::row::{Journal, Mail, Unsealed, integer};

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
