//! Leaves, nodes and checkpoints, and the lease that they are written under.

use std::time::Duration;

use declic_domain::name::EventId;
use declic_store::commit::{CommitError, Epoch, Holder, Sealed};
use declic_store::{Error, LONGEST_LEASE, Limit, LogState, PublishedCheckpoint};
use sqlx::{SqliteConnection, SqlitePool};

use crate::batch::Failure;
use crate::error::engine;
use crate::row::{Checkpoint, Log, fixed, integer};
use crate::rows::{Rows, Value};

/// Takes or renews the sealer's lease; none while it is another's.
pub(crate) async fn lease(
    connection: &mut SqliteConnection,
    holder: Holder,
    time: Duration,
) -> Result<Option<Epoch>, Failure> {
    let holder = holder.0.as_slice();
    let (time, longest) = (micros(time.min(LONGEST_LEASE)), micros(LONGEST_LEASE));
    let taken = sqlx::query_file!("queries/lease/take.sql", holder, time, longest)
        .fetch_optional(connection)
        .await?;
    Ok(taken.map(|taken| Epoch(taken.epoch.unsigned_abs())))
}

pub(crate) async fn release(connection: &mut SqliteConnection, lease: Epoch) -> Result<(), Failure> {
    let lease = integer(lease.0);
    sqlx::query_file!("queries/lease/release.sql", lease)
        .execute(connection)
        .await?;
    Ok(())
}

/// Appends what the sealer built, unless another one was faster or holds the lease by now.
pub(crate) async fn seal(
    connection: &mut SqliteConnection,
    lease: Epoch,
    sealed: &Sealed,
) -> Result<(), Failure> {
    let lease = integer(lease.0);
    let (from_seq, from_size) = (integer(sealed.from_seq), integer(sealed.from_size));
    let to_seq = integer(sealed.to_seq);
    let to_size = integer(sealed.from_size.saturating_add(sealed.leaves.len() as u64));
    let (root, frontier) = (sealed.root.as_slice(), sealed.frontier.concat());
    let advanced = sqlx::query_file!(
        "queries/log/advance.sql",
        from_seq,
        from_size,
        to_seq,
        to_size,
        root,
        frontier,
        lease
    )
    .execute(&mut *connection)
    .await?;
    if advanced.rows_affected() != 1 {
        return Err(Failure::Refused(CommitError::Stale));
    }
    let (mut leaves, mut nodes) = (Rows::default(), Rows::default());
    for (event, leaf) in &sealed.leaves {
        leaves.push([Value::Bytes(&event.0), Value::Bytes(leaf)]);
    }
    for (level, index, hash) in &sealed.nodes {
        nodes.push([
            Value::Number(i64::from(*level)),
            Value::Number(integer(*index)),
            Value::Bytes(hash),
        ]);
    }
    let (leaves, bytes) = leaves.arguments();
    sqlx::query_file!("queries/leaf/insert.sql", from_size, leaves, bytes)
        .execute(&mut *connection)
        .await?;
    let (nodes, bytes) = nodes.arguments();
    sqlx::query_file!("queries/node/insert.sql", nodes, bytes)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Records a checkpoint, unless its size has one or is beyond the tree, or another holds the lease by now.
pub(crate) async fn publish(
    connection: &mut SqliteConnection,
    lease: Epoch,
    checkpoint: &PublishedCheckpoint,
) -> Result<(), Failure> {
    let lease = integer(lease.0);
    let (size, root) = (integer(checkpoint.size), checkpoint.root.as_slice());
    let inserted = sqlx::query_file!(
        "queries/checkpoint/insert.sql",
        size,
        root,
        checkpoint.note,
        lease
    )
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Failure::Refused(CommitError::Stale))
    }
}

/// Leases are short: microseconds of a minute are few.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

pub(crate) async fn log_state(readers: &SqlitePool) -> Result<LogState, Error> {
    let row = sqlx::query_file_as!(Log, "queries/log/get.sql");
    row.fetch_one(readers).await.map_err(engine)?.try_into()
}

pub(crate) async fn checkpoint(
    readers: &SqlitePool,
    minimum: u64,
) -> Result<Option<PublishedCheckpoint>, Error> {
    let Some(before) = minimum.checked_sub(1) else {
        let row = sqlx::query_file_as!(Checkpoint, "queries/checkpoint/latest.sql");
        return row
            .fetch_optional(readers)
            .await
            .map_err(engine)?
            .map(PublishedCheckpoint::try_from)
            .transpose();
    };
    Ok(checkpoints(readers, before, Limit::new(1))
        .await?
        .into_iter()
        .next())
}

pub(crate) async fn checkpoints(
    readers: &SqlitePool,
    after: u64,
    limit: Limit,
) -> Result<Vec<PublishedCheckpoint>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(Checkpoint, "queries/checkpoint/list.sql", after, limit);
    rows.fetch_all(readers)
        .await
        .map_err(engine)?
        .into_iter()
        .map(PublishedCheckpoint::try_from)
        .collect()
}

pub(crate) async fn nodes(readers: &SqlitePool, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error> {
    let asked: Vec<String> = ids
        .iter()
        .map(|(level, index)| format!("[{level},{}]", integer(*index)))
        .collect();
    let asked = format!("[{}]", asked.join(","));
    let rows = sqlx::query_file!("queries/node/list.sql", asked)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    let hashes = rows.into_iter().zip(ids).map(|(row, (level, index))| {
        row.hash
            .map(|hash| fixed("nodes", &format!("{level}/{index}"), &hash))
            .transpose()
    });
    hashes.collect()
}

pub(crate) async fn leaf_index(readers: &SqlitePool, event: EventId) -> Result<Option<u64>, Error> {
    let event = event.0.as_slice();
    let row = sqlx::query_file!("queries/leaf/index.sql", event)
        .fetch_optional(readers)
        .await
        .map_err(engine)?;
    Ok(row.map(|row| row.idx.unsigned_abs()))
}

pub(crate) async fn leaves(readers: &SqlitePool, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error> {
    let (start, limit) = (integer(start), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/leaf/list.sql", start, limit)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    Ok(rows.into_iter().map(|row| row.leaf).collect())
}
