//! What the accepted commands of a batch write, in few statements for all of them, and what is asked about it later.

use std::collections::BTreeMap;

use declic_store::Error;
use declic_store::commit::{Audience, CaseWrite, Commit, Entry};
use sqlx::SqliteConnection;

use crate::answers::stored_answer;
use crate::batch::Failure;
use crate::cases;
use crate::directory;
use crate::json::hex;
use crate::judge::Before;
use crate::queue::Work;
use crate::row::integer;
use crate::rows::{Rows, Value};
use crate::rules;

/// Writes commands that were judged.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    commands: &[(&Commit, &Before)],
) -> Result<(), Failure> {
    if commands.is_empty() {
        return Ok(());
    }
    let mut left = Left::default();
    for (commit, _) in commands {
        left.add(commit)?;
    }
    let writes = commands
        .iter()
        .filter_map(|(commit, before)| Some((commit.case.as_ref()?, *before)));
    cases::write(connection, writes).await?;
    for (commit, _) in commands {
        directory::write(connection, commit).await?;
    }
    for write in commands.iter().filter_map(|(commit, _)| commit.rules.as_ref()) {
        rules::write(connection, write).await?;
    }
    left.write(connection).await
}

/// What commands leave beside the states: answers, tags, and entries with their numbers.
#[derive(Default)]
struct Left<'c> {
    requests: Rows,
    tags: Rows,
    gone: Rows,
    entries: Rows,
    sections: Rows,
    journal: Rows,
    /// To which mailboxes each entry goes.
    audiences: Vec<&'c [Audience]>,
}

impl<'c> Left<'c> {
    fn add(&mut self, commit: &'c Commit) -> Result<(), Failure> {
        if let Some((key, answer)) = &commit.request {
            self.requests.push([
                Value::Text(&key.issuer),
                Value::Text(&key.subject),
                Value::Bytes(&key.id),
                Value::Bytes(&key.content),
                Value::Bytes(answer),
            ]);
        }
        if let Some(write) = &commit.case {
            self.add_tags(write);
        }
        for entry in &commit.entries {
            self.add_entry(entry)?;
        }
        Ok(())
    }

    fn add_tags(&mut self, write: &CaseWrite) {
        for (rows, tags) in [(&mut self.tags, &write.blind), (&mut self.gone, &write.gone)] {
            for blind in tags {
                rows.push([
                    Value::Text(blind.audience.as_str()),
                    Value::Bytes(&blind.tag),
                    Value::Bytes(write.case.case.id.0.as_bytes()),
                ]);
            }
        }
    }

    fn add_entry(&mut self, entry: &'c Entry) -> Result<(), Failure> {
        if entry.ticket.is_none() && !entry.audiences.is_empty() {
            return Err(Failure::from(Error::Corrupt {
                table: "mailbox",
                key: hex(&entry.event.0),
                problem: "an entry with an audience names its ticket".to_owned(),
            }));
        }
        let event = entry.event.0;
        let ticket = entry.ticket.as_ref();
        let number = |number: Option<i64>| number.map_or(Value::Null, Value::Number);
        self.entries.push([
            Value::Bytes(&event),
            ticket.map_or(Value::NoBytes, |ticket| {
                Value::Bytes(ticket.name.case.0.as_bytes())
            }),
            number(ticket.map(|ticket| i64::from(ticket.name.number.get()))),
            number(ticket.map(|ticket| integer(ticket.version))),
            Value::Text(entry.kind),
            Value::Bytes(&entry.key_id.0),
            Value::Number(entry.recorded_at_us),
            Value::Bytes(&entry.commitments.concat()),
            Value::Bytes(&entry.leaf),
            Value::Text(&entry.traceparent),
        ]);
        for (position, object) in (0..).zip(&entry.objects) {
            self.sections.push([
                Value::Bytes(&event),
                Value::Number(position),
                Value::Number(i64::from(object.group as u8)),
                Value::Number(i64::from(object.no)),
                Value::Bytes(&object.bytes),
            ]);
        }
        self.journal.push([Value::Bytes(&event)]);
        self.audiences.push(&entry.audiences);
        Ok(())
    }

    /// One row for each entry and audience, by the places they have in this batch.
    fn mailbox(&self) -> Rows {
        let mut mailbox = Rows::default();
        let mut before = BTreeMap::new();
        for (place, audiences) in (1..).zip(&self.audiences) {
            let after = self.audiences.len() - place;
            for audience in *audiences {
                let before = before.entry(audience).or_insert(0);
                mailbox.push([
                    Value::Text(audience.as_str()),
                    Value::Number(*before),
                    Value::Number(integer(after as u64)),
                ]);
                *before += 1;
            }
        }
        mailbox
    }

    async fn write(self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        let (mailbox, _) = self.mailbox().arguments();
        let (requests, request_bytes) = self.requests.arguments();
        let (tags, tag_bytes) = self.tags.arguments();
        let (gone, gone_bytes) = self.gone.arguments();
        let (entries, entry_bytes) = self.entries.arguments();
        let (sections, section_bytes) = self.sections.arguments();
        let (journal, journal_bytes) = self.journal.arguments();
        sqlx::query_file!(
            "queries/commit/record.sql",
            requests,
            request_bytes,
            tags,
            tag_bytes,
            entries,
            entry_bytes,
            sections,
            section_bytes,
            journal,
            journal_bytes,
            mailbox,
            gone,
            gone_bytes,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
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

/// Whether this work is in the database; none when the database cannot tell.
pub(crate) async fn is_done(connection: &mut SqliteConnection, work: &Work) -> Result<Option<bool>, Failure> {
    let Work::Commit(commit) = work else {
        // Numbers leave no trace of who took them; who seals or sums up asks again from what the database holds then.
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
