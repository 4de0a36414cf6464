//! What stands against a command, by what was committed before its batch.

use declic_store::StoredAnswer;
use declic_store::commit::{CaseWrite, Commit, CommitError, Expected};
use sqlx::SqliteConnection;

use crate::batch::Failure;
use crate::directory;
use crate::json::hex;
use crate::queue::Work;
use crate::row::{fixed, integer};
use crate::rows::{Rows, Value};
use crate::rules;

/// What a command found, when nothing stands against it.
#[derive(Default)]
pub(crate) struct Before {
    /// The tickets that its case has carry other keys after it.
    pub reach_changes: bool,
}

/// Judges the commands of a batch by what was there before it; nothing stands against what is no command. At most one
/// command of each case and of each request key: none is judged by what another one of the batch writes.
pub(crate) async fn judge(
    connection: &mut SqliteConnection,
    works: &[&Work],
) -> Result<Vec<Result<Before, CommitError>>, Failure> {
    let mut commands = Rows::default();
    for work in works {
        let commit = as_commit(work);
        let key = commit
            .and_then(|commit| commit.request.as_ref())
            .map(|(key, _)| key);
        let case = commit.and_then(|commit| commit.case.as_ref());
        commands.push([
            key.map_or(Value::Null, |key| Value::Text(&key.issuer)),
            key.map_or(Value::Null, |key| Value::Text(&key.subject)),
            key.map_or(Value::NoBytes, |key| Value::Bytes(&key.id)),
            case.map_or(Value::NoBytes, |write| {
                Value::Bytes(write.case.case.id.0.as_bytes())
            }),
        ]);
    }
    let (commands, bytes) = commands.arguments();
    let rows = sqlx::query_file_as!(Found, "queries/commit/judge.sql", commands, bytes)
        .fetch_all(&mut *connection)
        .await?;
    let mut found: Vec<Option<Found>> = works.iter().map(|_| None).collect();
    for row in rows {
        let place = usize::try_from(row.command).ok();
        if let Some(place) = place.and_then(|place| found.get_mut(place)) {
            *place = Some(row);
        }
    }
    let mut verdicts = Vec::with_capacity(works.len());
    for (found, work) in found.into_iter().zip(works) {
        let verdict = match verdict(found, work)? {
            Ok(_) if !knows_the_rules(connection, work).await? => Err(CommitError::Stale),
            Ok(_) if !knows_the_directory(connection, work).await? => Err(CommitError::Stale),
            verdict => verdict,
        };
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// Whether a command that changes the rules knows their last change.
async fn knows_the_rules(connection: &mut SqliteConnection, work: &Work) -> Result<bool, Failure> {
    let Some(write) = as_commit(work).and_then(|commit| commit.rules.as_ref()) else {
        return Ok(true);
    };
    Ok(rules::last(connection).await? == integer(write.expected))
}

/// Whether a command that changes the directory knows its last change.
async fn knows_the_directory(connection: &mut SqliteConnection, work: &Work) -> Result<bool, Failure> {
    match as_commit(work).and_then(|commit| commit.directory_change.as_ref()) {
        Some(write) => directory::is_known(connection, write).await,
        None => Ok(true),
    }
}

struct Found {
    command: i64,
    content: Option<Vec<u8>>,
    answer: Option<Vec<u8>>,
    version: Option<i64>,
    organisation: Option<String>,
    opener: Option<String>,
    shared: Option<bool>,
    departement: Option<String>,
}

/// The request key comes first: a retry whose version is outdated by its own first try is replayed.
fn verdict(found: Option<Found>, work: &Work) -> Result<Result<Before, CommitError>, Failure> {
    let Some(commit) = as_commit(work) else {
        return Ok(Ok(Before::default()));
    };
    let version = found.as_ref().and_then(|found| found.version);
    let reach_changes = match (&found, &commit.case) {
        (Some(found), Some(write)) => found.reach_differs(write),
        _ => false,
    };
    if let (Some((key, _)), Some(found)) = (&commit.request, found)
        && let (Some(content), Some(answer)) = (found.content, found.answer)
    {
        let content = fixed("request_keys", &hex(&key.id), &content)?;
        let stored = StoredAnswer { content, answer };
        return Ok(Err(if stored.content == key.content {
            CommitError::Replayed(stored)
        } else {
            CommitError::KeyReused
        }));
    }
    let expected = match commit.case.as_ref().map(|write| write.expected) {
        None => return Ok(Ok(Before::default())),
        Some(Expected::New) => None,
        Some(Expected::Version(version)) => Some(integer(version)),
    };
    if version != expected {
        return Ok(Err(CommitError::Stale));
    }
    Ok(Ok(Before { reach_changes }))
}

impl Found {
    /// Whether what a case gives its tickets to carry, see [`declic_store::reach`], is another after a write.
    fn reach_differs(&self, write: &CaseWrite) -> bool {
        let case = &write.case.case;
        let same = self.organisation.as_deref() == Some(case.organisation.as_str())
            && self.opener.as_deref() == Some(case.opener.as_str())
            && self.shared == Some(case.shared_with_team)
            && self.departement.as_deref() == Some(case.departement.as_str());
        self.version.is_some() && !same
    }
}

/// A command, and not another kind of work.
pub(crate) fn as_commit(work: &Work) -> Option<&Commit> {
    match work {
        Work::Commit(commit) => Some(commit),
        _ => None,
    }
}
