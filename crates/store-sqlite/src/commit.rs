//! The body of a commit's transaction.

use std::collections::BTreeSet;

use declic_store::commit::{CaseRow, CaseWrite, Commit, CommitError, Entry, Expected, RequestKey, TicketRow};
use declic_store::{Error, StoredAnswer, reach, record};
use sqlx::SqliteConnection;

use crate::batch::Failure;
use crate::journal;
use crate::queue::Work;
use crate::row::{fixed, hex, integer};

/// Writes a commit, or says why not. Its transaction is the caller's.
pub(crate) async fn apply(connection: &mut SqliteConnection, commit: &Commit) -> Result<(), Failure> {
    if let Some((key, answer)) = &commit.request {
        take_key(connection, key, answer).await?;
    }
    if let Some(write) = &commit.case {
        write_case(connection, write).await?;
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
        write_entry(connection, entry).await?;
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

async fn take_key(connection: &mut SqliteConnection, key: &RequestKey, answer: &[u8]) -> Result<(), Failure> {
    if let Some(stored) = stored_answer(connection, key).await? {
        let refusal = if stored.content == key.content {
            CommitError::Replayed(stored)
        } else {
            CommitError::KeyReused
        };
        return Err(Failure::Refused(refusal));
    }
    let (id, content) = (key.id.as_slice(), key.content.as_slice());
    sqlx::query_file!(
        "queries/request/insert.sql",
        key.issuer,
        key.subject,
        id,
        content,
        answer
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_case(connection: &mut SqliteConnection, write: &CaseWrite) -> Result<(), Failure> {
    let id = write.case.case.id.0.as_bytes().as_slice();
    let before = sqlx::query_file!("queries/case/state.sql", id)
        .fetch_optional(&mut *connection)
        .await?;
    let before = match (write.expected, before) {
        (Expected::New, None) => {
            insert_case(connection, &write.case).await?;
            None
        }
        (Expected::Version(version), Some(row)) if row.version == integer(version) => {
            update_case(connection, &write.case).await?;
            Some(row.state)
        }
        _ => return Err(Failure::Refused(CommitError::Stale)),
    };
    for ticket in &write.tickets {
        write_ticket(connection, &write.case, ticket).await?;
    }
    if let Some(before) = before {
        follow_case(connection, write, &before).await?;
    }
    sqlx::query_file!("queries/case/refresh_open.sql", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query_file!("queries/case/reach_add.sql", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query_file!("queries/case/reach_remove.sql", id)
        .execute(&mut *connection)
        .await?;
    for blind in &write.blind {
        let (audience, tag) = (blind.audience.as_str(), blind.tag.as_slice());
        sqlx::query_file!("queries/blind/insert.sql", audience, tag, id)
            .execute(&mut *connection)
            .await?;
    }
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

async fn write_ticket(
    connection: &mut SqliteConnection,
    case: &CaseRow,
    row: &TicketRow,
) -> Result<(), Failure> {
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
    .execute(&mut *connection)
    .await?;
    write_reach(connection, case, ticket).await
}

/// Stores the keys a ticket carries: see [`declic_store::reach`].
async fn write_reach(
    connection: &mut SqliteConnection,
    case: &CaseRow,
    ticket: &declic_domain::ticket::Ticket,
) -> Result<(), Failure> {
    let id = ticket.name.case.0.as_bytes().as_slice();
    let number = i64::from(ticket.name.number.get());
    let code = i64::from(record::state::state_code(ticket.state));
    let held_since = ticket.held_since.as_microsecond();
    let keys = json_texts(&reach::keys_of(&case.case, ticket));
    sqlx::query_file!("queries/ticket/reach_remove.sql", id, number, keys)
        .execute(&mut *connection)
        .await?;
    sqlx::query_file!("queries/ticket/reach_add.sql", id, number, code, held_since, keys)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// The tickets a commit does not name carry other keys too when what they share with the case changes.
async fn follow_case(
    connection: &mut SqliteConnection,
    write: &CaseWrite,
    before: &[u8],
) -> Result<(), Failure> {
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
        return Ok(());
    }
    for row in sqlx::query_file!("queries/ticket/states.sql", id)
        .fetch_all(&mut *connection)
        .await?
    {
        let ticket = record::state::decode_ticket(&row.state).map_err(|error| corrupt("tickets", error))?;
        write_reach(connection, &write.case, &ticket).await?;
    }
    Ok(())
}

async fn write_entry(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), Failure> {
    let event = entry.event.0.as_slice();
    let case = entry.ticket.map(|ticket| ticket.name.case.0.as_bytes().to_vec());
    let number = entry.ticket.map(|ticket| i64::from(ticket.name.number.get()));
    let version = entry.ticket.map(|ticket| integer(ticket.version));
    let (key, leaf) = (entry.key_id.0.as_slice(), entry.leaf.as_slice());
    let commitments = entry.commitments.concat();
    sqlx::query_file!(
        "queries/entry/insert.sql",
        event,
        case,
        number,
        version,
        entry.kind,
        key,
        entry.recorded_at_us,
        commitments,
        leaf,
        entry.traceparent,
    )
    .execute(&mut *connection)
    .await?;
    for (position, object) in (0_i64..).zip(&entry.objects) {
        let (group, no) = (object.group as i64, i64::from(object.no));
        sqlx::query_file!(
            "queries/entry/insert_object.sql",
            event,
            position,
            group,
            no,
            object.bytes
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// A set of texts as the JSON list that `json_each` reads.
pub(crate) fn json_texts(texts: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(","))
}

fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
