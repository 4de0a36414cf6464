//! Answers of the agency's software, read back from its folder and sent as commands.
//!
//! An answer goes from `inbox/` to `sending/` once it can be read, and from there to `done/` or `refused/` with the
//! hub's answer beside it; what cannot be read goes to `rejected/` with the reason. It is never anywhere else and never
//! in two places. Its request id comes from its name and content and is written down before the first attempt, so that
//! every attempt, also after a crash, is the same command.

mod format;
mod send;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use declic_client::{Client, Code, Error, ErrorReason};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use format::{Action, Answer, MAX_BYTES, Refused, SCHEMA, parse};
pub use send::{REFUSAL_SCHEMA, RESULT_SCHEMA};

use crate::cursor::{Answered, Records};
use crate::files::{self, Folder};
use crate::handover::hex;

/// How long a file that stops in the middle may stay unchanged before it is rejected.
pub const UNFINISHED_FOR: Duration = Duration::from_secs(5);

const LONGEST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_NAME: usize = 200;

/// The folders of answers.
#[derive(Debug, Clone)]
pub struct Folders {
    inbox: Folder,
    sending: Folder,
    done: Folder,
    refused: Folder,
    rejected: Folder,
}

/// Reads, sends and files answers.
pub struct Answers {
    client: Client,
    records: Arc<Records>,
    folders: Folders,
    poll: Duration,
    unfinished: HashMap<String, Growing>,
    failures: u32,
}

/// A file that stops in the middle, as it was last seen.
struct Growing {
    size: u64,
    modified: Option<SystemTime>,
    since: Instant,
}

/// What to do after an answer.
enum Next {
    /// The next file.
    Continue,
    /// The next file, unless it is of the same ticket.
    SkipTicket(String),
    /// Nothing more now: the hub is away.
    Stop,
}

impl Folders {
    /// Takes the folder of answers and makes the others inside it.
    ///
    /// # Errors
    /// As [`Folder::prepare`].
    pub fn prepare(inbox: Folder) -> Result<Self, files::Error> {
        Ok(Self {
            sending: inbox.inside("sending")?,
            done: inbox.inside("done")?,
            refused: inbox.inside("refused")?,
            rejected: inbox.inside("rejected")?,
            inbox,
        })
    }
}

impl Answers {
    /// Answers found in these folders, looked at every `poll`.
    pub fn new(client: Client, records: Arc<Records>, folders: Folders, poll: Duration) -> Self {
        Self {
            client,
            records,
            folders,
            poll,
            unfinished: HashMap::new(),
            failures: 0,
        }
    }

    /// Works until it is dropped, which harms nothing.
    pub async fn run(mut self) {
        loop {
            match self.round().await {
                Ok(true) => self.failures = 0,
                Ok(false) => self.failures = self.failures.saturating_add(1),
                Err(error) => {
                    self.failures = self.failures.saturating_add(1);
                    tracing::error!(
                        error = format!("{error:#}"),
                        "answers cannot be treated and are kept"
                    );
                }
            }
            tokio::time::sleep(self.pause()).await;
        }
    }

    /// The time between two looks, doubled with each look at which something could not be sent.
    fn pause(&self) -> Duration {
        let doubled = self.poll.saturating_mul(1 << self.failures.min(12));
        doubled.min(LONGEST_PAUSE.max(self.poll))
    }

    /// Looks once; true when nothing is left that could not be sent.
    async fn round(&mut self) -> anyhow::Result<bool> {
        let all_taken_in = self.take_in().await?;
        let names = self.blocking(|folders| names_in_order(&folders.sending)).await?;
        let mut skipped = HashSet::new();
        for name in names {
            match self.treat(&name, &skipped).await? {
                Next::Continue => {}
                Next::SkipTicket(ticket) => {
                    skipped.insert(ticket);
                }
                Next::Stop => return Ok(false),
            }
        }
        Ok(all_taken_in && skipped.is_empty())
    }

    /// Moves what can be read to `sending/`, and what cannot to `rejected/`; true when every file could be looked at.
    async fn take_in(&mut self) -> anyhow::Result<bool> {
        let names = self.blocking(|folders| names_in_order(&folders.inbox)).await?;
        self.unfinished.retain(|name, _| names.contains(name));
        let mut all = true;
        for name in names {
            // A file we may not read is the trouble of that file, not of the others.
            if let Err(error) = self.take_in_one(name).await {
                all = false;
                tracing::error!(error = format!("{error:#}"), "an answer file cannot be taken in");
            }
        }
        Ok(all)
    }

    async fn take_in_one(&mut self, name: String) -> anyhow::Result<()> {
        let read = name.clone();
        let content = self
            .blocking(move |folders| Ok(folders.inbox.read(&read, MAX_BYTES)?))
            .await?;
        match content.as_deref().map(parse) {
            Some(Ok(_)) => self.claim(name).await,
            Some(Err(Refused::Unfinished)) if self.may_grow(&name).await => Ok(()),
            Some(Err(refused)) => self.reject(From::Inbox, name, problems(refused)).await,
            None => self.reject(From::Inbox, name, too_long()).await,
        }
    }

    async fn claim(&self, name: String) -> anyhow::Result<()> {
        self.blocking(move |folders| {
            // One of the same name is still being sent: this one waits its turn.
            if !folders.sending.holds(&name) {
                folders.inbox.hand_to(&folders.sending, &name)?;
            }
            Ok(())
        })
        .await
    }

    /// Whether a file that stops in the middle may still be growing.
    async fn may_grow(&mut self, name: &str) -> bool {
        let path = self.folders.inbox.path().join(name);
        let seen = tokio::fs::metadata(&path).await;
        let Ok(metadata) = seen else {
            return true;
        };
        let (size, modified) = (metadata.len(), metadata.modified().ok());
        let growing = self.unfinished.entry(name.to_owned()).or_insert_with(|| Growing {
            size,
            modified,
            since: Instant::now(),
        });
        if growing.size != size || growing.modified != modified {
            *growing = Growing {
                size,
                modified,
                since: Instant::now(),
            };
        }
        growing.since.elapsed() < UNFINISHED_FOR
    }

    async fn treat(&self, name: &str, skipped: &HashSet<String>) -> anyhow::Result<Next> {
        let read = name.to_owned();
        let content = self
            .blocking(move |folders| Ok(folders.sending.read(&read, MAX_BYTES)?))
            .await?;
        let Some(content) = content else {
            self.reject(From::Sending, name.to_owned(), too_long()).await?;
            return Ok(Next::Continue);
        };
        let answer = match parse(&content) {
            Ok(answer) => answer,
            // It changed while it was taken in.
            Err(refused) => {
                self.reject(From::Sending, name.to_owned(), problems(refused))
                    .await?;
                return Ok(Next::Continue);
            }
        };
        if skipped.contains(&answer.ticket) {
            return Ok(Next::Continue);
        }
        let digest = digest(name, &content);
        let ticket = answer.ticket.clone();
        let known = self
            .records
            .claim_answer(&digest, name, request_id(&digest))
            .await?;
        let settled = match known {
            Answered::Sending(id) => match send::send(&self.client, answer, id).await {
                Ok(taken) => Answered::Done(send::result_text(name, id, taken)),
                Err(error) if is_final(&error) => {
                    tracing::warn!(ticket, reason = error.reason_name(), "the hub refused an answer");
                    Answered::Refused(send::refusal_text(name, id, &ticket, &error))
                }
                Err(error) => return Ok(kept(&error, ticket)),
            },
            settled => settled,
        };
        self.records.settle_answer(&digest, &settled).await?;
        self.file(name.to_owned(), settled).await?;
        Ok(Next::Continue)
    }

    /// Puts a settled answer away with its result beside it.
    async fn file(&self, name: String, settled: Answered) -> anyhow::Result<()> {
        self.blocking(move |folders| {
            let (folder, result) = match settled {
                Answered::Done(result) => (&folders.done, result),
                Answered::Refused(result) => (&folders.refused, result),
                Answered::Sending(_) => return Ok(()),
            };
            let stem = stem(&folder.free_name(&name)).to_owned();
            folder.write(&format!("{stem}.result.json"), result.as_bytes())?;
            folders.sending.hand_to(folder, &name)?;
            Ok(())
        })
        .await
    }

    async fn reject(&self, from: From, name: String, problems: Vec<String>) -> anyhow::Result<()> {
        let id = hex(&Sha256::digest(name.as_bytes())[..4]);
        tracing::warn!(
            file_digest = id,
            problems = problems.len(),
            "an answer file cannot be read and was rejected"
        );
        let text = rejection_text(&name, &problems);
        self.blocking(move |folders| {
            let from = match from {
                From::Inbox => &folders.inbox,
                From::Sending => &folders.sending,
            };
            let stem = stem(&folders.rejected.free_name(&name)).to_owned();
            folders
                .rejected
                .write(&format!("{stem}.error.txt"), text.as_bytes())?;
            from.hand_to(&folders.rejected, &name)?;
            Ok(())
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folders) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let folders = self.folders.clone();
        tokio::task::spawn_blocking(move || work(&folders))
            .await
            .context("work on the folders of answers was cut short")?
    }
}

#[derive(Clone, Copy)]
enum From {
    Inbox,
    Sending,
}

/// What the hub will not take later either, unless the agency does something else first.
fn is_final(error: &Error) -> bool {
    // Our key, or a fault of the hub: nothing the answer could do about it.
    let not_its_fault = matches!(
        error.reason,
        Some(ErrorReason::TokenInvalid | ErrorReason::Internal)
    );
    !error.is_transient() && !not_its_fault
}

fn kept(error: &Error, ticket: String) -> Next {
    tracing::warn!(
        ticket,
        reason = error.reason_name(),
        code = ?error.code,
        "an answer could not be sent; it is kept and sent again with the same request id"
    );
    match (error.reason, error.code) {
        // The trouble of one ticket, perhaps: the others need not wait for it.
        (Some(ErrorReason::CaseBusy | ErrorReason::Internal), _) | (None, Code::Unknown | Code::Internal) => {
            Next::SkipTicket(ticket)
        }
        _ => Next::Stop,
    }
}

/// The digest that names an answer: its file's name and content.
fn digest(name: &str, content: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [SCHEMA.as_bytes(), b"\0", name.as_bytes(), b"\0", content] {
        digest.update(part);
    }
    digest.finalize().into()
}

/// A UUID of version 8 (RFC 9562, 5.8) from the first bytes of the digest.
fn request_id(digest: &[u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Names of the answers in a folder: regular files whose name ends in ".json", oldest change first, then by name.
fn names_in_order(folder: &Folder) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder.path())
        .with_context(|| format!("{} cannot be listed", folder.path().display()))?;
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // Another process may have taken the file away since.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_file() && is_answer(&name) {
            found.push((metadata.modified().ok(), name));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, name)| name).collect())
}

fn is_answer(name: &str) -> bool {
    name.ends_with(".json")
        && !name.ends_with(".result.json")
        && !name.starts_with('.')
        && name.len() <= LONGEST_NAME
        && !name.contains(char::is_control)
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".json").unwrap_or(name)
}

fn problems(refused: Refused) -> Vec<String> {
    match refused {
        Refused::Problems(problems) => problems,
        Refused::Unfinished => {
            let seconds = UNFINISHED_FOR.as_secs();
            vec![format!(
                "the file stops in the middle and did not grow for {seconds} s: write it under a name that does not end \
                 in .json, and rename it once it is whole"
            )]
        }
    }
}

fn too_long() -> Vec<String> {
    vec![format!(
        "the file holds more than {MAX_BYTES} bytes: shorten its texts"
    )]
}

fn rejection_text(name: &str, problems: &[String]) -> String {
    let list: String = problems.iter().map(|problem| format!("- {problem}\n")).collect();
    format!(
        "{name} was not sent: nothing changed on the ticket.\n\n{list}\n\
         Correct it and put it into the inbox again. The format is described in docs/guides/connector.md and in\n\
         services/connector/schemas/answer.schema.json.\n"
    )
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
