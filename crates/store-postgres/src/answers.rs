//! Answers given before, looked up on a connection of its own.

use std::collections::BTreeMap;

use declic_store::Error;
use declic_store::StoredAnswer;
use declic_store::answers::{Found, Lookup};
use declic_store::commit::RequestKey;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::engine;
use crate::open;
use crate::row::fixed;

/// Looks up on the connection of the question before, and when that is lost by now on a new one.
pub(crate) struct Reader {
    settings: PgConnectOptions,
    /// None after a failure, until the next question opens another.
    connection: Option<PgConnection>,
}

impl Reader {
    /// Connects with these settings at the first question.
    pub(crate) fn new(settings: PgConnectOptions) -> Self {
        let connection = None;
        Self { settings, connection }
    }
}

impl Lookup for Reader {
    async fn look(&mut self, keys: &[&RequestKey]) -> Result<Vec<Found>, Error> {
        if let Some(mut connection) = self.connection.take() {
            match timeout(open::SILENCE, stored_answers(&mut connection, keys)).await {
                Ok(Ok(found)) => {
                    self.connection = Some(connection);
                    return Ok(found);
                }
                Ok(Err(error)) => tracing::debug!(%error, "asked again on a new connection"),
                Err(silence) => return Err(Error::Unavailable(silence.into())),
            }
        }
        let connecting = open::connect(&self.settings).await;
        let mut connection = connecting.map_err(engine)?;
        let found = open::answered(stored_answers(&mut connection, keys)).await?;
        self.connection = Some(connection);
        Ok(found)
    }

    async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a connection did not close cleanly");
        }
    }
}

/// The answer stored under a request key.
pub(crate) async fn stored_answer(connection: &mut PgConnection, key: &RequestKey) -> Found {
    let found = stored_answers(connection, &[key]).await?;
    found.into_iter().next().unwrap_or(Ok(None))
}

/// What is stored under request keys, in their order.
async fn stored_answers(connection: &mut PgConnection, keys: &[&RequestKey]) -> Result<Vec<Found>, Error> {
    let issuers: Vec<&str> = keys.iter().map(|key| key.issuer.as_str()).collect();
    let subjects: Vec<&str> = keys.iter().map(|key| key.subject.as_str()).collect();
    let ids: Vec<Uuid> = keys.iter().map(|key| Uuid::from_bytes(key.id)).collect();
    let rows = sqlx::query_file!("queries/request/get.sql", &issuers as _, &subjects as _, &ids)
        .fetch_all(connection)
        .await
        .map_err(engine)?;
    let mut rows: BTreeMap<i64, _> = rows.into_iter().map(|row| (row.n, row)).collect();
    let found = ids.iter().zip(1..).map(|(id, place)| {
        let Some(row) = rows.remove(&place) else {
            return Ok(None);
        };
        Ok(Some(StoredAnswer {
            content: fixed("request_keys", &id.to_string(), &row.content)?,
            answer: row.answer,
        }))
    });
    Ok(found.collect())
}
