//! Sign-ins of people.

use declic_domain::sign_in::SignIn;
use declic_store::commit::CommitError;
use declic_store::sign_in::{SWEPT_AT_ONCE, sign_in};
use declic_store::{Error, SignInDigest};
use jiff::Timestamp;

use crate::error::engine;
use crate::ledger::{sent, written};
use crate::pool::Pool;

pub(crate) async fn get(
    readers: &Pool,
    digest: SignInDigest,
    now: Timestamp,
) -> Result<Option<SignIn>, Error> {
    let row = sqlx::query_file!("queries/sign_in/get.sql", &digest.0, now.as_microsecond())
        .fetch_optional(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    row.map(|row| sign_in(&row.member, row.began_at_us, row.continued_at_us))
        .transpose()
}

/// Sweeps some that have ended, and records one more.
pub(crate) async fn begin(writers: &Pool, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
    let mut connection = writers.lend().await.map_err(engine)?;
    let inserted = sqlx::query_file!(
        "queries/sign_in/insert.sql",
        &digest.0,
        sign_in.member.as_str(),
        sign_in.began_at.as_microsecond(),
        sign_in.continued_at.as_microsecond(),
        sign_in.ends_at().as_microsecond(),
        sign_in.began_at.as_microsecond(),
        i64::from(SWEPT_AT_ONCE),
    )
    .execute(&mut *connection)
    .await
    .map_err(sent)?;
    written(i64::try_from(inserted.rows_affected()).unwrap_or(i64::MAX))
}

pub(crate) async fn go_on(writers: &Pool, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
    let mut connection = writers.lend().await.map_err(engine)?;
    sqlx::query_file!(
        "queries/sign_in/advance.sql",
        &digest.0,
        sign_in.continued_at.as_microsecond(),
        sign_in.ends_at().as_microsecond(),
    )
    .execute(&mut *connection)
    .await
    .map_err(sent)?;
    Ok(())
}

pub(crate) async fn end(writers: &Pool, digest: SignInDigest) -> Result<(), CommitError> {
    let mut connection = writers.lend().await.map_err(engine)?;
    sqlx::query_file!("queries/sign_in/delete.sql", &digest.0)
        .execute(&mut *connection)
        .await
        .map_err(sent)?;
    Ok(())
}
