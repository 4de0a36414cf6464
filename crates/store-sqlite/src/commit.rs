//! What a commit does in its transaction: it is judged, and written.

use std::collections::BTreeMap;

use declic_domain::ticket::Ticket;
use declic_store::commit::{CaseRow, CaseWrite, Commit, CommitError, Expected, RequestKey, TicketRow};
use declic_store::{Error, StoredAnswer, reach, record};
use sqlx::SqliteConnection;

use crate::batch::Failure;
use crate::journal;
use crate::json::{self, hex};
use crate::queue::Work;
use crate::row::{fixed, integer};

/// What a command found, when nothing stands against it.
pub(crate) struct Before {
    /// The state of its case; none for a new one.
    state: Option<Vec<u8>>,
}

/// Judges the commands of a batch by what was there before it; nothing stands against what is no command. At most one
/// command of each case and of each request key: none is judged by what another one of the batch writes.
pub(crate) async fn judge(
    connection: &mut SqliteConnection,
    works: &[&Work],
) -> Result<Vec<Result<Before, CommitError>>, Failure> {
    let commands = json::list(works.iter().map(|work| {
        let commit = as_commit(work);
        let key = commit
            .and_then(|commit| commit.request.as_ref())
            .map(|(key, _)| key);
        let case = commit.and_then(|commit| commit.case.as_ref());
        json::list([
            json::or_null(key.map(|key| json::text(&key.issuer))),
            json::or_null(key.map(|key| json::text(&key.subject))),
            json::or_null(key.map(|key| json::bytes(&key.id))),
            json::or_null(case.map(|write| json::bytes(write.case.case.id.0.as_bytes()))),
        ])
    }));
    let rows = sqlx::query_file_as!(Judged, "queries/commit/judge.sql", commands)
        .fetch_all(connection)
        .await?;
    let verdicts = rows.into_iter().zip(works);
    verdicts.map(|(row, work)| verdict(row, work)).collect()
}

struct Judged {
    content: Option<Vec<u8>>,
    answer: Option<Vec<u8>>,
    version: Option<i64>,
    state: Option<Vec<u8>>,
}

/// The request key comes first: a retry whose version is outdated by its own first try is replayed.
fn verdict(row: Judged, work: &Work) -> Result<Result<Before, CommitError>, Failure> {
    let Some(commit) = as_commit(work) else {
        return Ok(Ok(Before { state: None }));
    };
    if let (Some((key, _)), Some(content), Some(answer)) = (&commit.request, row.content, row.answer) {
        let content = fixed("request_keys", &hex(&key.id), &content)?;
        let stored = StoredAnswer { content, answer };
        return Ok(Err(if stored.content == key.content {
            CommitError::Replayed(stored)
        } else {
            CommitError::KeyReused
        }));
    }
    let expected = match commit.case.as_ref().map(|write| write.expected) {
        None => return Ok(Ok(Before { state: None })),
        Some(Expected::New) => None,
        Some(Expected::Version(version)) => Some(integer(version)),
    };
    if row.version != expected {
        return Ok(Err(CommitError::Stale));
    }
    Ok(Ok(Before { state: row.state }))
}

fn as_commit(work: &Work) -> Option<&Commit> {
    match work {
        Work::Commit(commit) => Some(commit),
        _ => None,
    }
}

/// Stores the answers of the commands that are written.
pub(crate) async fn store_answers<'w>(
    connection: &mut SqliteConnection,
    works: impl Iterator<Item = &'w Work>,
) -> Result<(), Failure> {
    let commits = works.filter_map(as_commit);
    let requests = commits
        .filter_map(|commit| commit.request.as_ref())
        .map(|(key, answer)| {
            json::list([
                json::text(&key.issuer),
                json::text(&key.subject),
                json::bytes(&key.id),
                json::bytes(&key.content),
                json::bytes(answer),
            ])
        });
    let requests = json::list(requests);
    sqlx::query_file!("queries/request/insert.sql", requests)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a command that was judged, all but its answer.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    commit: &Commit,
    before: &Before,
) -> Result<(), Failure> {
    if let Some(write) = &commit.case {
        write_case(connection, write, before).await?;
    }
    for item in &commit.directory {
        let (name, bytes) = (record::directory::name(item), record::directory::encode(item));
        sqlx::query_file!("queries/directory/remove.sql", name)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("queries/directory/insert.sql", name, bytes)
            .execute(&mut *connection)
            .await?;
    }
    for entry in &commit.entries {
        journal::append(connection, entry).await?;
    }
    Ok(())
}

/// Sets aside references and returns the first.
pub(crate) async fn take_references(
    connection: &mut SqliteConnection,
    year: u8,
    count: u32,
) -> Result<u32, Failure> {
    let (year, count) = (i64::from(year), i64::from(count));
    let taken = sqlx::query_file!("queries/reference/take.sql", year, count)
        .fetch_one(connection)
        .await?;
    let exhausted = || Error::Corrupt {
        table: "reference_counters",
        key: year.to_string(),
        problem: "its counter is beyond the last number".to_owned(),
    };
    Ok(u32::try_from(taken.last - count + 1).map_err(|_| exhausted())?)
}

/// The answer stored under a request key.
pub(crate) async fn stored_answer(
    connection: &mut SqliteConnection,
    key: &RequestKey,
) -> Result<Option<StoredAnswer>, Failure> {
    let id = key.id.as_slice();
    let found = sqlx::query_file!("queries/request/get.sql", key.issuer, key.subject, id);
    let Some(found) = found.fetch_optional(connection).await? else {
        return Ok(None);
    };
    let content = fixed("request_keys", &hex(&key.id), &found.content)?;
    Ok(Some(StoredAnswer {
        content,
        answer: found.answer,
    }))
}

/// Whether this work is in the database; none when the database cannot tell.
pub(crate) async fn is_done(connection: &mut SqliteConnection, work: &Work) -> Result<Option<bool>, Failure> {
    let Work::Commit(commit) = work else {
        // Numbers leave no trace of who took them; a sealer asks again from what the database holds then.
        return Ok(None);
    };
    if let Some((key, _)) = &commit.request {
        return Ok(Some(stored_answer(connection, key).await?.is_some()));
    }
    let Some(entry) = commit.entries.first() else {
        return Ok(None);
    };
    let event = entry.event.0.as_slice();
    let found = sqlx::query_file!("queries/entry/exists.sql", event)
        .fetch_one(connection)
        .await?;
    Ok(Some(found.found != 0))
}

async fn write_case(
    connection: &mut SqliteConnection,
    write: &CaseWrite,
    before: &Before,
) -> Result<(), Failure> {
    match write.expected {
        Expected::New => insert_case(connection, &write.case).await?,
        Expected::Version(_) => update_case(connection, &write.case).await?,
    }
    for row in &write.tickets {
        write_ticket(connection, row).await?;
    }
    // A ticket named twice stands as it is named last.
    let named: BTreeMap<_, &Ticket> = write
        .tickets
        .iter()
        .map(|row| (row.ticket.name, &row.ticket))
        .collect();
    let followers = match &before.state {
        Some(state) => followers(connection, write, state).await?,
        None => Vec::new(),
    };
    let given = followers
        .iter()
        .filter(|ticket| !named.contains_key(&ticket.name));
    let given = json::list(
        given
            .chain(named.values().copied())
            .map(|ticket| keys_of(&write.case, ticket)),
    );
    let tags = write.blind.iter().map(|blind| {
        let (audience, tag) = (json::text(blind.audience.as_str()), json::bytes(&blind.tag));
        json::list([audience, tag])
    });
    let tags = json::list(tags);
    let id = write.case.case.id.0.as_bytes().as_slice();
    sqlx::query_file!(
        "queries/case/reach.sql",
        id,
        given,
        id,
        given,
        id,
        id,
        id,
        tags,
        id
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_case(connection: &mut SqliteConnection, row: &CaseRow) -> Result<(), Failure> {
    let case = &row.case;
    let id = case.id.0.as_bytes().as_slice();
    let (year, number) = (
        i64::from(case.reference.year()),
        i64::from(case.reference.number()),
    );
    let (version, opened) = (integer(case.version), case.opened_at.as_microsecond());
    let (organisation, opener) = (case.organisation.as_str(), case.opener.as_str());
    let (key, state) = (row.key_id.0.as_slice(), record::state::encode_case(case));
    sqlx::query_file!(
        "queries/case/insert.sql",
        id,
        year,
        number,
        version,
        organisation,
        opener,
        case.shared_with_team,
        case.departement,
        opened,
        key,
        row.sealed_words,
        state,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn update_case(connection: &mut SqliteConnection, row: &CaseRow) -> Result<(), Failure> {
    let case = &row.case;
    let id = case.id.0.as_bytes().as_slice();
    let (organisation, opener) = (case.organisation.as_str(), case.opener.as_str());
    let (key, state) = (row.key_id.0.as_slice(), record::state::encode_case(case));
    let version = integer(case.version);
    sqlx::query_file!(
        "queries/case/update.sql",
        id,
        version,
        organisation,
        opener,
        case.shared_with_team,
        case.departement,
        key,
        row.sealed_words,
        state,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_ticket(connection: &mut SqliteConnection, row: &TicketRow) -> Result<(), Failure> {
    let ticket = &row.ticket;
    let id = ticket.name.case.0.as_bytes().as_slice();
    let (number, version) = (i64::from(ticket.name.number.get()), integer(ticket.version));
    let (code, open) = (
        i64::from(record::state::state_code(ticket.state)),
        ticket.state.is_open(),
    );
    let (agency, desk) = (ticket.agency().as_str(), ticket.desk.resource());
    let (held_since, last_leaf) = (ticket.held_since.as_microsecond(), row.last_leaf.as_slice());
    let state = record::state::encode_ticket(ticket);
    sqlx::query_file!(
        "queries/ticket/upsert.sql",
        id,
        number,
        version,
        code,
        open,
        agency,
        desk,
        held_since,
        last_leaf,
        state,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The keys a ticket carries, see [`declic_store::reach`], as `queries/case/reach.sql` takes them.
fn keys_of(case: &CaseRow, ticket: &Ticket) -> String {
    let number = ticket.name.number.get();
    let code = record::state::state_code(ticket.state);
    let held_since = ticket.held_since.as_microsecond();
    let keys = reach::keys_of(&case.case, ticket);
    let keys = json::texts(keys.iter().map(String::as_str));
    format!("[{number},{code},{held_since},{keys}]")
}

/// The tickets of a case, when they carry other keys because what they share with it changes.
async fn followers(
    connection: &mut SqliteConnection,
    write: &CaseWrite,
    before: &[u8],
) -> Result<Vec<Ticket>, Failure> {
    let case = &write.case.case;
    let id = case.id.0.as_bytes().as_slice();
    let corrupt = |table, error: record::Error| Error::Corrupt {
        table,
        key: hex(id),
        problem: error.to_string(),
    };
    let old = record::state::decode_case(before).map_err(|error| corrupt("cases", error))?;
    let same_reach = old.organisation == case.organisation
        && old.opener == case.opener
        && old.shared_with_team == case.shared_with_team
        && old.departement == case.departement;
    if same_reach {
        return Ok(Vec::new());
    }
    let mut tickets = Vec::new();
    for row in sqlx::query_file!("queries/ticket/states.sql", id)
        .fetch_all(connection)
        .await?
    {
        tickets.push(record::state::decode_ticket(&row.state).map_err(|error| corrupt("tickets", error))?);
    }
    Ok(tickets)
}
