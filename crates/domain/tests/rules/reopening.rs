//! What happened to a case while a ticket of it was closed.

use declic_domain::event::Effect;
use declic_domain::{CaseCommand, CaseFile, Command, Refusal};

use crate::decisions::file;
use crate::whole::{facts, until};
use crate::whole_decisions::resolved;
use crate::world::World;

fn closed(world: &mut World) -> CaseFile {
    let resolved = resolved(world);
    let close = Command::Close {
        effect: Effect::No,
        message: String::new(),
    };
    let closed = world.say_on("camille", None, &resolved, close);
    file(Some(resolved), &closed.expect("it is resolved"))
}

fn reopen() -> Command {
    Command::Reopen {
        reason: "Rien sur le compte.".to_owned(),
    }
}

fn to_departement() -> CaseCommand {
    CaseCommand::AddTicket {
        facts: facts("RSA", Some("DECISION")),
        explanation: "La décision revient au département.".to_owned(),
    }
}

#[test]
fn an_agreement_is_taken_back_and_given_anew_on_a_closed_case_and_decides_whether_it_reopens() {
    let mut world = World::of_rsa(false);
    let closed = closed(&mut world);
    let revoke = CaseCommand::RevokeMandate {
        reason: "au guichet".to_owned(),
    };
    let revoked = world
        .say_of_case("camille", None, &closed, revoke)
        .expect("a closed case");
    assert_eq!(
        revoked.tickets[0].state, closed.tickets[0].state,
        "it stays closed"
    );
    let revoked = file(Some(closed), &revoked);
    let refused = world.say_on("camille", None, &revoked, reopen());
    assert_eq!(refused, Err(Refusal::MandateRevoked));
    let renew = CaseCommand::RenewMandate {
        mandate: until(1),
        scope: "RSA".to_owned(),
        evidence: String::new(),
    };
    let renewed = world
        .say_of_case("camille", None, &revoked, renew)
        .expect("a closed case");
    let renewed = file(Some(revoked), &renewed);
    world
        .say_on("camille", None, &renewed, reopen())
        .expect("the new agreement holds");
}

#[test]
fn a_ticket_that_was_closed_while_its_case_became_urgent_has_the_urgent_time_when_it_reopens() {
    let mut world = World::of_rsa(false);
    let closed = closed(&mut world);
    assert!(!closed.case.urgent);
    // The case has to be open for it: at the département.
    let reopened = world
        .say_on("camille", None, &closed, reopen())
        .expect("closed just now");
    let added = file(Some(closed.clone()), &reopened);
    let added = world
        .say_of_case("camille", None, &added, to_departement())
        .expect("another agency");
    let added = file(Some(closed), &added);
    let urgent = CaseCommand::ChangeUrgency {
        urgent: true,
        reason: "coupure".to_owned(),
    };
    let urgent = world
        .say_of_case("camille", None, &added, urgent)
        .expect("an open ticket");
    assert_eq!(urgent.tickets.len(), 1, "the closed one is not told");
    let urgent = file(Some(added), &urgent);
    let reopened = world
        .say_on("camille", None, &urgent, reopen())
        .expect("closed just now");
    let clocks = reopened.tickets[0].clocks.clone().expect("terms are pinned");
    assert!(clocks.urgent);
    let usual = clocks.terms.policy.targets(true).resolve;
    let at = reopened.drafts[0].event.recorded_at;
    assert_eq!(clocks.resolve.due, usual.after(at, &clocks.terms.calendar));
}

#[test]
fn a_ticket_does_not_reopen_beside_another_of_its_agency() {
    let mut world = World::of_rsa(false);
    let closed = closed(&mut world);
    let again = CaseCommand::AddTicket {
        facts: closed.case.facts.clone(),
        explanation: "Le versement manque encore.".to_owned(),
    };
    // The case is closed: it opens again at the département first.
    let reopened = world
        .say_on("camille", None, &closed, reopen())
        .expect("closed just now");
    let open = file(Some(closed.clone()), &reopened);
    let added = world
        .say_of_case("camille", None, &open, to_departement())
        .expect("another agency");
    let open = file(Some(closed), &added);
    let added = world
        .say_of_case("camille", None, &open, again)
        .expect("the Caf has none open");
    let open = file(Some(open), &added);
    assert_eq!(
        world.say_on("camille", None, &open, reopen()),
        Err(Refusal::AgencyAlreadyAsked)
    );
}
