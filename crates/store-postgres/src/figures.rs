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
use sqlx::{Connection as _, PgExecutor};

use crate::error::engine;
use crate::ledger::{sent, written};
use crate::pool::Pool;
use crate::row::integer;

/// Several reads, all of the same state of the database.
const AT_ONE_STATE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) async fn state(readers: &Pool) -> Result<FigureState, Error> {
    seen(&mut *readers.lend().await.map_err(engine)?).await
}

/// The state as this reader sees it.
async fn seen(reader: impl PgExecutor<'_>) -> Result<FigureState, Error> {
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

pub(crate) async fn cases(readers: &Pool, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error> {
    let asked: Vec<_> = cases.iter().map(|case| case.0).collect();
    let rows = sqlx::query_file!("queries/figures/cases.sql", &asked)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    let cases = rows
        .into_iter()
        .map(|row| counted_case(CaseId(row.case_id), row.measured_at_us, &row.record));
    cases.collect()
}

pub(crate) async fn measured_before(
    readers: &Pool,
    instant: Timestamp,
    limit: Limit,
) -> Result<Vec<CaseId>, Error> {
    let (instant, limit) = (instant.as_microsecond(), i64::from(limit.get()));
    let rows = sqlx::query_file!("queries/figures/measured_before.sql", instant, limit)
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    Ok(rows.into_iter().map(|row| CaseId(row.case_id)).collect())
}

pub(crate) async fn groups(readers: &Pool, groups: &[Group]) -> Result<Sums, Error> {
    let mut keys = Keys::default();
    groups.iter().for_each(|group| keys.push(group));
    let rows = sqlx::query_file_as!(
        GroupRow,
        "queries/figures/groups.sql",
        &keys.departements as _,
        &keys.months,
        &keys.agencies as _,
        &keys.benefits as _,
        &keys.blockages as _,
    );
    let rows = rows
        .fetch_all(&mut *readers.lend().await.map_err(engine)?)
        .await
        .map_err(engine)?;
    let counted = rows.into_iter().map(|row| {
        let Counted { group, sums, .. } = row.read()?;
        Ok((group, sums.unwrap_or_default()))
    });
    counted.collect()
}

/// In one transaction that sees one state of the database, so at one revision.
pub(crate) async fn read(
    readers: &Pool,
    scope: &Scope,
    selection: &Selection,
    months: MonthsOf<'_>,
    each: &mut (dyn FnMut(Counted) + Send),
) -> Result<FigureRead, Error> {
    let mut connection = readers.lend().await.map_err(engine)?;
    let mut reading = connection.begin_with(AT_ONE_STATE).await.map_err(engine)?;
    let state = seen(&mut *reading).await?;
    let departements = departements(scope);
    let agency = selection.agency.as_ref().map(|agency| agency.as_str());
    let rows = sqlx::query_file!(
        "queries/figures/months.sql",
        &departements,
        selection.departement as _,
        agency as _,
        selection.benefit as _,
        selection.blockage as _,
    )
    .fetch_all(&mut *reading)
    .await
    .map_err(engine)?;
    let counts = rows
        .into_iter()
        .map(|row| Ok((month(row.month)?, row.tickets.unsigned_abs())));
    let counts: BTreeMap<_, _> = counts.collect::<Result<_, Error>>()?;
    let (first, last) = months(&counts).into_inner();
    let mut rows = sqlx::query_file_as!(
        GroupRow,
        "queries/figures/list.sql",
        &departements,
        first.number(),
        last.number(),
        selection.departement as _,
        agency as _,
        selection.benefit as _,
        selection.blockage as _,
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
pub(crate) async fn roll_up(writers: &Pool, write: &RollUp) -> Result<(), CommitError> {
    let (mut cases, mut measured, mut records) = (Vec::new(), Vec::new(), Vec::new());
    let mut gone = Vec::new();
    for counted in &write.cases {
        if counted.sums.is_empty() {
            gone.push(counted.case.0);
        } else {
            cases.push(counted.case.0);
            measured.push(counted.measured_at.map(Timestamp::as_microsecond));
            records.push(record::figures::encode_case(&counted.sums));
        }
    }
    let (mut keys, mut tickets, mut sums) = (Keys::default(), Vec::new(), Vec::new());
    for (group, tally) in &write.groups {
        keys.push(group);
        tickets.push(integer(tally.tickets));
        sums.push(record::figures::encode(tally));
    }
    let mut connection = writers.lend().await.map_err(engine)?;
    let advanced = sqlx::query_file!(
        "queries/figures/advance.sql",
        integer(write.expected),
        integer(write.seq),
        &cases,
        measured as _,
        &records,
        &gone,
        &keys.departements as _,
        &keys.months,
        &keys.agencies as _,
        &keys.benefits as _,
        &keys.blockages as _,
        &tickets,
        &sums,
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(sent)?;
    written(advanced.advanced)
}

/// Leaves out all sums, unless they were written since they were read.
pub(crate) async fn clear(writers: &Pool, expected: u64) -> Result<(), CommitError> {
    let mut connection = writers.lend().await.map_err(engine)?;
    let advanced = sqlx::query_file!("queries/figures/clear.sql", integer(expected))
        .fetch_one(&mut *connection)
        .await
        .map_err(sent)?;
    written(advanced.advanced)
}

/// The columns of groups.
#[derive(Default)]
struct Keys<'g> {
    departements: Vec<&'g str>,
    months: Vec<i32>,
    agencies: Vec<&'g str>,
    benefits: Vec<&'g str>,
    blockages: Vec<&'g str>,
}

impl<'g> Keys<'g> {
    fn push(&mut self, group: &'g Group) {
        self.departements.push(&group.departement);
        self.months.push(group.month.number());
        self.agencies.push(group.agency.as_str());
        self.benefits.push(&group.benefit);
        self.blockages.push(&group.blockage);
    }
}
