//! L3: every open ticket has one holder and one accountable desk with an active member, or stands in the orphans' queue of
//! its agency's managers, or of triage; over random commands and random changes of staff, and no case is closed by one.

use std::collections::BTreeSet;

use crate::world::{World, member, step};
use declic_domain::directory::authority::{self, Ask};
use declic_domain::directory::{Absence, Absences, Directory, Item, Member, Organisation, Role};
use declic_domain::handover::{self, Next, Post};
use declic_domain::holder::{Holder, Standing, holder};
use declic_domain::name::{DeskName, OrganisationId, TicketName};
use declic_domain::policy::{self, Action};
use declic_domain::ticket::{State, Ticket};
use declic_domain::{Case, CaseFile, Decision};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// One random change of staff.
#[derive(Debug, Clone)]
struct Staff {
    who: u8,
    what: u8,
}

fn staff() -> impl Strategy<Value = Staff> {
    (any::<u8>(), any::<u8>()).prop_map(|(who, what)| Staff { who, what })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_staff_leaves_a_ticket_to_nobody(
        opening in any::<u64>(),
        steps in proptest::collection::vec((step(), proptest::option::of(staff())), 1..20),
    ) {
        let mut world = World::new(opening);
        world.directory_mut().apply(Item::Organisation(Organisation {
            id: OrganisationId::parse("ccas-vannes").expect("a slug"),
            name: "CCAS de Vannes".to_owned(),
            departement: "56".to_owned(),
            kind: None,
        }));
        let mut events = Vec::new();
        let opened = world.open();
        let mut file = after(None, &opened, &mut events);
        for (step, staff) in steps {
            let (number, command) = world.command(&file, &step);
            let epoch = world.epoch(&file, number, &step);
            if let Ok(decision) = world.decide(&file, number, command, epoch, &step) {
                file = after(Some(&file), &decision, &mut events);
            }
            if let Some(staff) = staff {
                let now = world.now();
                change(world.directory_mut(), &staff, now);
            }
            let (was_open, before) = (file.is_open(), events.len());
            settle(&mut world, &mut file, &mut events);
            assert_eq!(file.is_open(), was_open, "no case ends by a handover");
            let by_rule = events[before..].iter();
            assert!(by_rule.clone().all(|event| event.actor == member(handover::RULE)));
            for ticket in file.tickets.iter().filter(|ticket| ticket.state.is_open()) {
                let now = world.now();
                has_somebody(world.directory_mut(), &file, ticket, now);
            }
            world.pass_time(&step);
        }
    }
}

/// Hands over until nothing has to be: each ticket once, for what triage gets stays there.
fn settle(world: &mut World, file: &mut CaseFile, events: &mut Vec<declic_domain::event::Event>) {
    let names: Vec<TicketName> = file.tickets.iter().map(|ticket| ticket.name).collect();
    for name in names {
        let ticket = file.ticket(name.number).expect("it is there");
        let actor = handover::actor(ticket.agency());
        let reason = |_: &Next| "plus personne".to_owned();
        let handed = world.with_given(&actor, None, None, |given| {
            handover::hand_over(file, name.number, &reason, given)
        });
        if let Some(decision) = handed.expect("a handover is never refused") {
            *file = after(Some(file), &decision, events);
        }
    }
    for ticket in &file.tickets {
        let now = world.now();
        let next = handover::next(world.directory_mut(), Post::of(ticket), now);
        assert_eq!(next, Next::Stays, "it is handed over once");
    }
}

fn has_somebody(directory: &Directory, file: &CaseFile, ticket: &Ticket, now: Timestamp) {
    let standing = Standing::of(&file.case, ticket);
    let held_by = holder(directory, standing).expect("an open ticket has a holder");
    can_act(directory, &file.case, ticket, &held_by);
    if ticket.state == State::Resolved {
        return;
    }
    let staffed = directory.desk(&ticket.desk).is_some() && directory.is_staffed(&ticket.desk);
    assert!(
        staffed,
        "nobody at {}: {:?}",
        ticket.desk.resource(),
        ticket.state
    );
    if let Holder::Agent(agent) = held_by {
        let agent = directory.agent_of(ticket.agency(), &agent);
        let agent = agent.expect("the holder has left");
        let waits = directory.is_away(&agent.id, now) && directory.is_attended(&ticket.desk, now);
        assert!(!waits, "the holder is away, and others of the desk are there");
    }
}

/// Whom a ticket waits for may do what it waits for; where nobody of an organisation may, its territory's supervision is
/// who may give it to somebody.
fn can_act(directory: &Directory, case: &Case, ticket: &Ticket, held_by: &Holder) {
    let (action, of_opener) = match ticket.state {
        State::Routed | State::Delivered => (Action::AcknowledgeTicket, false),
        State::Acknowledged => (Action::ResolveTicket, false),
        State::AwaitingReply => (Action::ReplyTicket, true),
        _ => (Action::CloseTicket, true),
    };
    let may = |member: &Member| policy::may(member, action, case, ticket);
    let somebody = || directory.members.values().any(may);
    match held_by {
        Holder::Agent(member) | Holder::Opener(member) => {
            assert!(may(&directory.members[member]), "{member} may not: {ticket:?}");
        }
        Holder::Desk(_) | Holder::Organisation(_) => assert!(somebody(), "nobody may: {ticket:?}"),
        Holder::Supervision => {
            assert!(!somebody(), "somebody of the organisation may: {ticket:?}");
            let supervisor = &directory.members[&member("supervisor")];
            let arbitrates = policy::may(supervisor, Action::TransferCase, case, ticket);
            assert_eq!(
                arbitrates,
                case.departement == "56",
                "the supervisor's own territory"
            );
        }
    }
    let opener_side = !matches!(held_by, Holder::Desk(_) | Holder::Agent(_));
    assert_eq!(opener_side, of_opener, "{held_by:?}");
}

/// A change of staff that the directory allows; any other changes nothing.
fn change(directory: &mut Directory, staff: &Staff, now: Timestamp) {
    let humans: Vec<Member> = directory
        .members
        .values()
        .filter(|member| member.agency.is_some() || member.organisation.is_some())
        .cloned()
        .collect();
    let who = humans[usize::from(staff.who) % humans.len()].clone();
    let ask = match (staff.what % 14, who.agency.clone()) {
        // Those who left come back now and then.
        (0..=4, _) if who.active => Ask::End(who.id),
        (0..=4, _) => Ask::PutMember(who),
        (5, Some(agency)) => {
            let name = DeskName::new(agency, "renfort").expect("a desk");
            let mut desk = directory.agencies[&name.agency].desks[0].clone();
            desk.name = name;
            Ask::PutDesk(desk)
        }
        (6, Some(agency)) => {
            let name = DeskName::new(agency, "renfort").expect("a desk");
            Ask::SetDesks(who.id, BTreeSet::from([name]))
        }
        // Social workers and their managers change structure, or become what the other is.
        (11..=12, None) => {
            let organisation = if staff.what.is_multiple_of(2) {
                "ccas-pontivy"
            } else {
                "ccas-vannes"
            };
            let organisation = OrganisationId::parse(organisation).expect("a slug");
            Ask::PutMember(Member {
                organisation: Some(organisation),
                ..who
            })
        }
        (13, None) => Ask::PutMember(Member {
            role: match who.role {
                Role::SocialWorker => Role::OrganisationManager,
                _ => Role::SocialWorker,
            },
            ..who
        }),
        (8..=10, Some(_)) => {
            let deputy = humans[usize::from(staff.what) % humans.len()].id.clone();
            let hours = SignedDuration::from_hours(i64::from(staff.who) + 1);
            let absence = Absence {
                from: now + SignedDuration::from_hours(i64::from(staff.what % 3)),
                until: now + hours + SignedDuration::from_hours(3),
                deputy: Some(deputy).filter(|deputy| *deputy != who.id),
            };
            Ask::SetAbsences(Absences::new(who.id, vec![absence]).expect("an absence"))
        }
        (7, Some(agency)) => {
            let mut agency = directory.agencies[&agency].clone();
            agency.desks.rotate_left(1);
            agency.desks.truncate(1);
            Ask::PutAgency(agency)
        }
        _ => return,
    };
    let changed: Option<Item> = authority::change(directory, ask).unwrap_or_default();
    if let Some(item) = changed {
        directory.apply(item);
    }
}

fn after(
    before: Option<&CaseFile>,
    decision: &Decision,
    events: &mut Vec<declic_domain::event::Event>,
) -> CaseFile {
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
