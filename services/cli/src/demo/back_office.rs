//! What an agency's own software does with a connector: reads the hand-over files, writes answer files. Nothing else.
//!
//! It knows no hub, no key and no address: two folders, and the two formats of `services/connector/schemas`. This one
//! plays an agency whose software finds a person in its files by family name and has the next thing to say; about
//! somebody it does not know it says nothing, and an agent looks.
//!
//! It may be stopped at any point and started again: it keeps nothing, it reads again. An answer bears the same name and
//! content each time it is written, and the connector counts it once.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::plot::{Turn, turn};

/// Between two looks at the folder, as software of its kind does.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// One agency's software.
pub struct BackOffice {
    /// Which files it keeps.
    pub agency: &'static str,
    /// The agent who is accountable, "members/claire.morel".
    pub agent: String,
    /// Where the connector writes tickets.
    pub outbox: PathBuf,
    /// Where the connector reads answers.
    pub inbox: PathBuf,
}

/// What it remembers while it runs.
#[derive(Default)]
struct Seen {
    files: HashMap<PathBuf, SystemTime>,
    said: HashSet<String>,
}

/// What it reads of a hand-over file.
#[derive(Deserialize)]
struct HandedOver {
    ticket: String,
    reference: String,
    erased: bool,
    #[serde(default)]
    state: String,
    #[serde(default)]
    epoch: u32,
    #[serde(default)]
    person: Option<Person>,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Person {
    family_name: String,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
}

impl BackOffice {
    /// Works until it is dropped.
    ///
    /// # Errors
    /// A folder cannot be read or written, or a file is not of its format.
    pub async fn run(self) -> anyhow::Result<Infallible> {
        let mut seen = Seen::default();
        loop {
            self.look(&mut seen)?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Answers every file that is new or was rewritten.
    fn look(&self, seen: &mut Seen) -> anyhow::Result<()> {
        let folder = std::fs::read_dir(&self.outbox).with_context(|| self.outbox.display().to_string())?;
        for entry in folder {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with('.') || !name.ends_with(".json") {
                continue;
            }
            let written = std::fs::metadata(&path)?.modified()?;
            if seen.files.insert(path.clone(), written) == Some(written) {
                continue;
            }
            let content = std::fs::read(&path)?;
            let ticket: HandedOver =
                serde_json::from_slice(&content).with_context(|| path.display().to_string())?;
            if let Some((name, answer)) = self.answer(&ticket)
                && seen.said.insert(name.clone())
            {
                put(&self.inbox, &name, &answer)?;
            }
        }
        Ok(())
    }

    /// The next thing to say about a ticket, and the name of its file.
    fn answer(&self, ticket: &HandedOver) -> Option<(String, Value)> {
        if ticket.erased {
            return None;
        }
        // A ticket that was redirected here brings the texts of its predecessor: what was said here comes after.
        let here = ticket
            .events
            .iter()
            .rev()
            .take_while(|event| event.kind != "OPENED");
        let taken = here.filter(|event| is_turn(&event.kind)).count();
        let next = turn(self.agency, &ticket.person.as_ref()?.family_name, taken)?;
        let mut answer = match (ticket.state.as_str(), next) {
            ("ROUTED" | "DELIVERED", _) => json!({ "action": "acknowledge", "agent": self.agent }),
            ("ACKNOWLEDGED", Turn::Ask { label, why }) => {
                json!({ "action": "ask", "items": [{ "kind": "DOCUMENT", "label": label, "why": why }] })
            }
            ("ACKNOWLEDGED", Turn::Agricultural { message }) => json!({
                "action": "redirect", "reason": "WRONG_REGIME", "regime": "AGRICULTURAL", "message": message,
            }),
            ("ACKNOWLEDGED", Turn::Resolve { outcome, message }) => {
                json!({ "action": "resolve", "outcome": outcome.name(), "message": message })
            }
            _ => return None,
        };
        answer["schema"] = "declic/answer/v1".into();
        answer["ticket"] = ticket.ticket.as_str().into();
        answer["epoch"] = ticket.epoch.into();
        let number = ticket.ticket.rsplit('/').next().unwrap_or_default();
        let action = answer["action"].as_str().unwrap_or_default();
        Some((
            format!("{}.{number}.{taken}-{action}.json", ticket.reference),
            answer,
        ))
    }
}

/// Whether this happened because the agency said something.
fn is_turn(kind: &str) -> bool {
    matches!(kind, "INFORMATION_REQUESTED" | "REDIRECTED" | "RESOLVED")
}

/// Whole or not at all: the connector never meets half an answer.
fn put(inbox: &Path, name: &str, answer: &Value) -> anyhow::Result<()> {
    let beside = inbox.join(format!(".{name}.tmp"));
    let mut file = std::fs::File::create(&beside).with_context(|| beside.display().to_string())?;
    serde_json::to_writer_pretty(&mut file, answer)?;
    file.write_all(b"\n")?;
    std::fs::rename(&beside, inbox.join(name)).with_context(|| beside.display().to_string())
}
