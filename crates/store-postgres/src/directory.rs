//! The directory as it stands, and as it changed.

use declic_domain::directory::{Change, Item};
use declic_store::page::Limit;
use declic_store::{Error, record};

use crate::error::engine;
use crate::pool::Pool;
use crate::row::integer;

/// Its items, in the order of their last commit.
pub(crate) async fn items(readers: &Pool) -> Result<Vec<Item>, Error> {
    let rows = sqlx::query_file!("queries/directory/list.sql")
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
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
    readers: &Pool,
    before: Option<u64>,
    limit: Limit,
) -> Result<Vec<(u64, Change)>, Error> {
    let (before, limit) = (before.map_or(i64::MAX, integer), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/directory/changes.sql", before, limit)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
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
