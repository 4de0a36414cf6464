//! The answers stored under requests. Commands begin by asking for theirs, or ask when they are refused: those that ask at
//! the same time are answered by one query.

use std::sync::Arc;

use declic_store::commit::RequestKey;
use declic_store::{Error, StoredAnswer};
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use crate::batch::Failure;
use crate::error::shared;
use crate::json::hex;
use crate::open::{self, Place};
use crate::row::fixed;
use crate::rows::{Rows, Value};

/// Questions that may wait. Beyond it callers are told that the store is busy, and come back.
const QUEUE: usize = 1_024;

/// Questions of one query at most.
const TOGETHER: usize = 128;

type Answer = Result<Option<StoredAnswer>, Error>;

struct Question {
    key: RequestKey,
    answer: oneshot::Sender<Answer>,
}

/// Where questions are asked.
#[derive(Clone)]
pub(crate) struct Answers(mpsc::Sender<Question>);

impl Answers {
    /// The answer stored under a request key, among all that was committed before the call.
    pub(crate) async fn get(&self, key: &RequestKey) -> Answer {
        let (answer, told) = oneshot::channel();
        let key = key.clone();
        self.0.try_send(Question { key, answer }).map_err(|refused| {
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

/// The task that answers.
pub(crate) struct Answerer {
    place: Place,
    questions: mpsc::Receiver<Question>,
    /// None after a failure, until the next question opens another.
    connection: Option<SqliteConnection>,
}

impl Answerer {
    /// A task with a connection of its own, and where to ask it.
    ///
    /// # Errors
    /// The connection cannot be opened.
    pub(crate) async fn open(place: Place) -> Result<(Self, Answers), sqlx::Error> {
        let connection = open::connect_reader(&place.path).await?;
        let (near, questions) = mpsc::channel(QUEUE);
        let answerer = Self {
            place,
            questions,
            connection: Some(connection),
        };
        Ok((answerer, Answers(near)))
    }

    /// Answers until nobody can ask any more.
    pub(crate) async fn run(mut self) {
        let mut asked = Vec::with_capacity(TOGETHER);
        while self.questions.recv_many(&mut asked, TOGETHER).await > 0 {
            let keys: Vec<&RequestKey> = asked.iter().map(|question| &question.key).collect();
            let answers = self.answer(&keys).await;
            for (question, answer) in asked.drain(..).zip(answers) {
                // Who went away has lost interest in it.
                let _gone = question.answer.send(answer);
            }
        }
        if let Some(connection) = self.connection.take() {
            open::close(connection).await;
        }
    }

    /// One answer for each key, in their order.
    async fn answer(&mut self, keys: &[&RequestKey]) -> Vec<Answer> {
        match self.look(keys).await {
            Ok(found) => found,
            Err(error) => {
                let error = Arc::new(error);
                keys.iter().map(|_| Err(shared(&error))).collect()
            }
        }
    }

    async fn look(&mut self, keys: &[&RequestKey]) -> Result<Vec<Answer>, sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::connect_reader(&self.place.path).await?,
        };
        let found = stored(&mut connection, keys).await?;
        self.connection = Some(connection);
        Ok(found)
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
async fn stored(connection: &mut SqliteConnection, keys: &[&RequestKey]) -> Result<Vec<Answer>, sqlx::Error> {
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
    let mut answers: Vec<Answer> = keys.iter().map(|_| Ok(None)).collect();
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
