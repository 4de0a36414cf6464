//! The rules of routing as they change.

use declic_domain::rulebook::Change;
use declic_routing::Digest;
use declic_store::commit::RulesWrite;
use declic_store::page::Limit;
use declic_store::{Error, record};
use sqlx::{SqliteConnection, SqlitePool};

use crate::batch::Failure;
use crate::error::engine;
use crate::row::integer;

/// Changes with a number above `after`, in order.
pub(crate) async fn changes(
    readers: &SqlitePool,
    after: u64,
    limit: Limit,
) -> Result<Vec<(u64, Change)>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/rules/list.sql", after, limit)
        .fetch_all(readers)
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
pub(crate) async fn file(readers: &SqlitePool, digest: Digest) -> Result<Option<String>, Error> {
    let digest = digest.0.as_slice();
    let found = sqlx::query_file!("queries/rules/file.sql", digest)
        .fetch_optional(readers)
        .await
        .map_err(engine)?;
    Ok(found.map(|row| row.file))
}

/// Number of the last change, 0 when there is none.
pub(crate) async fn last(connection: &mut SqliteConnection) -> Result<i64, Failure> {
    let found = sqlx::query_file!("queries/rules/last.sql")
        .fetch_one(connection)
        .await?;
    Ok(found.last)
}

/// Writes changes that were judged.
pub(crate) async fn write(connection: &mut SqliteConnection, write: &RulesWrite) -> Result<(), Failure> {
    for (no, change) in (write.expected + 1..).zip(&write.changes) {
        let no = integer(no);
        let digest = change.digest();
        let digest = digest.as_ref().map(|digest| digest.0.as_slice());
        let file = change.file.as_deref();
        let bytes = record::rules::encode(&change.change);
        sqlx::query_file!("queries/rules/insert.sql", no, digest, file, bytes)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
