//! What a refused command's caller is told, which may take a read between two batches.

use std::collections::BTreeSet;

use declic_domain::name::CaseId;
use declic_domain::ticket::Ticket;
use declic_store::commit::{Commit, CommitError, RequestKey};
use declic_store::{Error, StoredAnswer, record};
use sqlx::PgConnection;

use super::Committer;
use crate::answers::stored_answer;
use crate::batch::{Command, Verdict};
use crate::error::engine;

impl Committer {
    /// What a command alone came to.
    pub(super) async fn settle_alone(
        &mut self,
        command: &mut Command,
        refused: Option<Verdict>,
    ) -> Result<(), CommitError> {
        match refused {
            Some(verdict) => self.settle(command, verdict).await,
            None => {
                self.wake();
                Ok(())
            }
        }
    }

    /// What a verdict means for the caller.
    pub(super) async fn settle(
        &mut self,
        command: &mut Command,
        verdict: Verdict,
    ) -> Result<(), CommitError> {
        match verdict {
            Verdict::Answered => Err(self.answered(&command.commit).await),
            Verdict::Stale => Err(self.stale(&command.commit).await),
            Verdict::Follow => self.follow(command).await,
        }
    }

    /// The answer that its request got before.
    async fn answered(&mut self, commit: &Commit) -> CommitError {
        let Some((key, _)) = &commit.request else {
            return CommitError::OutcomeUnknown("an answer without a request".into());
        };
        match self.answer(key).await {
            Ok(Some(stored)) => answered(key, stored),
            Ok(None) => CommitError::OutcomeUnknown("the answer to the request is gone".into()),
            // It was done before: whoever asks again gets the answer.
            Err(error) => CommitError::OutcomeUnknown(error.into()),
        }
    }

    async fn answer(&mut self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error> {
        self.with_connection(async |connection| stored_answer(connection, key).await)
            .await
    }

    /// What outdated a command may be its own first try, committed by another hub while this one waited for the case: the
    /// request key comes first.
    async fn stale(&mut self, commit: &Commit) -> CommitError {
        let Some((key, _)) = &commit.request else {
            return CommitError::Stale;
        };
        match self.answer(key).await {
            Ok(Some(stored)) => answered(key, stored),
            Ok(None) => CommitError::Stale,
            // It is not done. Whether it was before is not known, and loading again does not depend on it.
            Err(_) => CommitError::Stale,
        }
    }

    /// Gives the keys of all tickets of a case that changes hands: rare, and never in a batch.
    async fn follow(&mut self, command: &mut Command) -> Result<(), CommitError> {
        let Some(write) = &command.commit.case else {
            return Err(CommitError::Stale);
        };
        let named: BTreeSet<_> = write.tickets.iter().map(|row| row.ticket.name).collect();
        let id = write.case.case.id;
        let mut followers = self
            .with_connection(async |connection| tickets(connection, id).await)
            .await?;
        followers.retain(|ticket| !named.contains(&ticket.name));
        command.follow(&followers);
        match self.commit_alone(command).await? {
            // A ticket came between: so did a version.
            Some(Verdict::Follow) => Err(CommitError::Stale),
            refused => Box::pin(self.settle_alone(command, refused)).await,
        }
    }
}

fn answered(key: &RequestKey, stored: StoredAnswer) -> CommitError {
    if stored.content == key.content {
        CommitError::Replayed(stored)
    } else {
        CommitError::KeyReused
    }
}

async fn tickets(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Ticket>, Error> {
    let rows = sqlx::query_file!("queries/ticket/states.sql", case.0)
        .fetch_all(connection)
        .await
        .map_err(engine)?;
    let tickets = rows.into_iter().map(|row| {
        record::state::decode_ticket(&row.state).map_err(|error| Error::Corrupt {
            table: "tickets",
            key: case.0.to_string(),
            problem: error.to_string(),
        })
    });
    tickets.collect()
}
