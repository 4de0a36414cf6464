//! Sign-ins of people.

use declic_domain::sign_in::SignIn;
use declic_store::commit::CommitError;
use declic_store::sign_in::{SWEPT_AT_ONCE, sign_in};
use declic_store::{Error, SignInDigest};
use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use crate::batch::Failure;
use crate::error::engine;

pub(crate) async fn get(
    readers: &SqlitePool,
    digest: SignInDigest,
    now: Timestamp,
) -> Result<Option<SignIn>, Error> {
    let (digest, now) = (digest.0.as_slice(), now.as_microsecond());
    let row = sqlx::query_file!("queries/sign_in/get.sql", digest, now)
        .fetch_optional(readers)
        .await
        .map_err(engine)?;
    row.map(|row| sign_in(&row.member, row.began_at_us, row.continued_at_us))
        .transpose()
}

/// Sweeps some that have ended, and records one more.
pub(crate) async fn begin(
    connection: &mut SqliteConnection,
    digest: SignInDigest,
    sign_in: &SignIn,
) -> Result<(), Failure> {
    let digest = digest.0.as_slice();
    let (began, continued) = (
        sign_in.began_at.as_microsecond(),
        sign_in.continued_at.as_microsecond(),
    );
    let (ends, member) = (sign_in.ends_at().as_microsecond(), sign_in.member.as_str());
    let inserted = sqlx::query_file!(
        "queries/sign_in/insert.sql",
        digest,
        member,
        began,
        continued,
        ends
    )
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Failure::Refused(CommitError::Stale));
    }
    let most = i64::from(SWEPT_AT_ONCE);
    sqlx::query_file!("queries/sign_in/sweep.sql", began, most)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn go_on(
    connection: &mut SqliteConnection,
    digest: SignInDigest,
    sign_in: &SignIn,
) -> Result<(), Failure> {
    let digest = digest.0.as_slice();
    let (continued, ends) = (
        sign_in.continued_at.as_microsecond(),
        sign_in.ends_at().as_microsecond(),
    );
    sqlx::query_file!("queries/sign_in/advance.sql", digest, continued, ends)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn end(connection: &mut SqliteConnection, digest: SignInDigest) -> Result<(), Failure> {
    let digest = digest.0.as_slice();
    sqlx::query_file!("queries/sign_in/delete.sql", digest)
        .execute(connection)
        .await?;
    Ok(())
}
