//! The story: opens the cases one after another, a few at a time, shows every move, and gathers what happened.

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Clock as _, Ids as _, Shutdown, SystemClock, SystemIds};
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;

use super::actors::{Ended, SocialWorker, TriageAgent};
use super::folder::Folder;
use super::house::House;
use super::narrator::{Narrator, Told};
use super::people::{self, MEMBERS, ORGANISATIONS, Role};
use super::plot::{self, CASES};
use crate::case_file::CaseFile;
use crate::failure::{Exit, Failure};
use crate::screen::{Manner, Screen};
use crate::strict_json;
use crate::view::time;

/// Cases open at once: enough to see them side by side, few enough to follow.
const AT_ONCE: usize = 3;

/// Hints kept for somebody who is busy.
const HINTS: usize = 1_024;

/// The last lines are told within this time of the last move, or something is wrong.
const LAST_LINES: Duration = Duration::from_secs(10);

/// Something that happened.
pub struct Event {
    /// "cases/…/tickets/1".
    pub ticket: String,
    /// As in the contract ("RESOLVED").
    pub kind: String,
    pub at: Timestamp,
    pub id: Vec<u8>,
}

/// What happened in the story, as the organisations may read it.
#[derive(Default)]
pub struct Happened {
    pub cases: Vec<v1::Case>,
    /// By ticket, oldest first.
    pub events: Vec<Event>,
}

/// Plays the story.
pub async fn play(
    folder: &Folder,
    house: &mut House,
    shutdown: &Shutdown,
    screen: &mut Screen,
) -> Result<Happened, Failure> {
    let (moves, _) = broadcast::channel(HINTS);
    let (lines, told) = mpsc::unbounded_channel();
    let mut people = JoinSet::new();
    let mut managers = Vec::new();
    for organisation in &ORGANISATIONS {
        let client = house.client(folder, organisation.manager)?;
        managers.push((organisation.id, client.clone()));
        let (lines, moves) = (lines.clone(), moves.clone());
        let (manner, since) = (screen.manner.clone(), SystemClock.now());
        people.spawn(
            Narrator {
                client,
                manner,
                since,
                lines,
                moves,
            }
            .run(),
        );
    }
    for desk in people::triage_desks() {
        let agent = TriageAgent {
            client: house.client(folder, desk.agent)?,
            agency: desk.id,
            agent: format!("members/{}", desk.agent),
            lang: screen.manner.lang,
            moves: moves.subscribe(),
        };
        people.spawn(agent.run());
    }
    let mut waiting = VecDeque::new();
    for plot in &CASES {
        let client = house.client(folder, plot.opener)?;
        let (manner, moves) = (screen.manner.clone(), moves.subscribe());
        waiting.push_back((
            SocialWorker {
                client,
                plot,
                manner,
                moves,
            },
            request(folder, plot, &screen.manner)?,
        ));
    }
    Stage {
        house,
        shutdown,
        people,
        managers,
        told,
        seen: HashSet::new(),
    }
    .run(waiting, screen)
    .await
}

/// Everybody on stage, and what was told so far.
struct Stage<'a> {
    house: &'a mut House,
    shutdown: &'a Shutdown,
    people: JoinSet<Result<Infallible, Failure>>,
    /// Of each organisation.
    managers: Vec<(&'static str, Client)>,
    told: mpsc::UnboundedReceiver<Told>,
    /// Events whose line was shown.
    seen: HashSet<Vec<u8>>,
}

impl Stage<'_> {
    async fn run(
        mut self,
        mut waiting: VecDeque<(SocialWorker, v1::OpenCaseRequest)>,
        screen: &mut Screen,
    ) -> Result<Happened, Failure> {
        let mut open = JoinSet::new();
        let mut ended = Vec::new();
        loop {
            while open.len() < AT_ONCE
                && let Some((worker, request)) = waiting.pop_front()
            {
                open.spawn(worker.follow(request));
            }
            if open.is_empty() {
                break;
            }
            tokio::select! {
                Some(case) = open.join_next() => ended.push(case.map_err(|error| panicked(&error))??),
                line = self.next_line(&screen.manner) => self.show(line?, screen)?,
            }
        }
        let happened = self.gather(&ended).await;
        let happened = happened.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        while happened.events.iter().any(|event| !self.seen.contains(&event.id)) {
            let line = tokio::time::timeout(LAST_LINES, self.next_line(&screen.manner)).await;
            let silent = |_| Failure::new(Exit::Failure, screen.manner.text("demo-untold", &[]));
            let line = line.map_err(silent)??;
            self.show(line, screen)?;
        }
        Ok(happened)
    }

    /// The next move, or why there will be none.
    async fn next_line(&mut self, manner: &Manner) -> Result<Told, Failure> {
        tokio::select! {
            Some(told) = self.told.recv() => Ok(told),
            Some(person) = self.people.join_next() => Err(match person {
                Ok(Err(failure)) => failure,
                Err(error) => panicked(&error),
                Ok(Ok(never)) => match never {},
            }),
            failure = self.house.broken_back_office() => Err(failure),
            () = self.shutdown.stopping() => Err(Failure::new(Exit::Failure, manner.text("demo-interrupted", &[]))),
        }
    }

    fn show(&mut self, told: Told, screen: &mut Screen) -> Result<(), Failure> {
        self.seen.insert(told.event_id);
        if screen.manner.json {
            Ok(())
        } else {
            screen.show(&format!("{}\n", told.line))
        }
    }

    /// Reads every case again, from beginning to end.
    async fn gather(&self, ended: &[Ended]) -> Result<Happened, declic_client::Error> {
        let mut happened = Happened::default();
        // A ticket that follows another brings the events that its agency may read: each counts once, where it happened.
        let mut known = HashSet::new();
        for Ended { case, opener } in ended {
            let home = organisation(opener);
            let Some((_, manager)) = self.managers.iter().find(|(id, _)| *id == home) else {
                continue;
            };
            let answer = manager
                .get_case(v1::GetCaseRequest { name: case.clone() })
                .await?;
            let case = answer.case.unwrap_or_default();
            for ticket in &case.tickets {
                let request = v1::ListEventsRequest {
                    parent: ticket.name.clone(),
                    page_size: 200,
                    ..Default::default()
                };
                for event in manager.list_events(request).await?.events {
                    if !known.insert(event.event_id.clone()) {
                        continue;
                    }
                    let at = time(event.record_time).unwrap_or_default();
                    happened.events.push(Event {
                        ticket: ticket.name.clone(),
                        kind: event.r#type,
                        at,
                        id: event.event_id,
                    });
                }
            }
            happened.cases.push(case);
        }
        Ok(happened)
    }
}

/// The text of a case's input, agreed to yesterday for a year: the shipped files stay as they are, and work in any year.
pub fn agreed_yesterday(input: &str, manner: &Manner) -> Result<String, Failure> {
    let wrong = |what: String| Failure::new(Exit::Failure, what);
    let mut input: Value = serde_json::from_str(input).map_err(|error| wrong(error.to_string()))?;
    let today = manner.now.to_zoned(manner.zone.clone()).date();
    let yesterday = today.yesterday().map_err(|error| wrong(error.to_string()))?;
    input["mandate"]["given_on"] = yesterday.to_string().into();
    input["mandate"]["expires_on"] = yesterday.saturating_add(1.year()).to_string().into();
    let text = serde_json::to_string_pretty(&input).map_err(|error| wrong(error.to_string()))?;
    Ok(text + "\n")
}

fn request(folder: &Folder, plot: &plot::Case, manner: &Manner) -> Result<v1::OpenCaseRequest, Failure> {
    let input = agreed_yesterday(plot.input, manner)?;
    folder.write_case(plot.file, &input)?;
    let case = strict_json::parse::<CaseFile>(input.as_bytes(), manner.lang);
    let case =
        case.map_err(|mistake| Failure::new(Exit::Failure, mistake.to_text(manner.lang)).detail(plot.file))?;
    Ok(case.into_request(SystemIds.random().to_string(), false))
}

fn organisation(member: &str) -> &'static str {
    let found = MEMBERS.iter().find(|found| found.id == member);
    match found.map(|found| found.role) {
        Some(Role::SocialWorker(organisation) | Role::OrganisationManager(organisation)) => organisation,
        _ => "",
    }
}

fn panicked(error: &tokio::task::JoinError) -> Failure {
    Failure::new(Exit::Failure, error.to_string())
}
