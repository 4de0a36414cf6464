//! Single decisions that the random histories pass too rarely to prove, each named after what it promises.

use declic_domain::decide::decide;
use declic_domain::directory::{Directory, Item, Member};
use declic_domain::event::RedirectReason;
use declic_domain::holder::{Holder, Standing, holder};
use declic_domain::name::{DeskName, OrganisationId, TicketNumber};
use declic_domain::policy::{self, Action};
use declic_domain::{CaseFile, Command, Decision, Refusal};

use crate::world::{World, directory, member};

#[test]
fn an_agency_that_lost_the_ticket_writes_no_more_on_its_chain() {
    let (mut world, file) = at_msa();
    for text in [
        Command::PostMessage {
            text: "trop tard".to_owned(),
        },
        Command::AddNote {
            text: "trop tard".to_owned(),
        },
    ] {
        let refused = world.say("agent.caf-56", Some(1), &file, TicketNumber::FIRST, text);
        assert_eq!(refused, Err(Refusal::EpochOutdated));
    }
}

#[test]
fn a_reply_that_comes_after_a_redirect_is_told_the_successor_whatever_its_etag() {
    let (mut world, file) = at_msa();
    let reply = Command::Reply {
        answers: vec![(1, "joint".to_owned())],
        message: String::new(),
    };
    let refused = world.say_with("camille", (None, Some(1)), &file, TicketNumber::FIRST, reply);
    assert_eq!(
        refused,
        Err(Refusal::NotAwaiting {
            successor: TicketNumber::new(2)
        })
    );
}

#[test]
fn an_accountable_agent_belongs_to_the_desk() {
    let (mut world, file) = at_msa();
    let second = TicketNumber::new(2).expect("a number");
    for stranger in [
        "agent.caf-56",
        "connector.msa-portes-de-bretagne",
        "camille",
        "nobody",
    ] {
        let taken = Command::Acknowledge {
            agent: Some(member(stranger)),
        };
        let refused = world.say("agent.msa-portes-de-bretagne", Some(2), &file, second, taken);
        assert!(
            matches!(refused, Err(Refusal::Field { field: "agent", .. })),
            "{stranger}"
        );
    }
    let manager = Command::Acknowledge {
        agent: Some(member("manager.msa-portes-de-bretagne")),
    };
    assert!(
        world
            .say("agent.msa-portes-de-bretagne", Some(2), &file, second, manager)
            .is_ok()
    );
}

#[test]
fn a_desk_where_nobody_is_gets_no_ticket() {
    let (mut world, file) = at_msa();
    let second = TicketNumber::new(2).expect("a number");
    let ticket = file.ticket(second).expect("the successor");
    let empty = DeskName::new(ticket.agency().clone(), "vide").expect("a desk");
    let assign = Command::Assign {
        agent: None,
        desk: Some(empty),
        reason: "congés".to_owned(),
    };
    let refused = world.say("agent.msa-portes-de-bretagne", Some(2), &file, second, assign);
    assert!(matches!(refused, Err(Refusal::Field { field: "desk", .. })));
}

#[test]
fn a_person_who_leaves_holds_nothing() {
    let (mut world, file) = at_msa();
    let second = TicketNumber::new(2).expect("a number");
    let agent = member("agent.msa-portes-de-bretagne");
    let taken = Command::Acknowledge {
        agent: Some(agent.clone()),
    };
    let taken = world
        .say(agent.as_str(), Some(2), &file, second, taken)
        .expect("it may");
    let ticket = &taken.tickets[0];
    assert_eq!(
        holder(&directory(), Standing::of(&file.case, ticket)),
        Some(Holder::Agent(agent.clone()))
    );
    let without = leaving(agent.as_str());
    assert_eq!(
        holder(&without, Standing::of(&file.case, ticket)),
        Some(Holder::Desk(ticket.desk.clone()))
    );
}

#[test]
fn who_changes_organisation_does_not_take_the_cases_along() {
    let (_, file) = at_msa();
    let ticket = &file.tickets[0];
    let camille = directory().members[&member("camille")].clone();
    assert!(policy::may(&camille, Action::GetCase, &file.case, ticket));
    let elsewhere = OrganisationId::parse("ccas-vannes").expect("a slug");
    let moved = Member {
        organisation: Some(elsewhere),
        ..camille
    };
    assert!(!policy::may(&moved, Action::GetCase, &file.case, ticket));
}

#[test]
fn a_move_corrects_the_elected_domicile_that_decided() {
    let mut world = World::of_rsa(false);
    let mut file = file(None, &world.open());
    file.tickets[0].facts.elected_domicile = Some("56260".to_owned());
    let redirect = Command::Redirect {
        reason: RedirectReason::OutsideTerritory,
        message: "domiciliée à Rennes".to_owned(),
        commune: Some("35238".to_owned()),
        regime: None,
        agency: None,
    };
    let moved = world.say("agent.caf-56", Some(1), &file, TicketNumber::FIRST, redirect);
    let moved = moved.expect("another Caf is competent there");
    let successor = moved.tickets.last().expect("a successor");
    assert_eq!(successor.agency().as_str(), "caf-35");
    assert_eq!(successor.facts.elected_domicile.as_deref(), Some("35238"));
}

/// A case whose ticket 1 the Caf redirected to the Msa, which holds ticket 2.
fn at_msa() -> (World, CaseFile) {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let redirected = world.redirect_to_msa(&opened);
    (world, file(Some(opened), &redirected))
}

/// The case after a decision.
pub fn file(before: Option<CaseFile>, decision: &Decision) -> CaseFile {
    let mut tickets = before.map_or_else(Vec::new, |file| file.tickets);
    tickets.retain(|ticket| decision.tickets.iter().all(|after| after.name != ticket.name));
    tickets.extend(decision.tickets.iter().cloned());
    tickets.sort_by_key(|ticket| ticket.name.number);
    CaseFile {
        case: decision.case.clone(),
        tickets,
    }
}

fn leaving(id: &str) -> Directory {
    let mut directory = directory();
    let left = Member {
        active: false,
        ..directory.members[&member(id)].clone()
    };
    directory.apply(Item::Member(left));
    directory
}

impl World {
    pub fn say(
        &mut self,
        who: &str,
        epoch: Option<u32>,
        file: &CaseFile,
        number: TicketNumber,
        command: Command,
    ) -> Result<Decision, Refusal> {
        self.say_with(who, (epoch, None), file, number, command)
    }

    fn say_with(
        &mut self,
        who: &str,
        (epoch, etag): (Option<u32>, Option<u64>),
        file: &CaseFile,
        number: TicketNumber,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let actor = directory().members[&member(who)].clone();
        self.with_given(&actor, epoch, etag, |given| decide(file, number, command, given))
    }
}
