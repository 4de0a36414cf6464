//! Answers given before. Commands ask for their own when they are refused, or first: those that ask at the same time are
//! one question, on a connection of its own.

use std::collections::BTreeMap;

use declic_store::commit::RequestKey;
use declic_store::{Error, StoredAnswer};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::engine;
use crate::open;
use crate::row::fixed;

/// Keys that may wait; beyond it callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

/// Keys of one question at most.
const TOGETHER: usize = 128;

/// What is stored under a request key.
type Found = Result<Option<StoredAnswer>, Error>;

struct Asked {
    key: RequestKey,
    answer: oneshot::Sender<Found>,
}

/// Where to ask.
#[derive(Clone)]
pub(crate) struct Answers(mpsc::Sender<Asked>);

impl Answers {
    /// The answer stored under a request key; refuses at once when too many ask already.
    pub(crate) async fn get(&self, key: &RequestKey) -> Found {
        let (answer, told) = oneshot::channel();
        let key = key.clone();
        self.0.try_send(Asked { key, answer }).map_err(|refused| {
            let why = match refused {
                mpsc::error::TrySendError::Full(_) => "too many reads wait already",
                mpsc::error::TrySendError::Closed(_) => "the store is closed",
            };
            Error::Unavailable(why.into())
        })?;
        told.await
            .unwrap_or_else(|gone| Err(Error::Unavailable(gone.into())))
    }
}

/// The task that asks.
pub(crate) struct Asker {
    settings: PgConnectOptions,
    asked: mpsc::Receiver<Asked>,
    /// None after a failure, until the next question opens another.
    connection: Option<PgConnection>,
}

impl Asker {
    /// A task, and what feeds it.
    pub(crate) fn new(settings: PgConnectOptions) -> (Self, Answers) {
        let (near, asked) = mpsc::channel(QUEUE);
        let asker = Self {
            settings,
            asked,
            connection: None,
        };
        (asker, Answers(near))
    }

    /// Asks until nobody can ask any more.
    pub(crate) async fn run(mut self) {
        let mut together = Vec::new();
        while self.asked.recv_many(&mut together, TOGETHER).await > 0 {
            // Who has gone away does not want to know.
            together.retain(|asked| !asked.answer.is_closed());
            let keys: Vec<&RequestKey> = together.iter().map(|asked| &asked.key).collect();
            let found = self.ask(&keys).await;
            tell(together.drain(..), found);
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a connection did not close cleanly");
        }
    }

    /// On the connection of the question before, and when that is lost by now on a new one.
    async fn ask(&mut self, keys: &[&RequestKey]) -> Result<Vec<Found>, Error> {
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
}

fn tell(asked: impl Iterator<Item = Asked>, found: Result<Vec<Found>, Error>) {
    match found {
        Ok(found) => {
            for (asked, found) in asked.zip(found) {
                let _gone = asked.answer.send(found);
            }
        }
        Err(error) => {
            let why = error.to_string();
            for asked in asked {
                let _gone = asked.answer.send(Err(Error::Unavailable(why.clone().into())));
            }
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
