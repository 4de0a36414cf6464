//! Answers given before, looked up on a connection of its own.

use declic_store::answers::{Found, Lookup};
use declic_store::commit::RequestKey;
use declic_store::{Error, StoredAnswer};
use sqlx::SqliteConnection;

use crate::batch::Failure;
use crate::error::engine;
use crate::json::hex;
use crate::open::{self, Place};
use crate::row::fixed;
use crate::rows::{Rows, Value};

/// Looks up on the connection of the question before.
pub(crate) struct Reader {
    place: Place,
    /// None after a failure, until the next question opens another.
    connection: Option<SqliteConnection>,
}

impl Reader {
    /// Opens the file.
    ///
    /// # Errors
    /// The connection cannot be opened.
    pub(crate) async fn open(place: Place) -> Result<Self, sqlx::Error> {
        let connection = Some(open::connect_reader(&place.path).await?);
        Ok(Self { place, connection })
    }
}

impl Lookup for Reader {
    async fn look(&mut self, keys: &[&RequestKey]) -> Result<Vec<Found>, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::connect_reader(&self.place.path).await.map_err(engine)?,
        };
        let found = stored(&mut connection, keys).await.map_err(engine)?;
        self.connection = Some(connection);
        Ok(found)
    }

    async fn close(self) {
        if let Some(connection) = self.connection {
            open::close(connection).await;
        }
    }
}

/// The answer stored under one request key.
pub(crate) async fn stored_answer(
    connection: &mut SqliteConnection,
    key: &RequestKey,
) -> Result<Option<StoredAnswer>, Failure> {
    let found = stored(connection, &[key]).await?;
    Ok(found.into_iter().next().transpose()?.flatten())
}

/// What is stored under each key, in their order; an error among them is of a row that cannot be read.
async fn stored(connection: &mut SqliteConnection, keys: &[&RequestKey]) -> Result<Vec<Found>, sqlx::Error> {
    let mut asked = Rows::default();
    for key in keys {
        asked.push([
            Value::Text(&key.issuer),
            Value::Text(&key.subject),
            Value::Bytes(&key.id),
        ]);
    }
    let (asked, bytes) = asked.arguments();
    let rows = sqlx::query_file!("queries/request/get.sql", asked, bytes)
        .fetch_all(connection)
        .await?;
    let mut answers: Vec<Found> = keys.iter().map(|_| Ok(None)).collect();
    for row in rows {
        let place = usize::try_from(row.place).ok();
        let Some((key, answer)) = place.and_then(|place| Some((keys.get(place)?, answers.get_mut(place)?)))
        else {
            continue;
        };
        *answer = fixed("request_keys", &hex(&key.id), &row.content).map(|content| {
            Some(StoredAnswer {
                content,
                answer: row.answer,
            })
        });
    }
    Ok(answers)
}
