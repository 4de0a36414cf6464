//! Calls that wait for one task of an engine, each until it is told its outcome.

use std::collections::VecDeque;

use tokio::sync::{mpsc, oneshot};

use crate::Error;

/// Calls that the queue holds. The task takes out as many again while it looks for those that can go together; beyond both
/// callers are told that the store is busy, and come back.
const LONGEST: usize = 1_024;

/// What a task is asked to do, and who waits for the outcome.
pub struct Call<W, T> {
    /// What to do.
    pub work: W,
    waiting: oneshot::Sender<T>,
}

impl<W, T> Call<W, T> {
    /// Tells the outcome. A caller that went away has lost interest in it; what was done stands.
    pub fn end(self, outcome: T) {
        let _gone = self.waiting.send(outcome);
    }
}

/// The near end.
pub struct Queue<W, T>(mpsc::Sender<Call<W, T>>);

// Derived, it would ask that works and outcomes can be copied.
impl<W, T> Clone for Queue<W, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W, T> Queue<W, T> {
    /// Puts a call into the queue. What is returned gives the outcome, or fails when the task is gone with the call.
    ///
    /// # Errors
    /// `Unavailable`, at once: too many calls wait, or the task has ended.
    pub fn call(&self, work: W) -> Result<oneshot::Receiver<T>, Error> {
        let (waiting, outcome) = oneshot::channel();
        self.0.try_send(Call { work, waiting }).map_err(|refused| {
            let why = match refused {
                mpsc::error::TrySendError::Full(_) => "too many calls wait already",
                mpsc::error::TrySendError::Closed(_) => "the store is closed",
            };
            Error::Unavailable(why.into())
        })?;
        Ok(outcome)
    }
}

/// The far end.
pub struct Waiting<W, T> {
    queue: mpsc::Receiver<Call<W, T>>,
    /// Taken out of the queue, in its order, and not begun.
    pub taken: VecDeque<Call<W, T>>,
}

impl<W, T> Waiting<W, T> {
    /// A queue, by its two ends.
    pub fn new() -> (Queue<W, T>, Self) {
        let (near, queue) = mpsc::channel(LONGEST);
        let taken = VecDeque::new();
        (Queue(near), Self { queue, taken })
    }

    /// Waits until a call at least is taken, and takes those that wait with it. None once every near end is dropped and
    /// nothing waits.
    pub async fn wait(&mut self) -> Option<()> {
        if self.taken.is_empty() {
            self.taken.push_back(self.queue.recv().await?);
        }
        self.take();
        Some(())
    }

    /// Takes what waits, without waiting for more.
    pub fn take(&mut self) {
        while self.taken.len() < LONGEST
            && let Ok(call) = self.queue.try_recv()
        {
            self.taken.push_back(call);
        }
    }
}
