//! The rules of routing as they change.

use declic_domain::rulebook::Change;
use declic_routing::Digest;
use declic_store::page::Limit;
use declic_store::{Error, record};

use crate::error::engine;
use crate::pool::Pool;
use crate::row::integer;

/// Changes with a number above `after`, in order.
pub(crate) async fn changes(readers: &Pool, after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/rules/list.sql", after, limit)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    let changes = rows.into_iter().map(|row| {
        let change = record::rules::decode(&row.record).map_err(|error| Error::Corrupt {
            table: "rule_changes",
            key: row.no.to_string(),
            problem: error.to_string(),
        })?;
        Ok((row.no.unsigned_abs(), change))
    });
    changes.collect()
}

/// The file of a ruleset.
pub(crate) async fn file(readers: &Pool, digest: Digest) -> Result<Option<String>, Error> {
    let found = sqlx::query_file!("queries/rules/file.sql", digest.0.as_slice())
        .fetch_optional(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(found.map(|row| row.file))
}
