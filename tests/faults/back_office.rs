//! An agency's software beside its connector: it reads the tickets in one folder and writes answers into the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;

/// Between two looks at the folder of tickets.
const LOOK: Duration = Duration::from_millis(20);

/// The work must be done within this time.
const AT_MOST: Duration = Duration::from_secs(100);

/// The software: it answers each ticket twice, acknowledging at first sight and resolving once that is known.
#[derive(Debug)]
pub struct BackOffice {
    outbox: PathBuf,
    inbox: PathBuf,
    tickets: BTreeMap<String, Ticket>,
    answers: BTreeSet<String>,
    work: watch::Sender<usize>,
}

/// A ticket as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: String,
    /// How often its file was written, at most.
    pub revision: u64,
    epoch: u64,
}

impl BackOffice {
    /// Over the folders of a connector, which makes them.
    pub fn beside(connector: &Path) -> Self {
        Self {
            outbox: connector.join("outbox"),
            inbox: connector.join("inbox"),
            tickets: BTreeMap::new(),
            answers: BTreeSet::new(),
            work: watch::Sender::new(0),
        }
    }

    /// Answers written and outcomes read, as they grow: three for each ticket.
    pub fn progress(&self) -> watch::Receiver<usize> {
        self.work.subscribe()
    }

    /// Works until so many tickets are resolved, as their files say, and every answer is put away.
    pub async fn work(&mut self, tickets: usize) {
        let begun = Instant::now();
        while !self.is_done(tickets) {
            assert!(begun.elapsed() < AT_MOST && self.is_served(), "{}", self.left());
            self.look();
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Tickets by the name of their file.
    pub fn tickets(&self) -> &BTreeMap<String, Ticket> {
        &self.tickets
    }

    /// Names of the answers that were written.
    pub fn answers(&self) -> &BTreeSet<String> {
        &self.answers
    }

    fn look(&mut self) {
        for file in names(&self.outbox).into_iter().filter(|file| is_ticket(file)) {
            if self.tickets.get(&file).is_some_and(Ticket::is_resolved) {
                continue;
            }
            let ticket = Ticket::read(&self.outbox.join(&file));
            match ticket.state.as_str() {
                "ROUTED" | "DELIVERED" => self.answer(&file, &ticket, json!({"action": "acknowledge"})),
                "ACKNOWLEDGED" => self.answer(
                    &file,
                    &ticket,
                    json!({"action": "resolve", "outcome": "RIGHT_RESTORED", "message": "Le versement est rétabli."}),
                ),
                _ => {}
            }
            self.tickets.insert(file, ticket);
        }
        let resolved = self
            .tickets
            .values()
            .filter(|ticket| ticket.is_resolved())
            .count();
        self.work.send_replace(self.answers.len() + resolved);
    }

    /// Writes an answer once, whole.
    fn answer(&mut self, file: &str, ticket: &Ticket, mut answer: Value) {
        let action = answer["action"].as_str().expect("an action").to_owned();
        let name = file.replace(".json", &format!(".{action}.json"));
        if !self.answers.insert(name.clone()) {
            return;
        }
        answer["schema"] = "declic/answer/v1".into();
        answer["ticket"] = ticket.name.as_str().into();
        answer["epoch"] = ticket.epoch.into();
        let unfinished = self.inbox.join(format!("{name}.part"));
        fs::write(&unfinished, answer.to_string()).expect("a file");
        fs::rename(&unfinished, self.inbox.join(&name)).expect("a file that is moved");
    }

    fn is_done(&self, tickets: usize) -> bool {
        let resolved = self
            .tickets
            .values()
            .filter(|ticket| ticket.is_resolved())
            .count();
        resolved >= tickets && names(&self.inbox.join("done")).len() >= 2 * self.answers.len()
    }

    /// Whether every answer found its way so far: each of them can be taken.
    fn is_served(&self) -> bool {
        let turned_away = ["refused", "rejected"].map(|folder| self.inbox.join(folder));
        turned_away.iter().all(|folder| names(folder).is_empty())
    }

    fn left(&self) -> String {
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for ticket in self.tickets.values() {
            *states.entry(ticket.state.as_str()).or_default() += 1;
        }
        let folders = ["", "sending", "done", "refused", "rejected"];
        let counts = folders.map(|folder| (folder, names(&self.inbox.join(folder)).len()));
        format!("the work is not done: tickets {states:?}, answers {counts:?}")
    }
}

impl Ticket {
    /// Reads a hand-over file, which is whole whenever it is there.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a hand-over file");
        let value: Value = serde_json::from_str(&text).expect("a hand-over file is always whole");
        let text = |member: &str| value[member].as_str().expect("a text").to_owned();
        let number = |member: &str| value[member].as_u64().expect("a number");
        Self {
            name: text("ticket"),
            state: text("state"),
            revision: number("revision"),
            epoch: number("epoch"),
        }
    }

    fn is_resolved(&self) -> bool {
        self.state == "RESOLVED"
    }
}

/// Names of the files in a folder, in order; none before it is made.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeSet::new(),
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let files = entries.map(|entry| entry.expect("an entry of a folder"));
    // A file that was moved away since is in no folder's list.
    let files = files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    files
        .map(|entry| entry.file_name().into_string().expect("a name in UTF-8"))
        .collect()
}

fn is_ticket(file: &str) -> bool {
    file.ends_with(".json") && !file.starts_with('.')
}
