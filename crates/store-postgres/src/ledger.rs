//! Leaves, nodes and checkpoints, and the lease that they are written under.

use std::time::Duration;

use declic_domain::name::EventId;
use declic_store::commit::{CommitError, Epoch, Holder, Sealed};
use declic_store::{Error, LONGEST_LEASE, Limit, LogState, PublishedCheckpoint};
use uuid::Uuid;

use crate::error::{engine, is_rolled_back};
use crate::pool::Pool;
use crate::row::{Checkpoint, Log, fixed, integer};

/// Takes or renews the sealer's lease; none while it is another's.
pub(crate) async fn lease(writers: &Pool, holder: Holder, time: Duration) -> Result<Option<Epoch>, Error> {
    let holder = Uuid::from_bytes(holder.0);
    let (time, longest) = (micros(time.min(LONGEST_LEASE)), micros(LONGEST_LEASE));
    let taken = sqlx::query_file!("queries/lease/take.sql", holder, time, longest)
        .fetch_optional(&mut *writers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(taken.map(|taken| Epoch(taken.epoch.unsigned_abs())))
}

pub(crate) async fn release(writers: &Pool, lease: Epoch) -> Result<(), Error> {
    sqlx::query_file!("queries/lease/release.sql", integer(lease.0))
        .execute(&mut *writers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(())
}

/// Appends what the sealer built, unless another one was faster or holds the lease by now.
pub(crate) async fn seal(writers: &Pool, lease: Epoch, sealed: &Sealed) -> Result<(), CommitError> {
    let (from_seq, from_size) = (integer(sealed.from_seq), integer(sealed.from_size));
    let to_seq = integer(sealed.to_seq);
    let to_size = integer(sealed.from_size.saturating_add(sealed.leaves.len() as u64));
    let (root, frontier) = (sealed.root.as_slice(), sealed.frontier.concat());
    let (mut events, mut leaves) = (Vec::new(), Vec::new());
    for (event, leaf) in &sealed.leaves {
        events.push(Uuid::from_bytes(event.0));
        leaves.push(leaf.as_slice());
    }
    let (mut levels, mut indexes, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for (level, index, hash) in &sealed.nodes {
        levels.push(i16::from(*level));
        indexes.push(integer(*index));
        hashes.push(hash.as_slice());
    }
    let mut connection = writers.lend().await.map_err(engine)?;
    let advanced = sqlx::query_file!(
        "queries/log/advance.sql",
        from_seq,
        from_size,
        to_seq,
        to_size,
        root,
        frontier,
        &events,
        leaves as _,
        &levels,
        &indexes,
        hashes as _,
        integer(lease.0),
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(sent)?;
    written(advanced.iter().map(|row| row.advanced).sum())
}

/// Records a checkpoint, unless its size has one or is beyond the tree, or another holds the lease by now.
pub(crate) async fn publish(
    writers: &Pool,
    lease: Epoch,
    checkpoint: &PublishedCheckpoint,
) -> Result<(), CommitError> {
    let (size, root) = (integer(checkpoint.size), checkpoint.root.as_slice());
    let lease = integer(lease.0);
    let mut connection = writers.lend().await.map_err(engine)?;
    let inserted = sqlx::query_file!(
        "queries/checkpoint/insert.sql",
        size,
        root,
        checkpoint.note,
        lease
    )
    .execute(&mut *connection)
    .await
    .map_err(sent)?;
    written(i64::try_from(inserted.rows_affected()).unwrap_or(i64::MAX))
}

/// Leases are short: microseconds of a minute are few.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

pub(crate) fn written(rows: i64) -> Result<(), CommitError> {
    if rows == 1 {
        Ok(())
    } else {
        Err(CommitError::Stale)
    }
}

/// An error of a statement that was sent to be committed.
pub(crate) fn sent(error: sqlx::Error) -> CommitError {
    if is_rolled_back(&error) {
        CommitError::Engine(engine(error))
    } else {
        CommitError::OutcomeUnknown(error.into())
    }
}

pub(crate) async fn log_state(readers: &Pool) -> Result<LogState, Error> {
    let row = sqlx::query_file_as!(Log, "queries/log/get.sql");
    row.fetch_one(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?
        .try_into()
}

pub(crate) async fn checkpoint(readers: &Pool, minimum: u64) -> Result<Option<PublishedCheckpoint>, Error> {
    let Some(before) = minimum.checked_sub(1) else {
        let row = sqlx::query_file_as!(Checkpoint, "queries/checkpoint/latest.sql");
        return row
            .fetch_optional(&mut *readers.lend().await.map_err(engine)?)
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
    readers: &Pool,
    after: u64,
    limit: Limit,
) -> Result<Vec<PublishedCheckpoint>, Error> {
    let (after, limit) = (integer(after), i64::from(limit.get()));
    let rows = sqlx::query_file_as!(Checkpoint, "queries/checkpoint/list.sql", after, limit);
    rows.fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?
        .into_iter()
        .map(PublishedCheckpoint::try_from)
        .collect()
}

pub(crate) async fn nodes(readers: &Pool, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error> {
    let (levels, indexes): (Vec<i16>, Vec<i64>) = ids
        .iter()
        .map(|(level, index)| (i16::from(*level), integer(*index)))
        .unzip();
    let rows = sqlx::query_file!("queries/node/list.sql", &levels, &indexes)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    let hashes = rows.into_iter().zip(ids).map(|(row, (level, index))| {
        row.hash
            .map(|hash| fixed("nodes", &format!("{level}/{index}"), &hash))
            .transpose()
    });
    hashes.collect()
}

pub(crate) async fn leaf_index(readers: &Pool, event: EventId) -> Result<Option<u64>, Error> {
    let event = Uuid::from_bytes(event.0);
    let row = sqlx::query_file!("queries/leaf/index.sql", event)
        .fetch_optional(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(row.map(|row| row.idx.unsigned_abs()))
}

pub(crate) async fn leaves(readers: &Pool, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error> {
    let (start, limit) = (integer(start), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/leaf/list.sql", start, limit)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(rows.into_iter().map(|row| row.leaf).collect())
}
