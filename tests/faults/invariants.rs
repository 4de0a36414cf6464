//! What must be true after every fault (RELIABILITY.md 3): nothing acknowledged is lost, nothing is done twice, the
//! ledger verifies.
//!
//! | | promise | checked by |
//! |---|---|---|
//! | I1 | what was answered is there | [`check_answers`] |
//! | I2 | one effect for each request id | [`check_sent_again`], [`check_answers`] |
//! | I3 | events and leaves are one to one | `oracle::check` |
//! | I4 | versions are contiguous, transitions legal | `oracle::check`, [`check_transitions`] |
//! | I5 | every checkpoint's root recomputes | `oracle::check`, [`check_ledger`] |
//! | I6 | what was answered is in a published tree soon | [`check_included`] |
//! | I7 | each mailbox holds exactly what is addressed to it | `oracle::check`, [`check_mailboxes`] |
//! | I8 | no personal data in logs | [`check_log`] |
//! | I10 | never two roots at one size | [`check_ledger`], with every checkpoint that was ever shown |

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use declic_client::{Client, ErrorReason};
use declic_domain::event::{Event, Kind};
use declic_domain::name::TicketName;
use declic_domain::ticket::{State, Ticket};
use declic_ledger::VerifierKey;
use declic_ledger::verify::verify_log;
use declic_proto::v1;
use declic_runtime::{Clock as _, SystemClock};
use declic_tests::oracle::{self, Findings};
use declic_tests::people;
use declic_tests::processes::{Address, Hub, LOOK};
use futures::StreamExt as _;

use crate::history::{Call, History};
use crate::watching::Onlookers;

/// From an answer to the tree that holds it, at the latest.
const INCLUDED: Duration = Duration::from_secs(20);

/// Requests that are sent again at the same time.
const AT_ONCE: usize = 8;

/// Words of the cases of these runs that no log may hold.
const PERSONAL: [&str; 6] = [
    "Jeanne",
    "Exemple",
    people::NIR,
    "1984-07-14",
    "RSA non versé",
    "Le versement est rétabli",
];

/// Checks everything, of hubs that run over the same places and are at rest: from outside first, then in their files or
/// databases once they have stopped, then once more from outside. Events of `others` are the only ones that no call of
/// the history did.
///
/// # Panics
/// When one of the invariants is not true.
pub async fn check(hubs: &mut [Hub], history: &History, onlookers: &Onlookers, others: &[&str]) -> Findings {
    let addresses: Vec<Address> = hubs.iter().map(Hub::address).collect();
    check_sent_again(&addresses, history).await;
    check_included(addresses[0], history).await;
    for hub in hubs.iter() {
        check_ledger(hub.address(), &hub.ledger_key(), &onlookers.checkpoints()).await;
    }
    for hub in hubs.iter_mut() {
        hub.program().stop().await;
    }
    let (config, key) = (hubs[0].config(), hubs[0].ledger_key());
    let findings = oracle::check(&config, &key, SystemClock.now()).await;
    check_answers(&findings, history, others);
    check_transitions(&findings);
    check_checkpoints_kept(&findings, &onlookers.checkpoints(), &key);
    for hub in hubs.iter_mut() {
        check_log(&hub.program().log());
        hub.start().await;
    }
    check_mailboxes(&findings, onlookers).await;
    for hub in hubs.iter_mut() {
        hub.program().stop().await;
    }
    findings
}

/// I2: every request, sent again with its id, gets its answer again, byte for byte, whichever hub is asked.
pub async fn check_sent_again(hubs: &[Address], history: &History) {
    let clients = |member| {
        let of_each = hubs.iter().map(move |hub| hub.patient(member));
        of_each.collect::<Vec<Client>>()
    };
    let calls = history.calls();
    let members: BTreeSet<&str> = calls.iter().map(|call| call.member).collect();
    let clients: HashMap<&str, Vec<Client>> = members
        .into_iter()
        .map(|member| (member, clients(member)))
        .collect();
    let ask = |(number, call): (usize, Call)| {
        let client = clients[call.member][number % hubs.len()].clone();
        async move {
            let again = call.request.send(&client).await;
            let again = again.expect("a request that was answered before");
            assert_eq!(
                again, call.answer,
                "sent again, {:?} got another answer",
                call.request
            );
        }
    };
    let asked = futures::stream::iter(calls.into_iter().enumerate()).map(ask);
    asked.buffer_unordered(AT_ONCE).collect::<()>().await;
}

/// I6: what was answered last is in a published tree soon, though the one who sealed may have died.
pub async fn check_included(hub: Address, history: &History) {
    let mut calls = history.calls();
    calls.sort_by_key(|call| call.answer.tickets.first().map(recorded));
    for call in calls.iter().rev().take(8) {
        let client = hub.patient(call.member);
        let begun = Instant::now();
        for done in &call.answer.tickets {
            let asked = v1::GetInclusionProofRequest {
                event_id: done.event_id.clone(),
                size: 0,
            };
            while let Err(error) = client.get_inclusion_proof(asked.clone()).await {
                let waits = error.reason == Some(ErrorReason::BeyondPublished);
                assert!(
                    waits && begun.elapsed() < INCLUDED,
                    "{done:?} is in no tree: {error}"
                );
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

fn recorded(done: &v1::Confirmation) -> (i64, i32) {
    let at = done.record_time.expect("an answer says when");
    (at.seconds, at.nanos)
}

/// I5 and I10: the ledger verifies from outside, against every checkpoint that was ever shown, and the hub proves that
/// each of them is its beginning.
pub async fn check_ledger(hub: Address, key: &VerifierKey, shown: &[String]) {
    let auditor = hub.patient("ines.fabre");
    let log = auditor.log().await.expect("the ledger");
    let notes = shown.iter().chain([&log.checkpoint]).map(String::as_str);
    let report = verify_log(key, notes, &log.leaves);
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.unsigned, 0, "every leaf that is given is vouched for");
    for note in shown {
        auditor
            .verify_growth(note, key)
            .await
            .expect("what was shown is the beginning of what is there");
    }
}

/// I1 and I2: every answer tells of events that are there, as it says, each of one call alone; and no event is there of
/// which no answer tells, but those of `others`.
pub fn check_answers(findings: &Findings, history: &History, others: &[&str]) {
    let events: HashMap<[u8; 16], &Event> = findings
        .events
        .iter()
        .map(|(_, event)| (event.id.0, event))
        .collect();
    let states = states(findings);
    let mut told = HashSet::new();
    for call in history.calls() {
        if let Some((name, reference)) = &call.answer.case {
            let cases = findings.cases.iter().map(|case| &case.row.case);
            let opened =
                cases.filter(|case| case.id.resource() == *name && case.reference.to_string() == *reference);
            assert_eq!(opened.count(), 1, "{name} was answered and is there");
        }
        assert!(!call.answer.tickets.is_empty(), "an answer tells what was done");
        for done in &call.answer.tickets {
            let id: [u8; 16] = done.event_id.as_slice().try_into().expect("16 bytes");
            let event = events
                .get(&id)
                .unwrap_or_else(|| panic!("{done:?} was answered and is lost"));
            assert!(told.insert(id), "one event was told to two calls");
            assert_eq!(event.ticket.resource(), done.ticket);
            assert_eq!(event.actor.as_str(), call.member);
            assert_eq!(wire_name(states[&id].1), done.state().as_str_name());
            let at = done.record_time.expect("an answer says when");
            let recorded = event.recorded_at;
            assert_eq!(
                (at.seconds, at.nanos),
                (recorded.as_second(), recorded.subsec_nanosecond())
            );
        }
    }
    for (id, event) in events {
        let of_others = others.contains(&event.actor.as_str());
        assert!(
            told.contains(&id) != of_others,
            "nobody was told of {event:?}: it was done twice"
        );
    }
}

/// I4: every event is one that the state before it allows.
pub fn check_transitions(findings: &Findings) {
    let states = states(findings);
    for (_, event) in &findings.events {
        let (before, after) = states[&event.id.0];
        assert!(
            is_legal(before, &event.kind, after),
            "{before:?} became {after:?} by {:?}",
            event.kind
        );
    }
}

/// I7: who follows a mailbox through every fault gets exactly what is addressed to it, once, in order.
pub async fn check_mailboxes(findings: &Findings, onlookers: &Onlookers) {
    let events: HashMap<u64, [u8; 16]> = findings
        .events
        .iter()
        .map(|(seq, event)| (*seq, event.id.0))
        .collect();
    let nothing = Vec::new();
    for owner in onlookers.owners() {
        let addressed = findings.mailboxes.get(owner).unwrap_or(&nothing);
        let expected: Vec<(u64, [u8; 16])> = (1..).zip(addressed.iter().map(|seq| events[seq])).collect();
        let seen = onlookers.mailbox(owner, expected.len()).await;
        assert_eq!(seen, expected, "{owner} followed its mailbox");
    }
}

/// I8: a log holds no word of a person.
pub fn check_log(log: &str) {
    for word in PERSONAL {
        assert!(!log.contains(word), "the log says `{word}`");
    }
}

/// What happened to each ticket, in order, and who did it.
pub fn by_ticket(findings: &Findings) -> HashMap<TicketName, Vec<&Event>> {
    let mut tickets: HashMap<TicketName, Vec<&Event>> = HashMap::new();
    for (_, event) in &findings.events {
        tickets.entry(event.ticket).or_default().push(event);
    }
    tickets
}

/// Every checkpoint that was ever shown still stands where it was published.
pub fn check_checkpoints_kept(findings: &Findings, shown: &[String], key: &VerifierKey) {
    let kept: BTreeSet<(u64, [u8; 32])> = findings
        .ledger
        .checkpoints
        .iter()
        .map(|one| (one.size, one.root.0))
        .collect();
    for note in shown {
        let shown = declic_ledger::checkpoint::parse_and_verify(note, key).expect("a checkpoint of this log");
        assert!(
            kept.contains(&(shown.size, shown.root.0)),
            "the checkpoint of {} leaves is lost",
            shown.size
        );
    }
}

/// The state of its ticket before and after each event.
fn states(findings: &Findings) -> HashMap<[u8; 16], (Option<State>, State)> {
    let mut tickets: HashMap<TicketName, Ticket> = HashMap::new();
    let mut states = HashMap::new();
    for (_, event) in &findings.events {
        let (before, after) = match tickets.remove(&event.ticket) {
            None => (None, Ticket::opened(event)),
            Some(ticket) => (Some(ticket.state), ticket.apply(event)),
        };
        let after = after.expect("events follow each other");
        states.insert(event.id.0, (before, after.state));
        tickets.insert(event.ticket, after);
    }
    states
}

/// The table of PRODUCT.md 3, written here a second time on purpose.
fn is_legal(before: Option<State>, kind: &Kind, after: State) -> bool {
    use State as S;
    let Some(before) = before else {
        return matches!(kind, Kind::Opened(_)) && after == S::Routed;
    };
    let untreated = matches!(before, S::Routed | S::Delivered);
    let treated = matches!(before, S::Acknowledged | S::AwaitingReply);
    match kind {
        Kind::Opened(_) => false,
        Kind::DeliveryConfirmed if before == S::Routed => after == S::Delivered,
        Kind::DeliveryConfirmed
        | Kind::Assigned { .. }
        | Kind::MessagePosted
        | Kind::NoteAdded
        | Kind::ContactRecorded(_)
        | Kind::UrgencyChanged { .. }
        | Kind::Transferred { .. }
        | Kind::FactsCorrected { .. }
        | Kind::PersonCorrected
        | Kind::MandateRenewed { .. }
        | Kind::MandateRevoked { .. }
        | Kind::UntouchedWarned
        | Kind::Escalated { .. } => after == before && before.is_open(),
        Kind::ReplyWarned => after == before && before == S::AwaitingReply,
        Kind::ClosedUnconfirmed => before == S::Resolved && after == S::Closed,
        Kind::Lapsed => before.is_open() && after == S::Lapsed,
        Kind::Acknowledged { .. } => untreated && after == S::Acknowledged,
        Kind::InformationRequested { .. } => before == S::Acknowledged && after == S::AwaitingReply,
        Kind::Replied { .. } => {
            before == S::AwaitingReply && matches!(after, S::AwaitingReply | S::Acknowledged)
        }
        Kind::Shared { .. } | Kind::Unshared { .. } | Kind::AgencyTransferred { .. } => {
            after == before && before.is_open()
        }
        Kind::Reminded => after == before && (untreated || before == S::Acknowledged),
        Kind::TakenBack => before == S::AwaitingReply && after == S::Acknowledged,
        Kind::Redirected { .. } => (untreated || treated) && after == S::Redirected,
        Kind::RoutedByHand { .. } => before.is_open() && after == S::Redirected,
        Kind::Resolved { .. } => treated && after == S::Resolved,
        Kind::Closed { .. } => before == S::Resolved && after == S::Closed,
        Kind::Reopened { .. } => matches!(before, S::Resolved | S::Closed) && after == S::Routed,
        Kind::Withdrawn => (untreated || treated) && after == S::Withdrawn,
    }
}

/// A state as the contract names it.
fn wire_name(state: State) -> &'static str {
    let state = match state {
        State::Routed => v1::TicketState::Routed,
        State::Delivered => v1::TicketState::Delivered,
        State::Acknowledged => v1::TicketState::Acknowledged,
        State::AwaitingReply => v1::TicketState::AwaitingReply,
        State::Resolved => v1::TicketState::Resolved,
        State::Closed => v1::TicketState::Closed,
        State::Redirected => v1::TicketState::Redirected,
        State::Withdrawn => v1::TicketState::Withdrawn,
        State::Lapsed => v1::TicketState::Lapsed,
    };
    state.as_str_name()
}
