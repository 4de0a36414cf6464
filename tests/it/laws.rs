//! The laws of every history (L1, L4 to L6), over a real hub and its files: several hundred random commands, many sent
//! two or three times at once, several people on the same tickets. The decisions themselves are proven in `domain`; here
//! it is what the hub makes of them.

mod whole;

use declic_domain::event::Kind;
use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::{TestHub, raw};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use prost::Message;
use tonic::transport::Channel;
use tonic::{Code, Status};

/// Commands of one history, and how many of them travel at once.
const COMMANDS: usize = 400;
const AT_ONCE: usize = 12;
/// Times that a copy without an answer is sent, as a client of ours would.
const SENDINGS: usize = 20;

/// A small generator of numbers (SplitMix64): a failing history is that of its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ (word >> 31)) % bound as u64).expect("a small number")
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What is sent, by whom, how many times at once.
struct Sent {
    member: &'static str,
    method: &'static str,
    bytes: Vec<u8>,
    copies: usize,
}

/// What came back of every copy.
type Answers = Vec<Result<Vec<u8>, Status>>;

#[tokio::test(flavor = "multi_thread")]
async fn random_commands_sent_at_once_and_twice_keep_the_laws() {
    for seed in [1, 2] {
        let hub = TestHub::start().await;
        let channel = hub.channel().await;
        let acked = history(&channel, seed, COMMANDS).await;
        let findings = hub.stop().await;
        // L6 and I1: what was answered is there once, and nothing else is.
        let told = findings.events.iter().filter(|(seq, event)| {
            // A ticket that opens again is told of the urgency that its case has by then: an effect of the same command.
            let caught_up = matches!(event.kind, Kind::UrgencyChanged { .. })
                && findings.events.iter().any(|(other, before)| {
                    other + 1 == *seq
                        && before.ticket == event.ticket
                        && matches!(before.kind, Kind::Reopened { .. })
                });
            !caught_up
        });
        let mut written: Vec<Vec<u8>> = told.map(|(_, event)| event.id.0.to_vec()).collect();
        let mut answered: Vec<Vec<u8>> = acked
            .into_iter()
            .map(|confirmation| confirmation.event_id)
            .collect();
        written.sort();
        answered.sort();
        assert_eq!(answered, written, "seed {seed}");
        // L4: no chain loses its case.
        for case in &findings.cases {
            let chains = case.tickets.iter().filter(|row| row.ticket.successor.is_none());
            assert!(chains.count() >= 1, "seed {seed}");
        }
        assert!(
            findings.events.len() > COMMANDS / 4,
            "seed {seed}: {} took effect",
            findings.events.len()
        );
    }
}

/// Runs one history and gives every confirmation, one per effect.
pub(crate) async fn history(channel: &Channel, seed: u64, commands: usize) -> Vec<v1::Confirmation> {
    let mut dice = Dice(seed);
    let mut tickets: Vec<v1::Confirmation> = Vec::new();
    let mut confirmations = Vec::new();
    let mut flying = FuturesUnordered::new();
    let mut sent = 0;
    while sent < commands || !flying.is_empty() {
        while sent < commands && flying.len() < AT_ONCE {
            let next = draw(&mut dice, &tickets);
            sent += 1;
            flying.push(send(channel, next));
        }
        let Some((sent, answers)) = flying.next().await else {
            continue;
        };
        for confirmation in effect(&sent, &answers, seed) {
            learn(&mut tickets, &confirmation);
            confirmations.push(confirmation);
        }
    }
    confirmations
}

async fn send(channel: &Channel, sent: Sent) -> (Sent, Answers) {
    let copies = (0..sent.copies).map(|_| {
        let (channel, bytes) = (channel.clone(), sent.bytes.clone());
        let (member, method) = (sent.member, sent.method);
        tokio::spawn(async move { told(&channel, member, method, bytes).await })
    });
    let answers = futures::future::join_all(copies).await;
    let mut answers: Answers = answers
        .into_iter()
        .map(|answer| answer.expect("no copy panics"))
        .collect();
    // A copy may be refused for what is not there yet, and another be done a moment later, when somebody else's command
    // has come between: a refusal tells of its moment. Sent again, it has the answer of the one that was done.
    if answers.iter().any(Result::is_ok) {
        for answer in answers.iter_mut().filter(|answer| answer.is_err()) {
            *answer = told(channel, sent.member, sent.method, sent.bytes.clone()).await;
        }
    }
    (sent, answers)
}

/// What a hub says of these bytes. One that others were faster than, or that is slow, says that it may be sent again:
/// nobody knows yet whether it was done.
async fn told(
    channel: &Channel,
    member: &'static str,
    method: &'static str,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    let again = [Code::Unavailable, Code::DeadlineExceeded];
    for _ in 1..SENDINGS {
        match raw::call_as(channel, member, method, bytes.clone()).await {
            Err(status) if again.contains(&status.code()) => {}
            answer => return answer,
        }
    }
    raw::call_as(channel, member, method, bytes).await
}

/// The one effect of a request, from the answers to its copies: all done with the same bytes, or none done.
fn effect(sent: &Sent, answers: &Answers, seed: u64) -> Vec<v1::Confirmation> {
    let done: Vec<&Vec<u8>> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    for status in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let expected = [
            Code::FailedPrecondition,
            Code::Aborted,
            Code::NotFound,
            Code::PermissionDenied,
            Code::InvalidArgument,
        ];
        assert!(
            expected.contains(&status.code()),
            "seed {seed}, {}: {status:?}",
            sent.method
        );
        assert!(
            done.is_empty(),
            "seed {seed}, {}: one copy is done, another {}",
            sent.method,
            raw::line(status)
        );
    }
    let Some(first) = done.first() else {
        return Vec::new();
    };
    assert!(
        done.iter().all(|answer| answer == first),
        "seed {seed}, {}: one answer",
        sent.method
    );
    confirmations(sent.method, first)
}

fn confirmations(method: &str, answer: &[u8]) -> Vec<v1::Confirmation> {
    fn read<M: Message + Default>(answer: &[u8]) -> M {
        M::decode(answer).expect("an answer of its type")
    }
    match method {
        "CaseService/OpenCase" => read::<v1::OpenCaseResponse>(answer).tickets,
        // Those of the other commands on a whole case begin as this one does.
        method if method.starts_with("CaseService/") => read::<v1::WithdrawCaseResponse>(answer).tickets,
        // The answers to all other commands are a confirmation, and the successor's for two of them.
        _ => {
            let answer = read::<v1::RedirectTicketResponse>(answer);
            answer.confirmation.into_iter().chain(answer.successor).collect()
        }
    }
}

/// Keeps the newest of what is known of a ticket: answers come in any order.
fn learn(tickets: &mut Vec<v1::Confirmation>, told: &v1::Confirmation) {
    let version = |confirmation: &v1::Confirmation| confirmation.etag.parse::<u64>().expect("a version");
    match tickets.iter_mut().find(|known| known.ticket == told.ticket) {
        Some(known) if version(known) < version(told) => known.clone_from(told),
        Some(_) => {}
        None => tickets.push(told.clone()),
    }
}

fn draw(dice: &mut Dice, tickets: &[v1::Confirmation]) -> Sent {
    let copies = *dice.one(&[1, 1, 2, 3]);
    if tickets.len() < 3 || dice.below(40) == 0 {
        let case = match dice.below(3) {
            0 => people::case_of_two_agencies(),
            1 => people::case_of_an_agency_not_enrolled(),
            _ => standard_case(),
        };
        // Whoever follows it, the colleagues may.
        let case = v1::OpenCaseRequest {
            shared_with_team: true,
            ..case
        };
        let bytes = case.encode_to_vec();
        return Sent {
            member: "camille.martin",
            method: "CaseService/OpenCase",
            bytes,
            copies,
        };
    }
    let open: Vec<&v1::Confirmation> = tickets.iter().filter(|ticket| is_open(ticket)).collect();
    let ticket = if open.is_empty() || dice.below(6) == 0 {
        dice.one(tickets)
    } else {
        *dice.one(&open)
    };
    let name = ticket.ticket.clone();
    let known = ticket.epoch;
    // Now and then somebody is late.
    let epoch = if dice.below(8) == 0 {
        known.saturating_sub(1).max(1)
    } else {
        known
    };
    let etag = if dice.below(6) == 0 {
        ticket.etag.clone()
    } else {
        String::new()
    };
    let agency = match ticket.agency.as_str() {
        "agencies/caf-56" => *dice.one(&["claire.morel", "hugo.petit", "connector.caf-56"]),
        "agencies/caf-35" => *dice.one(&["anne.guerin", "connector.caf-35"]),
        "agencies/msa-portes-de-bretagne" => *dice.one(&["marc.lefevre", "connector.msa-portes-de-bretagne"]),
        "agencies/dep-56" => "sophie.garnier",
        "agencies/triage-56" => "erwan.le-roux",
        _ => "aicha.diallo",
    };
    let kind = if dice.below(4) == 0 {
        dice.below(KINDS)
    } else {
        *dice.one(fitting(ticket.state()))
    };
    let (member, method, bytes) = command(dice, kind, agency, name, etag, epoch);
    Sent {
        member,
        method,
        bytes,
        copies,
    }
}

/// Whether somebody still has to do something.
fn is_open(ticket: &v1::Confirmation) -> bool {
    use v1::TicketState as S;
    matches!(
        ticket.state(),
        S::Routed | S::Delivered | S::Acknowledged | S::AwaitingReply | S::Resolved
    )
}

/// Kinds of commands of [`command`].
const KINDS: usize = whole::FIRST + whole::KINDS;

/// Those that a ticket in this state may take; the others are drawn too, less often.
fn fitting(state: v1::TicketState) -> &'static [usize] {
    use v1::TicketState as S;
    match state {
        S::Routed | S::Delivered => &[0, 0, 4, 8, 9, 10, 12, 13, 17, 19, 20, 21, 22, 24],
        S::Acknowledged => &[1, 1, 4, 5, 5, 9, 11, 12, 14, 15, 18, 22, 24],
        S::AwaitingReply => &[2, 2, 3, 5, 16, 23],
        S::Resolved => &[6, 7, 24],
        _ => &[7],
    }
}

fn command(
    dice: &mut Dice,
    kind: usize,
    agency: &'static str,
    name: String,
    etag: String,
    epoch: u32,
) -> (&'static str, &'static str, Vec<u8>) {
    if kind >= whole::FIRST {
        return whole::command(dice, kind, agency, (name, etag), epoch);
    }
    let (request_id, opener) = (fresh(), "camille.martin");
    let text = "Un texte.".to_owned();
    match kind {
        0 => {
            let request = v1::AcknowledgeTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                agent: String::new(),
            };
            (agency, "TicketService/AcknowledgeTicket", request.encode_to_vec())
        }
        1 => {
            let item = v1::InformationItem {
                kind: 2,
                label: text.clone(),
                why: text,
                answered: false,
            };
            let items = vec![item];
            let request = v1::RequestInformationRequest {
                request_id,
                name,
                etag,
                epoch,
                items,
                ..Default::default()
            };
            (
                agency,
                "TicketService/RequestInformation",
                request.encode_to_vec(),
            )
        }
        2 => {
            let answers = vec![v1::ItemAnswer { item: 1, text }];
            let request = v1::ReplyTicketRequest {
                request_id,
                name,
                etag,
                answers,
                ..Default::default()
            };
            (opener, "TicketService/ReplyTicket", request.encode_to_vec())
        }
        3 => {
            let request = v1::TakeBackTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                message: text,
            };
            (agency, "TicketService/TakeBackTicket", request.encode_to_vec())
        }
        4 => {
            let request = v1::RedirectTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                reason: v1::RedirectReason::OutsideCompetence.into(),
                message: text,
                agency: (*dice.one(&[
                    "agencies/caf-56",
                    "agencies/caf-35",
                    "agencies/msa-portes-de-bretagne",
                    "",
                ]))
                .to_owned(),
                ..Default::default()
            };
            (agency, "TicketService/RedirectTicket", request.encode_to_vec())
        }
        5 => {
            let request = v1::ResolveTicketRequest {
                request_id,
                name,
                etag,
                epoch,
                outcome: v1::Outcome::ErrorCorrected.into(),
                message: text,
                ..Default::default()
            };
            (agency, "TicketService/ResolveTicket", request.encode_to_vec())
        }
        6 => {
            let effect = v1::Effect::Partly.into();
            let request = v1::CloseTicketRequest {
                request_id,
                name,
                etag,
                effect,
                message: text,
            };
            (opener, "TicketService/CloseTicket", request.encode_to_vec())
        }
        7 => {
            let request = v1::ReopenTicketRequest {
                request_id,
                name,
                etag,
                reason: text,
            };
            (opener, "TicketService/ReopenTicket", request.encode_to_vec())
        }
        8 => {
            let request = v1::RouteTicketByHandRequest {
                request_id,
                name,
                etag,
                epoch,
                agency: (*dice.one(&["agencies/caf-56", "agencies/caf-35"])).to_owned(),
                reason: text,
            };
            (
                *dice.one(&["erwan.le-roux", "aicha.diallo"]),
                "TicketService/RouteTicketByHand",
                request.encode_to_vec(),
            )
        }
        _ => {
            let request = v1::PostMessageRequest {
                request_id,
                name,
                etag,
                epoch: 0,
                text,
            };
            (opener, "TicketService/PostMessage", request.encode_to_vec())
        }
    }
}
