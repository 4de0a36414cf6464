//! Which tickets have a timer that is due.

use declic_domain::name::AgencyId;
use declic_store::{DuePosition, DueTicket, Error, Limit};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::engine;
use crate::pool::Pool;
use crate::row;

/// Sorts before every ticket.
const FIRST: (i64, Uuid, i32) = (i64::MIN, Uuid::nil(), 0);

struct Due {
    case_id: Uuid,
    number: i32,
    version: i64,
    agency: String,
    timer_at_us: i64,
}

pub(crate) async fn due(
    readers: &Pool,
    now: Timestamp,
    after: Option<DuePosition>,
    limit: Limit,
) -> Result<Vec<DueTicket>, Error> {
    let (now, limit) = (now.as_microsecond(), i64::from(limit.get()));
    let (at, case, number) = match after {
        Some(after) => {
            let number = i32::from(after.name.number.get());
            (after.due_at_us, after.name.case.0, number)
        }
        None => FIRST,
    };
    let rows = sqlx::query_file_as!(Due, "queries/timer/due.sql", now, at, case, number, limit);
    let mut connection = readers.lend().await.map_err(engine)?;
    let rows = rows.fetch_all(&mut *connection).await.map_err(engine)?;
    rows.into_iter().map(DueTicket::try_from).collect()
}

impl TryFrom<Due> for DueTicket {
    type Error = Error;

    fn try_from(row: Due) -> Result<Self, Error> {
        let key = || format!("{}/{}", row.case_id, row.number);
        Ok(Self {
            name: row::ticket("tickets", &key, row.case_id, row.number)?,
            version: row.version.unsigned_abs(),
            agency: AgencyId::parse(&row.agency).map_err(|error| Error::Corrupt {
                table: "tickets",
                key: key(),
                problem: error.to_string(),
            })?,
            due_at_us: row.timer_at_us,
        })
    }
}
