//! Answers given before. Commands ask for theirs when they are refused, or first: those that ask at the same time are one
//! question to the engine.

use std::future::Future;

use crate::commit::{RequestKey, StoredAnswer};
use crate::error::Error;
use crate::queue::{Queue, Waiting};

/// Keys of one question at most.
const TOGETHER: usize = 128;

/// What is stored under a request key; an error is of a row that cannot be read.
pub type Found = Result<Option<StoredAnswer>, Error>;

/// How an engine looks answers up, on a connection of its own.
pub trait Lookup: Send {
    /// What is stored under each key, in their order.
    fn look(&mut self, keys: &[&RequestKey]) -> impl Future<Output = Result<Vec<Found>, Error>> + Send;

    /// Gives up its connection.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// Where to ask.
#[derive(Clone)]
pub struct Answers(Queue<RequestKey, Found>);

impl Answers {
    /// Where to ask, and the task that looks up until nobody can ask any more.
    pub fn new(lookup: impl Lookup) -> (Self, impl Future<Output = ()> + Send) {
        let (near, far) = Waiting::new();
        (Self(near), run(far, lookup))
    }

    /// The answer stored under a request key, among all that was committed before the call; refuses at once when too many
    /// ask already.
    pub async fn get(&self, key: &RequestKey) -> Found {
        let told = self.0.call(key.clone())?.await;
        told.unwrap_or_else(|gone| Err(Error::Unavailable(gone.into())))
    }
}

async fn run(mut waiting: Waiting<RequestKey, Found>, mut lookup: impl Lookup) {
    while waiting.wait().await.is_some() {
        let most = waiting.taken.len().min(TOGETHER);
        let asked: Vec<_> = waiting.taken.drain(..most).collect();
        let keys: Vec<&RequestKey> = asked.iter().map(|call| &call.work).collect();
        match lookup.look(&keys).await {
            Ok(found) => {
                for (call, found) in asked.into_iter().zip(found) {
                    call.end(found);
                }
            }
            Err(error) => {
                let why = error.to_string();
                for call in asked {
                    call.end(Err(Error::Unavailable(why.clone().into())));
                }
            }
        }
    }
    lookup.close().await;
}
