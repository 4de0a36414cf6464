//! The directory as it stands, and as it changes.

use declic_domain::directory::{Change, Item};
use declic_store::commit::{Commit, DirectoryWrite};
use declic_store::page::Limit;
use declic_store::{Error, record};
use sqlx::{SqliteConnection, SqlitePool};

use crate::batch::Failure;
use crate::error::engine;
use crate::row::integer;

/// Its items, in the order of their last commit.
pub(crate) async fn items(readers: &SqlitePool) -> Result<Vec<Item>, Error> {
    let rows = sqlx::query_file!("queries/directory/list.sql")
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    let items = rows.into_iter().map(|row| {
        record::directory::decode(&row.record).map_err(|error| Error::Corrupt {
            table: "directory_items",
            key: row.name,
            problem: error.to_string(),
        })
    });
    items.collect()
}

/// Changes with a number below `before`, newest first.
pub(crate) async fn changes(
    readers: &SqlitePool,
    before: Option<u64>,
    limit: Limit,
) -> Result<Vec<(u64, Change)>, Error> {
    let (before, limit) = (before.map_or(i64::MAX, integer), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/directory/changes.sql", before, limit)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    let changes = rows.into_iter().map(|row| {
        let change = record::directory::decode_change(&row.record).map_err(|error| Error::Corrupt {
            table: "directory_changes",
            key: row.no.to_string(),
            problem: error.to_string(),
        })?;
        Ok((row.no.unsigned_abs(), change))
    });
    changes.collect()
}

/// Whether a command that changes the directory knows its last change.
pub(crate) async fn is_known(
    connection: &mut SqliteConnection,
    write: &DirectoryWrite,
) -> Result<bool, Failure> {
    let found = sqlx::query_file!("queries/directory/last_change.sql")
        .fetch_one(connection)
        .await?;
    Ok(found.last == integer(write.expected))
}

/// Writes the items of a command that was judged, and its change.
pub(crate) async fn write(connection: &mut SqliteConnection, commit: &Commit) -> Result<(), Failure> {
    for item in &commit.directory {
        let (name, bytes) = (item.resource(), record::directory::encode(item));
        sqlx::query_file!("queries/directory/remove.sql", name)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("queries/directory/insert.sql", name, bytes)
            .execute(&mut *connection)
            .await?;
    }
    if let Some(write) = &commit.directory_change {
        let (no, bytes) = (
            integer(write.expected + 1),
            record::directory::encode_change(&write.change),
        );
        sqlx::query_file!("queries/directory/insert_change.sql", no, bytes)
            .execute(connection)
            .await?;
    }
    Ok(())
}
