//! References of new cases, set aside from the store a few at a time.

use declic_calendar::Calendar;
use declic_domain::name::Reference;
use declic_store::crash::{self, Point};

use crate::hub::{Hub, References};
use crate::status::Error;

/// How many are set aside at once. Those not given when the hub stops are lost: references have gaps.
const BATCH: u32 = 20;

/// The next reference of the current year. A preview draws none: it shows none.
pub async fn next(hub: &Hub, preview: bool) -> Result<Reference, Error> {
    let year = Calendar::for_departement("").date_of(hub.now()).year();
    let year = u8::try_from(year.rem_euclid(100)).map_err(Error::internal)?;
    let number = if preview { 1 } else { draw(hub, year).await? };
    Reference::new(year, number)
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no reference is left this year")))
}

async fn draw(hub: &Hub, year: u8) -> Result<u32, Error> {
    let mut kept = hub.references().lock().await;
    if kept.year != year || kept.next >= kept.end {
        let first = hub.store.take_references(year, BATCH).await?;
        crash::at(Point::ReferencesTaken);
        *kept = References {
            year,
            next: first,
            end: first + BATCH,
        };
    }
    kept.next += 1;
    Ok(kept.next - 1)
}
