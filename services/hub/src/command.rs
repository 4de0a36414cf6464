//! The lines every command goes through: parse, load, decide, seal, render, commit. The commit tells a request that was
//! answered before; one that is refused on the way is looked up, because what refuses it may be its own first try.

use declic_domain::case::CaseFile;
use declic_domain::correction;
use declic_domain::decide::{Decision, Given};
use declic_domain::name::{CaseId, EventId};
use declic_domain::policy::{self, Scope};
use declic_domain::text::Opening;
use declic_domain::{Refusal, decide};
use declic_proto::v1::{self, ErrorReason};
use declic_store::crash::{self, Point};
use declic_store::{Commit, CommitError, RequestKey, StoredAnswer};
use prost::Message;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::seal::{self, Keys};
use crate::status::Error;
use crate::wire;
use crate::wire::command::{Asked, Request};

/// Times a command is decided again when others changed the case meanwhile.
const ATTEMPTS: usize = 3;

/// An answer that is made of confirmations.
pub trait Answer: Message + Default {
    /// The answer to a command, from what it did to each ticket, in order.
    fn of(confirmations: Vec<v1::Confirmation>) -> Self;

    /// The same, from all that was decided.
    fn of_decision(_hub: &Hub, decision: &Decision) -> Self {
        Self::of(confirmations(decision))
    }
}

/// Runs a command on one ticket.
pub async fn run<R: Request, A: Answer>(hub: &Hub, caller: &Caller, request: R) -> Result<A, Error> {
    let content = hub.secrets.request_digest(R::RPC, &request.encode_to_vec());
    let Asked {
        request: id,
        ticket,
        etag,
        epoch,
        command,
    } = request.parse()?;
    let key = request_key(caller, id, content);
    let deciding = |loaded: &Loaded, given: &mut Given<'_>| {
        given.epoch = epoch;
        decide(&loaded.file, ticket.number, command.clone(), given)
    };
    let ran = on_case(
        hub,
        caller,
        Target {
            case: ticket.case,
            etag,
            key,
            needs_words: false,
        },
        deciding,
    )
    .await;
    ran.map_err(|error| match error {
        Error::Refused(refusal, _) => Error::Refused(refusal, Some(ticket)),
        other => other,
    })
}

/// What a command on a case acts on.
pub struct Target {
    /// The case.
    pub case: CaseId,
    /// The version the client read: of the ticket or of the case, as the command takes it.
    pub etag: Option<u64>,
    /// Whose request it is.
    pub key: RequestKey,
    /// Whether deciding takes the words of the case.
    pub needs_words: bool,
}

/// What a command is decided on.
pub struct Loaded {
    /// The case with its tickets.
    pub file: CaseFile,
    /// Its words, when the command needs them and they were not erased.
    pub words: Option<Opening>,
}

/// Runs a command on an existing case, from its reading to its commit.
pub async fn on_case<A: Answer>(
    hub: &Hub,
    caller: &Caller,
    target: Target,
    decide: impl Fn(&Loaded, &mut Given<'_>) -> Result<Decision, Refusal>,
) -> Result<A, Error> {
    let answer = |decision: &Decision| A::of_decision(hub, decision);
    on_case_within(hub, caller, &scope(caller)?, target, decide, answer).await
}

/// The same for a case within a scope that is not the caller's own, with an answer that is made otherwise.
pub async fn on_case_within<A: Message + Default>(
    hub: &Hub,
    caller: &Caller,
    scope: &Scope,
    target: Target,
    decide: impl Fn(&Loaded, &mut Given<'_>) -> Result<Decision, Refusal>,
    answer: impl Fn(&Decision) -> A,
) -> Result<A, Error> {
    for _ in 0..ATTEMPTS {
        let prepared = prepare(hub, caller, scope, &target, &decide, &answer).await;
        let (commit, answer) = match prepared {
            Ok(prepared) => prepared,
            Err(refused) => return replay(hub, &target.key).await?.ok_or(refused),
        };
        crash::at(Point::Decided);
        match hub.store.commit(commit).await {
            Ok(()) => {
                crash::at(Point::BeforeAnswer);
                return Ok(answer);
            }
            // Someone else changed the case: with an etag the next decision says so, without one it is tried again.
            Err(CommitError::Stale) => {}
            Err(CommitError::Replayed(stored)) => return given_before(&stored),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Later(ErrorReason::CaseBusy, None))
}

/// What a command on an existing case commits, and the answer it stores with it.
async fn prepare<A: Message>(
    hub: &Hub,
    caller: &Caller,
    scope: &Scope,
    target: &Target,
    decide: impl Fn(&Loaded, &mut Given<'_>) -> Result<Decision, Refusal>,
    answer: impl Fn(&Decision) -> A,
) -> Result<(Commit, A), Error> {
    let Target { case, etag, key, .. } = target;
    let before = hub.store.case(scope, *case).await?.ok_or(Error::Absent)?;
    let keys = Keys {
        id: before.row.key_id,
        keys: hub.vault.keys(before.row.key_id).await?,
    };
    let words = match target.needs_words {
        true => seal::words(&keys.keys, &before.row)?,
        false => None,
    };
    let loaded = Loaded {
        file: before.file(),
        words,
    };
    let decision = deciding(hub, caller, *etag, |given| decide(&loaded, given))?;
    let answer = answer(&decision);
    let mut commit = seal::commit(hub, &keys, Some(&before), None, &decision, key)?;
    commit.request = Some((key.clone(), answer.encode_to_vec()));
    Ok((commit, answer))
}

/// Decides with what the hub knows now.
pub fn deciding<T>(
    hub: &Hub,
    caller: &Caller,
    etag: Option<u64>,
    decide: impl FnOnce(&mut Given<'_>) -> Result<T, Refusal>,
) -> Result<T, Error> {
    let (directory, rules) = (hub.directory(), hub.rules());
    let mut given = Given {
        actor: &caller.member,
        directory: &directory,
        territory: hub.territory,
        rules: &rules,
        now: hub.now(),
        epoch: None,
        etag,
        event_id: &mut || EventId(hub.ids.random().into_bytes()),
    };
    decide(&mut given).map_err(Error::from)
}

/// The answer given before under this request id, when there is one; other content is refused.
pub async fn replay<A: Message + Default>(hub: &Hub, key: &RequestKey) -> Result<Option<A>, Error> {
    match hub.store.replay(key).await? {
        Some(stored) if stored.content == key.content => given_before(&stored).map(Some),
        Some(_) => Err(Error::Later(ErrorReason::RequestIdReused, None)),
        None => Ok(None),
    }
}

/// Reads back an answer given before.
pub fn given_before<A: Message + Default>(stored: &StoredAnswer) -> Result<A, Error> {
    crash::at(Point::Replayed);
    A::decode(stored.answer.as_slice()).map_err(Error::internal)
}

/// The key under which a request's answer is kept; `content` is its keyed digest.
pub fn request_key(caller: &Caller, id: [u8; 16], content: [u8; 32]) -> RequestKey {
    RequestKey {
        issuer: caller.issuer.clone(),
        subject: caller.member.id.to_string(),
        id,
        content,
    }
}

/// What the caller may read; those who read no case see none.
pub fn scope(caller: &Caller) -> Result<Scope, Error> {
    policy::scope(&caller.member).ok_or(Error::Absent)
}

/// What a decision did to each ticket, in order.
pub fn confirmations(decision: &Decision) -> Vec<v1::Confirmation> {
    let drafts = decision.drafts.iter();
    let confirmed = drafts.filter_map(|draft| {
        let ticket = decision
            .tickets
            .iter()
            .find(|ticket| ticket.name == draft.event.ticket)?;
        Some(wire::ticket::confirmation(ticket, &draft.event))
    });
    confirmed.collect()
}

macro_rules! answers {
    ($($message:ident),+) => {$(
        impl Answer for v1::$message {
            fn of(confirmations: Vec<v1::Confirmation>) -> Self {
                Self { confirmation: confirmations.into_iter().next() }
            }
        }
    )+};
}

answers!(
    ConfirmDeliveryResponse,
    AcknowledgeTicketResponse,
    AssignTicketResponse,
    RequestInformationResponse,
    ReplyTicketResponse,
    TakeBackTicketResponse,
    ResolveTicketResponse,
    CloseTicketResponse,
    ReopenTicketResponse,
    WithdrawTicketResponse,
    PostMessageResponse,
    AddNoteResponse,
    RecordContactResponse,
    RemindTicketResponse,
    EscalateTicketResponse,
    ShareTicketResponse,
    UnshareTicketResponse
);

macro_rules! successor_answers {
    ($($message:ident),+) => {$(
        impl Answer for v1::$message {
            fn of(confirmations: Vec<v1::Confirmation>) -> Self {
                let mut confirmations = confirmations.into_iter();
                Self { confirmation: confirmations.next(), successor: confirmations.next() }
            }
        }
    )+};
}

successor_answers!(RedirectTicketResponse, RouteTicketByHandResponse);

macro_rules! case_answers {
    ($($message:ident),+) => {$(
        impl Answer for v1::$message {
            fn of(tickets: Vec<v1::Confirmation>) -> Self {
                Self { tickets }
            }
        }
    )+};
}

case_answers!(
    WithdrawCaseResponse,
    ChangeUrgencyResponse,
    TransferCaseResponse,
    CorrectPersonResponse,
    RenewMandateResponse,
    RevokeMandateResponse
);

impl Answer for v1::AddTicketResponse {
    fn of(tickets: Vec<v1::Confirmation>) -> Self {
        Self {
            tickets,
            decision: None,
        }
    }

    fn of_decision(_hub: &Hub, decision: &Decision) -> Self {
        let first = decision.tickets.first();
        Self {
            decision: first.map(|ticket| wire::facts::decision(&ticket.orientation)),
            ..Self::of(confirmations(decision))
        }
    }
}

impl Answer for v1::CorrectFactsResponse {
    fn of(tickets: Vec<v1::Confirmation>) -> Self {
        Self {
            tickets,
            proposals: Vec::new(),
        }
    }

    fn of_decision(hub: &Hub, decision: &Decision) -> Self {
        let (rules, today) = (hub.rules(), hub.today());
        let proposals = decision.tickets.iter().filter_map(|ticket| {
            let proposal = correction::proposal(ticket, &rules, hub.territory, today)?;
            Some(v1::RedirectProposal {
                ticket: ticket.name.resource(),
                decision: Some(wire::facts::decision(&proposal)),
            })
        });
        Self {
            proposals: proposals.collect(),
            ..Self::of(confirmations(decision))
        }
    }
}
