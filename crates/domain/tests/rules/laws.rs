//! The laws of a ticket's life, over random sequences of commands by everybody, with late and racing ones.
//!
//! L1 the rows equal the fold of the events, at every prefix. L2 what the table does not allow is refused with a reason.
//! L4 a chain never loses the case, and its third redirect opens at triage. L5 a command of an older epoch is refused
//! and names no one. L6, one request id and one effect, is the store's and the hub's: it is proven on them.

use std::collections::BTreeMap;

use crate::whole;
use crate::world::{World, step};
use declic_domain::Case;
use declic_domain::directory::is_triage;
use declic_domain::event::{Cause, Event, Kind, Party, Rung, TriageReason};
use declic_domain::name::TicketName;
use declic_domain::ticket::{State, Ticket};
use declic_domain::timer::{Deed, UNTOUCHED_WARNINGS};
use declic_domain::{CaseFile, Command, Decision, Refusal};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

const SEQUENCES: u32 = 20_000;

/// The table of the design, written a second time as text: command, states it leaves, state it reaches ("=" unchanged).
const TABLE: &str = "
ConfirmDelivery    | ROUTED                                        | DELIVERED
ConfirmDelivery    | DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
AcknowledgeTicket  | ROUTED DELIVERED                              | ACKNOWLEDGED
AssignTicket       | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
RequestInformation | ACKNOWLEDGED                                  | AWAITING_REPLY
ReplyTicket        | AWAITING_REPLY                                | AWAITING_REPLY ACKNOWLEDGED
TakeBackTicket     | AWAITING_REPLY                                | ACKNOWLEDGED
RedirectTicket     | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY  | REDIRECTED
RouteTicketByHand  | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | REDIRECTED
ResolveTicket      | ACKNOWLEDGED AWAITING_REPLY                   | RESOLVED
CloseTicket        | RESOLVED                                      | CLOSED
ReopenTicket       | RESOLVED CLOSED                               | ROUTED
WithdrawTicket     | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY  | WITHDRAWN
PostMessage        | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
AddNote            | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
RemindTicket       | ROUTED DELIVERED ACKNOWLEDGED                 | =
ShareTicket        | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
EscalateTicket     | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
UnshareTicket      | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
RecordContact      | ROUTED DELIVERED ACKNOWLEDGED AWAITING_REPLY RESOLVED | =
";

proptest! {
    #![proptest_config(ProptestConfig { cases: SEQUENCES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_sequence_of_commands_keeps_the_laws(
        opening in any::<u64>(),
        steps in proptest::collection::vec(step(), 1..24),
    ) {
        let mut world = World::new(opening);
        let mut events: Vec<Event> = Vec::new();
        let opened = world.open();
        let mut history = vec![commit(None, &opened, &mut events)];
        for step in steps {
            // A racing command was decided on an older state: the store refuses its version, the hub decides it again.
            let seen = history.len().saturating_sub(1 + usize::from(step.behind));
            let late = &history[seen];
            let current = history.last().expect("opened");
            if let Some(command) = whole::command(&step) {
                let decided = world.decide_case(current, command.clone(), &step);
                match decided {
                    Ok(decision) => {
                        whole::check_accepted(current, &command, &decision);
                        let next = commit(Some(current), &decision, &mut events);
                        check_fold(&next, &events);
                        check_chains(&next, &events);
                        history.push(next);
                    }
                    Err(refusal) => whole::check_refused(current, &command, &refusal),
                }
                world.pass_time(&step);
                continue;
            }
            let (number, command) = world.command(late, &step);
            let epoch = world.epoch(late, number, &step);
            let decided_late = world.decide(late, number, command.clone(), epoch, &step);
            let stale = late.case.version != current.case.version;
            let decided = if stale && decided_late.is_ok() {
                world.decide(current, number, command.clone(), epoch, &step)
            } else if stale {
                continue;
            } else {
                decided_late
            };
            match decided {
                Ok(decision) => {
                    check_accepted(current, number, &command, epoch, &decision);
                    let next = commit(Some(current), &decision, &mut events);
                    check_fold(&next, &events);
                    check_chains(&next, &events);
                    history.push(next);
                }
                Err(refusal) => check_refused(current, number, &command, &refusal),
            }
            world.pass_time(&step);
            let last = history.last().expect("opened").clone();
            let next = the_clock_works(&mut world, last, &mut events);
            if history.last() != Some(&next) {
                check_fold(&next, &events);
                check_chains(&next, &events);
                history.push(next);
            }
        }
    }
}

#[test]
fn the_random_sequences_reach_every_state_and_every_event() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = BTreeMap::new();
    let mut states = BTreeMap::new();
    for opening in 0..3_000 {
        let mut world = World::new(opening);
        let mut events = Vec::new();
        let mut file = commit(None, &world.open(), &mut events);
        for _ in 0..24 {
            let step = step().new_tree(&mut runner).expect("a step").current();
            if let Some(command) = whole::command(&step) {
                if let Ok(decision) = world.decide_case(&file, command, &step) {
                    file = commit(Some(&file), &decision, &mut events);
                }
                world.pass_time(&step);
                continue;
            }
            let (number, command) = world.command(&file, &step);
            let epoch = world.epoch(&file, number, &step);
            if let Ok(decision) = world.decide(&file, number, command, epoch, &step) {
                file = commit(Some(&file), &decision, &mut events);
            }
            world.pass_time(&step);
            file = the_clock_works(&mut world, file, &mut events);
        }
        for event in events {
            *kinds.entry(event.kind.name()).or_insert(0) += 1;
        }
        for ticket in &file.tickets {
            *states.entry(ticket.state).or_insert(0) += 1;
        }
    }
    assert_eq!(kinds.len(), 33, "{kinds:?}");
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
}

/// Whatever is due is done, and what comes due by it; then nothing is due any more.
fn the_clock_works(world: &mut World, mut file: CaseFile, events: &mut Vec<Event>) -> CaseFile {
    let numbers: Vec<_> = file.tickets.iter().map(|ticket| ticket.name.number).collect();
    for number in numbers {
        let mut deeds = Vec::new();
        while let Some((deed, decision)) = world.fire(&file, number) {
            let before = file.ticket(number).expect("it has timers");
            assert_eq!(decision.drafts.len(), 1, "one deed, one event");
            assert_eq!(decision.drafts[0].event.party, Party::Clock);
            check_deed(before, deed, &decision.tickets[0]);
            deeds.push(deed);
            file = commit(Some(&file), &decision, events);
            assert!(deeds.len() < 9, "it ends: {deeds:?}");
        }
    }
    file
}

/// L2, for what the clock does.
fn check_deed(before: &Ticket, deed: Deed, after: &Ticket) {
    let (from, to) = (before.state, after.state);
    let allowed = match deed {
        Deed::Escalate(cause, rung) => from == to && is_next_rung(before, cause, rung),
        Deed::WarnUntouched => from.is_open() && from == to,
        Deed::WarnOfReply => from == State::AwaitingReply && from == to,
        Deed::TakeBack => from == State::AwaitingReply && to == State::Acknowledged,
        Deed::CloseUnconfirmed => from == State::Resolved && to == State::Closed && after.effect.is_none(),
        Deed::Lapse => from.is_open() && to == State::Lapsed && before.alerts.untouched == UNTOUCHED_WARNINGS,
    };
    assert!(allowed, "L2: {deed:?} from {from:?} to {to:?}");
    let told = u8::from(matches!(deed, Deed::Escalate(..)));
    assert_eq!(
        after.alerts.level,
        before.alerts.level + told,
        "each escalation is one more"
    );
}

/// Whether an escalation is the next one of its ladder, within the hours of the agency, and of a clock that runs.
fn is_next_rung(before: &Ticket, cause: Cause, rung: Rung) -> bool {
    let told = match cause {
        Cause::Acknowledgement => before.alerts.acknowledgement,
        Cause::Resolution => before.alerts.resolution,
        Cause::Supervisor => return false,
    };
    let runs = match cause {
        Cause::Acknowledgement => matches!(before.state, State::Routed | State::Delivered),
        _ => matches!(
            before.state,
            State::Routed | State::Delivered | State::Acknowledged
        ),
    };
    let next = match told {
        None => Some(Rung::Holder),
        Some(Rung::Holder) => Some(Rung::Desk),
        Some(Rung::Desk) => Some(Rung::Supervision),
        Some(Rung::Supervision) => None,
    };
    runs && next == Some(rung)
}

fn commit(before: Option<&CaseFile>, decision: &Decision, events: &mut Vec<Event>) -> CaseFile {
    let mut tickets: Vec<Ticket> = before.map_or_else(Vec::new, |file| file.tickets.clone());
    for after in &decision.tickets {
        tickets.retain(|ticket| ticket.name != after.name);
        tickets.push(after.clone());
    }
    tickets.sort_by_key(|ticket| ticket.name.number);
    events.extend(decision.drafts.iter().map(|draft| draft.event.clone()));
    CaseFile {
        case: decision.case.clone(),
        tickets,
    }
}

/// L1.
fn check_fold(file: &CaseFile, events: &[Event]) {
    let mut folded: BTreeMap<TicketName, Ticket> = BTreeMap::new();
    for event in events {
        let after = match folded.remove(&event.ticket) {
            None => Ticket::opened(event),
            Some(ticket) => ticket.apply(event),
        };
        folded.insert(event.ticket, after.expect("stored events follow each other"));
    }
    let folded: Vec<Ticket> = folded.into_values().collect();
    assert_eq!(folded, file.tickets, "L1: rows equal the fold");
    let Some(Kind::Opened(first)) = events.first().map(|event| &event.kind) else {
        panic!("L1: a case begins by opening")
    };
    let mut case = Case::opened(file.case.id, &first.case);
    for event in events {
        case.apply(event);
    }
    assert_eq!(case, file.case, "L1: the case equals the fold of its events");
}

/// L2, for what was accepted, against the table written a second time; and L5: it came with the current epoch.
fn check_accepted(
    file: &CaseFile,
    number: declic_domain::name::TicketNumber,
    command: &Command,
    epoch: Option<u32>,
    decision: &Decision,
) {
    let before = file.ticket(number).expect("accepted commands have a ticket");
    let after = decision
        .tickets
        .iter()
        .find(|ticket| ticket.name == before.name)
        .expect("it changed");
    let (from, to) = (
        declic_domain::refusal::name(before.state),
        declic_domain::refusal::name(after.state),
    );
    let allowed = TABLE.lines().filter(|line| !line.is_empty()).any(|line| {
        let mut cells = line.split('|').map(str::trim);
        let (name, leaves, reaches) = (cells.next(), cells.next(), cells.next());
        name == Some(command.action().name())
            && leaves.is_some_and(|states| states.split(' ').any(|state| state == from))
            && reaches.is_some_and(|states| {
                (states == "=" && from == to) || states.split(' ').any(|state| state == to)
            })
    });
    assert!(allowed, "L2: {} from {from} to {to}", command.action().name());
    let by_agency = decision
        .drafts
        .iter()
        .any(|draft| matches!(draft.event.party, Party::Agency(_)));
    if by_agency || command.is_of_agency() {
        assert_eq!(
            epoch,
            Some(last(file, before).epoch),
            "L5: only the current epoch lands"
        );
    }
}

/// L2 and L5, for what was refused.
fn check_refused(
    file: &CaseFile,
    number: declic_domain::name::TicketNumber,
    command: &Command,
    refusal: &Refusal,
) {
    let sentence = refusal.to_string();
    assert!(!sentence.is_empty(), "L2: a refusal has a reason");
    if matches!(refusal, Refusal::EpochOutdated | Refusal::Unknown) {
        for agency in file.tickets.iter().map(Ticket::agency) {
            assert!(
                !sentence.contains(agency.as_str()),
                "L5: the refusal names no one"
            );
        }
    }
    if let (Refusal::Transition { state }, Some(ticket)) = (refusal, file.ticket(number)) {
        assert_eq!(*state, ticket.state);
        assert!(
            !command.is_allowed_in(ticket.state),
            "L2: refused for its state, so the table forbids it"
        );
    }
}

/// L4.
fn check_chains(file: &CaseFile, events: &[Event]) {
    for ticket in &file.tickets {
        match (ticket.state == State::Redirected, ticket.successor) {
            (true, Some(number)) => {
                let next = file.ticket(number).expect("L4: the successor exists");
                assert_eq!(next.predecessor, Some(ticket.name.number));
                let opened = events
                    .iter()
                    .find(|event| event.ticket == next.name)
                    .expect("it was opened");
                let Kind::Opened(opened) = &opened.kind else {
                    panic!("L4: it starts by opening")
                };
                assert_eq!(opened.epoch, ticket.epoch + 1, "L4: epochs grow along the chain");
                assert!(next.epoch >= opened.epoch, "L4: and by reopening");
            }
            (false, None) => {}
            other => panic!("L4: a ticket is redirected exactly when it has a successor: {other:?}"),
        }
        let redirects = file
            .chain(ticket.name.number)
            .iter()
            .skip(1)
            .filter(|before| {
                events
                    .iter()
                    .any(|event| event.ticket == before.name && matches!(event.kind, Kind::Redirected { .. }))
            })
            .count();
        assert_eq!(
            usize::from(ticket.hops),
            redirects,
            "L4: hops count redirects, not routings by hand"
        );
        if redirects >= 3
            && ticket
                .predecessor
                .is_some_and(|before| was_redirected(events, file, before))
        {
            assert!(
                is_triage(ticket.agency()),
                "L4: the third redirect opens at triage"
            );
        }
        if ticket.orientation.triage == Some(TriageReason::ThirdRedirect) {
            assert!(redirects >= 3);
        }
    }
}

fn was_redirected(events: &[Event], file: &CaseFile, number: declic_domain::name::TicketNumber) -> bool {
    let name = TicketName {
        case: file.case.id,
        number,
    };
    events
        .iter()
        .any(|event| event.ticket == name && matches!(event.kind, Kind::Redirected { .. }))
}

fn last<'f>(file: &'f CaseFile, ticket: &'f Ticket) -> &'f Ticket {
    let mut last = ticket;
    while let Some(next) = last.successor.and_then(|number| file.ticket(number)) {
        last = next;
    }
    last
}
