//! What was asked and what was answered, as Jepsen records it: ok, fail (it was not done), info (nobody knows).

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use declic_client::{Client, Error, ErrorReason};
use declic_proto::v1;
use declic_runtime::{Clock as _, SystemClock};
use jiff::Timestamp;
use prost::Message as _;
use tokio::sync::watch;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Same, once a disk is full: people wait longer for what somebody has to do by hand.
const WHILE_FULL: Duration = Duration::from_secs(1);

/// Same, once a hub has no database: it is asked as often by many at once.
const WHILE_AWAY: Duration = Duration::from_millis(200);

/// A request must be answered within this time, however often its hub is killed.
const AT_MOST: Duration = Duration::from_secs(60);

/// What the system says of a connection that nobody takes: the request has not left.
const NEVER_SENT: &str = "Connection refused";

/// A command with the request id its client made: sent again, it is the same.
#[derive(Debug, Clone)]
pub enum Request {
    /// Opens a case.
    Open(Box<v1::OpenCaseRequest>),
    /// Takes a ticket.
    Acknowledge(v1::AcknowledgeTicketRequest),
    /// Gives the outcome.
    Resolve(v1::ResolveTicketRequest),
    /// Sends a triage ticket on.
    RouteByHand(v1::RouteTicketByHandRequest),
    /// Confirms.
    Close(v1::CloseTicketRequest),
    /// Writes to everyone on the ticket.
    Post(v1::PostMessageRequest),
}

/// What a command was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer, byte for byte.
    pub bytes: Vec<u8>,
    /// Name and reference of the case it opened.
    pub case: Option<(String, String)>,
    /// What it did to each ticket.
    pub tickets: Vec<v1::Confirmation>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Ok,
    /// Nothing was done: the hub was down, or refused it for now.
    Fail(String),
    /// Done or not: nobody knows.
    Info(String),
}

/// One attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When it was sent.
    pub sent: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
}

/// A request with all its attempts.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who asks.
    pub member: &'static str,
    /// What.
    pub request: Request,
    /// One after the other, until the answer.
    pub attempts: Vec<Attempt>,
    /// The answer.
    pub answer: Answer,
    /// From the first attempt to the answer.
    pub took: Duration,
}

/// Every call of a run.
#[derive(Debug)]
pub struct History {
    calls: Mutex<Vec<Call>>,
    answered: watch::Sender<usize>,
    refused: watch::Sender<BTreeMap<&'static str, Vec<Duration>>>,
}

/// What a history counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls, each answered.
    pub calls: usize,
    /// Attempts beyond the first.
    pub retries: usize,
    /// Attempts of which nobody knew whether they had an effect.
    pub unknown: usize,
    /// Calls whose retry was answered with the effect of an earlier attempt.
    pub already_done: usize,
    /// Most attempts of one call beyond the first.
    pub most_retries: usize,
    /// The longest from first attempt to answer.
    pub longest: Duration,
}

impl Request {
    /// Sends it once.
    pub async fn send(&self, client: &Client) -> Result<Answer, Error> {
        Ok(match self.clone() {
            Self::Open(request) => {
                let answer = client.open_case(*request).await?;
                let case = Some((answer.case.clone(), answer.reference.clone()));
                Answer {
                    bytes: answer.encode_to_vec(),
                    case,
                    tickets: answer.tickets,
                }
            }
            Self::Acknowledge(request) => {
                let answer = client.acknowledge_ticket(request).await?;
                of(answer.encode_to_vec(), [answer.confirmation])
            }
            Self::Resolve(request) => {
                let answer = client.resolve_ticket(request).await?;
                of(answer.encode_to_vec(), [answer.confirmation])
            }
            Self::RouteByHand(request) => {
                let answer = client.route_ticket_by_hand(request).await?;
                of(answer.encode_to_vec(), [answer.confirmation, answer.successor])
            }
            Self::Close(request) => {
                let answer = client.close_ticket(request).await?;
                of(answer.encode_to_vec(), [answer.confirmation])
            }
            Self::Post(request) => {
                let answer = client.post_message(request).await?;
                of(answer.encode_to_vec(), [answer.confirmation])
            }
        })
    }
}

impl Default for History {
    fn default() -> Self {
        Self {
            calls: Mutex::default(),
            answered: watch::Sender::new(0),
            refused: watch::Sender::default(),
        }
    }
}

impl History {
    /// Asks until there is an answer, always the same request, of one hub after the other, and records everything. Nothing
    /// in these runs gives a hub a reason to refuse: a refusal is a defect.
    pub async fn ask(&self, hubs: &[Client], member: &'static str, request: Request) -> Answer {
        let begun = Instant::now();
        let mut attempts = Vec::new();
        loop {
            let (sent, asked) = (SystemClock.now(), Instant::now());
            let failed = match request.send(&hubs[attempts.len() % hubs.len()]).await {
                Ok(answer) => {
                    attempts.push(Attempt {
                        sent,
                        outcome: Outcome::Ok,
                    });
                    self.record(Call {
                        member,
                        request,
                        attempts,
                        answer: answer.clone(),
                        took: begun.elapsed(),
                    });
                    return answer;
                }
                Err(error) => error,
            };
            assert!(
                failed.is_transient(),
                "{member} was refused after {attempts:?}: {failed:?} to {request:?}"
            );
            assert!(
                begun.elapsed() < AT_MOST,
                "{member} gets no answer to {request:?}: {failed:?}"
            );
            let words = failed.to_string();
            let outcome = if failed.is_outcome_unknown() && !words.contains(NEVER_SENT) {
                Outcome::Info(words)
            } else {
                Outcome::Fail(words)
            };
            attempts.push(Attempt { sent, outcome });
            let reason = failed.reason_name();
            self.refused
                .send_modify(|refused| refused.entry(reason).or_default().push(asked.elapsed()));
            let pause = match failed.reason {
                Some(ErrorReason::DiskFull) => WHILE_FULL,
                Some(ErrorReason::StorageUnavailable) => WHILE_AWAY,
                _ => PAUSE,
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("no thread panicked with it").clone()
    }

    /// How many calls were answered, as it grows.
    pub fn progress(&self) -> watch::Receiver<usize> {
        self.answered.subscribe()
    }

    /// How long each attempt took that failed, by the reason it was given, as they come; without a reason it was no hub
    /// that answered.
    pub fn refused(&self) -> watch::Receiver<BTreeMap<&'static str, Vec<Duration>>> {
        self.refused.subscribe()
    }

    /// What it counts.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for call in self.calls() {
            counts.calls += 1;
            let retries = call.attempts.len() - 1;
            counts.retries += retries;
            counts.most_retries = counts.most_retries.max(retries);
            counts.longest = counts.longest.max(call.took);
            let unknown = |attempt: &&Attempt| matches!(attempt.outcome, Outcome::Info(_));
            counts.unknown += call.attempts.iter().filter(unknown).count();
            counts.already_done += usize::from(call.is_effect_of_an_earlier_attempt());
        }
        counts
    }

    /// Adds a call that was answered.
    pub fn record(&self, call: Call) {
        self.calls.lock().expect("no thread panicked with it").push(call);
        self.answered.send_modify(|count| *count += 1);
    }
}

impl Call {
    /// Whether the hub recorded the effect before the attempt that was answered was even sent.
    fn is_effect_of_an_earlier_attempt(&self) -> bool {
        let answered = self.attempts.last().expect("a call was answered").sent;
        let recorded = self.answer.tickets.first().and_then(|done| done.record_time);
        self.attempts.len() > 1
            && recorded.is_some_and(|at| {
                (at.seconds, at.nanos) < (answered.as_second(), answered.subsec_nanosecond())
            })
    }
}

fn of<const N: usize>(bytes: Vec<u8>, tickets: [Option<v1::Confirmation>; N]) -> Answer {
    Answer {
        bytes,
        case: None,
        tickets: tickets.into_iter().flatten().collect(),
    }
}
