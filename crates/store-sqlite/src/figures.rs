//! Sums of the figures, kept ready.

use std::collections::BTreeMap;

use declic_domain::figures::{Counted, Group, Selection, Sums};
use declic_domain::name::CaseId;
use declic_domain::policy::Scope;
use declic_store::commit::CommitError;
use declic_store::figures::{counted_case, departements, month};
use declic_store::{CountedCase, Error, FigureRead, FigureState, GroupRow, Limit, MonthsOf, RollUp, record};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::Uuid;

use crate::batch::Failure;
use crate::error::engine;
use crate::json;
use crate::row::{fixed, integer};
use crate::rows::{Rows, Value};

pub(crate) async fn state(reader: impl SqliteExecutor<'_>) -> Result<FigureState, Error> {
    let row = sqlx::query_file!("queries/figures/state.sql")
        .fetch_one(reader)
        .await
        .map_err(engine)?;
    let measured_at = row.measured_at_us.map(Timestamp::from_microsecond).transpose();
    Ok(FigureState {
        revision: row.revision.unsigned_abs(),
        seq: row.seq.unsigned_abs(),
        measured_at: measured_at.map_err(|error| Error::Corrupt {
            table: "figure_cases",
            key: "the case measured longest ago".to_owned(),
            problem: error.to_string(),
        })?,
    })
}

pub(crate) async fn cases(readers: &SqlitePool, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error> {
    let mut asked = Rows::default();
    for case in cases {
        asked.push([Value::Bytes(case.0.as_bytes())]);
    }
    let (asked, bytes) = asked.arguments();
    let rows = sqlx::query_file!("queries/figures/cases.sql", asked, bytes)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    let cases = rows
        .into_iter()
        .map(|row| counted_case(case_id(&row.case_id)?, row.measured_at_us, &row.record));
    cases.collect()
}

pub(crate) async fn measured_before(
    readers: &SqlitePool,
    instant: Timestamp,
    limit: Limit,
) -> Result<Vec<CaseId>, Error> {
    let (instant, limit) = (instant.as_microsecond(), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/figures/measured_before.sql", instant, limit)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    rows.into_iter().map(|row| case_id(&row.case_id)).collect()
}

pub(crate) async fn groups(readers: &SqlitePool, groups: &[Group]) -> Result<Sums, Error> {
    let mut asked = Rows::default();
    for group in groups {
        asked.push(key(group));
    }
    let (asked, _) = asked.arguments();
    let rows = sqlx::query_file_as!(GroupRow, "queries/figures/groups.sql", asked)
        .fetch_all(readers)
        .await
        .map_err(engine)?;
    let counted = rows.into_iter().map(|row| {
        let Counted { group, sums, .. } = row.read()?;
        Ok((group, sums.unwrap_or_default()))
    });
    counted.collect()
}

/// In one transaction, so at one revision.
pub(crate) async fn read(
    readers: &SqlitePool,
    scope: &Scope,
    selection: &Selection,
    months: MonthsOf<'_>,
    each: &mut (dyn FnMut(Counted) + Send),
) -> Result<FigureRead, Error> {
    let mut reading = readers.begin().await.map_err(engine)?;
    let state = state(&mut *reading).await?;
    let departements = departements(scope);
    let departements = json::texts(departements.iter().map(String::as_str));
    let (departement, agency) = (
        selection.departement.as_deref(),
        selection.agency.as_ref().map(|agency| agency.as_str()),
    );
    let (benefit, blockage) = (selection.benefit.as_deref(), selection.blockage.as_deref());
    let rows = sqlx::query_file!(
        "queries/figures/months.sql",
        departements,
        departement,
        agency,
        benefit,
        blockage
    )
    .fetch_all(&mut *reading)
    .await
    .map_err(engine)?;
    let counts = rows
        .into_iter()
        .map(|row| Ok((month(row.month)?, row.tickets.unsigned_abs())));
    let counts: BTreeMap<_, _> = counts.collect::<Result<_, Error>>()?;
    let (first, last) = months(&counts).into_inner();
    let (first, last) = (first.number(), last.number());
    let mut rows = sqlx::query_file_as!(
        GroupRow,
        "queries/figures/list.sql",
        departements,
        first,
        last,
        departement,
        agency,
        benefit,
        blockage
    )
    .fetch(&mut *reading);
    while let Some(row) = rows.try_next().await.map_err(engine)? {
        each(row.read()?);
    }
    drop(rows);
    reading.commit().await.map_err(engine)?;
    Ok(FigureRead {
        state,
        months: counts,
    })
}

/// Writes sums, unless they were written since they were read.
pub(crate) async fn roll_up(connection: &mut SqliteConnection, write: &RollUp) -> Result<(), Failure> {
    advance(connection, write.expected, write.seq).await?;
    let (mut cases, mut gone_cases) = (Rows::default(), Rows::default());
    for counted in &write.cases {
        let case = Value::Bytes(counted.case.0.as_bytes());
        if counted.sums.is_empty() {
            gone_cases.push([case]);
        } else {
            let measured = counted.measured_at.map(Timestamp::as_microsecond);
            let record = record::figures::encode_case(&counted.sums);
            cases.push([
                case,
                measured.map_or(Value::Null, Value::Number),
                Value::Bytes(&record),
            ]);
        }
    }
    let (mut groups, mut gone_groups) = (Rows::default(), Rows::default());
    for (group, sums) in &write.groups {
        if sums.tickets == 0 {
            gone_groups.push(key(group));
        } else {
            let record = record::figures::encode(sums);
            let sums = [Value::Number(integer(sums.tickets)), Value::Bytes(&record)];
            groups.push(key(group).into_iter().chain(sums));
        }
    }
    let (cases, case_bytes) = cases.arguments();
    let (gone_cases, gone_bytes) = gone_cases.arguments();
    let (groups, group_bytes) = groups.arguments();
    let (gone_groups, _) = gone_groups.arguments();
    sqlx::query_file!(
        "queries/figures/write.sql",
        cases,
        case_bytes,
        gone_cases,
        gone_bytes,
        groups,
        group_bytes,
        gone_groups
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Leaves out all sums, unless they were written since they were read.
pub(crate) async fn clear(connection: &mut SqliteConnection, expected: u64) -> Result<(), Failure> {
    advance(connection, expected, 0).await?;
    sqlx::query_file!("queries/figures/clear.sql")
        .execute(connection)
        .await?;
    Ok(())
}

async fn advance(connection: &mut SqliteConnection, expected: u64, seq: u64) -> Result<(), Failure> {
    let (expected, seq) = (integer(expected), integer(seq));
    let advanced = sqlx::query_file!("queries/figures/advance.sql", expected, seq)
        .execute(connection)
        .await?;
    match advanced.rows_affected() {
        1 => Ok(()),
        _ => Err(Failure::Refused(CommitError::Stale)),
    }
}

fn key(group: &Group) -> [Value<'_>; 5] {
    [
        Value::Text(&group.departement),
        Value::Number(group.month.number().into()),
        Value::Text(group.agency.as_str()),
        Value::Text(&group.benefit),
        Value::Text(&group.blockage),
    ]
}

fn case_id(bytes: &[u8]) -> Result<CaseId, Error> {
    let bytes = fixed("figure_cases", "the id of a case", bytes)?;
    Ok(CaseId(Uuid::from_bytes(bytes)))
}
