//! A supervisor escalates: any open ticket of the territory, to who answers for the side that holds it.

use declic_domain::event::{Cause, Kind, Rung};
use declic_domain::name::TicketNumber;
use declic_domain::ticket::{Alerts, Ticket};
use declic_domain::{CaseFile, Command, Refusal};

use crate::decisions::file;
use crate::world::World;

#[test]
fn an_escalation_changes_nothing_but_the_level_and_is_told_to_the_late_side() {
    let (mut world, opened) = opened();
    let decided = world
        .say("supervisor", None, &opened, TicketNumber::FIRST, escalation())
        .expect("a ticket of the territory");
    let (before, after) = (&opened.tickets[0], &decided.tickets[0]);
    let expected = Ticket {
        version: 2,
        updated_at: after.updated_at,
        alerts: Alerts {
            level: 1,
            ..Alerts::default()
        },
        ..before.clone()
    };
    assert_eq!(*after, expected);
    assert_eq!(
        told(&decided.drafts[0].event.kind),
        Some(Rung::Desk),
        "the agency holds it"
    );
    assert_eq!(decided.drafts[0].recipients.len(), 2);

    let take = Command::Acknowledge { agent: None };
    let taken = world.say("agent.caf-56", Some(1), &opened, TicketNumber::FIRST, take);
    let taken = file(Some(opened), &taken.expect("the Caf treats it"));
    let resolve = Command::Resolve {
        outcome: declic_domain::event::Outcome::RightRestored,
        message: "Droit rétabli.".to_owned(),
        steps: Vec::new(),
        link: String::new(),
    };
    let resolved = world.say("agent.caf-56", Some(1), &taken, TicketNumber::FIRST, resolve);
    let resolved = file(Some(taken), &resolved.expect("it is taken"));
    let decided = world.say("supervisor", None, &resolved, TicketNumber::FIRST, escalation());
    let decided = decided.expect("it is open");
    assert_eq!(
        told(&decided.drafts[0].event.kind),
        Some(Rung::Holder),
        "the opener holds it"
    );
}

#[test]
fn only_a_supervisor_of_the_territory_escalates_and_only_what_is_open() {
    let (mut world, mut opened) = opened();
    for who in [
        "camille",
        "soizic",
        "agent.caf-56",
        "manager.caf-56",
        "administrator",
    ] {
        let refused = world.say(who, Some(1), &opened, TicketNumber::FIRST, escalation());
        assert_eq!(refused, Err(Refusal::Role), "{who}");
    }
    let withdraw = Command::Withdraw {
        reason: "réglé".to_owned(),
    };
    let ended = world.say("camille", None, &opened, TicketNumber::FIRST, withdraw);
    let ended = file(Some(opened.clone()), &ended.expect("it is open"));
    let refused = world.say("supervisor", None, &ended, TicketNumber::FIRST, escalation());
    assert!(matches!(refused, Err(Refusal::Transition { .. })), "{refused:?}");
    opened.case.departement = "2A".to_owned();
    let elsewhere = world.say("supervisor", None, &opened, TicketNumber::FIRST, escalation());
    assert_eq!(elsewhere, Err(Refusal::Unknown));
}

fn told(kind: &Kind) -> Option<Rung> {
    match kind {
        Kind::Escalated {
            cause: Cause::Supervisor,
            to,
        } => Some(*to),
        _ => None,
    }
}

fn escalation() -> Command {
    Command::Escalate {
        reason: "La personne n’a plus de ressources.".to_owned(),
    }
}

fn opened() -> (World, CaseFile) {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    (world, opened)
}
