//! An agency that was merged or renamed: its open tickets follow to its successor, and nothing else changes.

use declic_domain::event::Kind;
use declic_domain::name::{AgencyId, TicketNumber};
use declic_domain::policy::{Relation, reads_text, relation};
use declic_domain::succession::transfer_agency;
use declic_domain::ticket::Ticket;
use declic_domain::{CaseFile, Command, Decision, Refusal};

use crate::decisions::file;
use crate::sharing::two_tickets;
use crate::world::{World, directory, member};

#[test]
fn open_tickets_follow_and_keep_all_but_who_treats_them() {
    let (mut world, opened) = two_tickets();
    let take = Command::Acknowledge {
        agent: Some(member("agent.caf-56")),
    };
    let taken = world.say("agent.caf-56", Some(1), &opened, TicketNumber::FIRST, take);
    let taken = file(Some(opened), &taken.expect("the Caf treats it"));
    let note = Command::AddNote {
        text: "à voir".to_owned(),
    };
    let note = world.say("agent.caf-56", Some(1), &taken, TicketNumber::FIRST, note);
    let note = note.expect("the Caf treats it");
    let noted = file(Some(taken), &note);
    let decided = world.follow(&noted, "caf-56", "caf-35").expect("a merger");
    let [after] = &decided.tickets[..] else {
        panic!("one ticket is the Caf's: {decided:?}")
    };
    let before = &noted.tickets[0];
    let expected = Ticket {
        version: before.version + 1,
        updated_at: after.updated_at,
        held_since: after.updated_at,
        desk: after.desk.clone(),
        agent: None,
        former_agencies: vec![agency("caf-56")],
        ..before.clone()
    };
    assert_eq!(*after, expected);
    assert_eq!(after.desk.resource(), "agencies/caf-35/desks/accueil");
    let followed = file(Some(noted), &decided);
    let of = |who: &str| directory().members[&member(who)].clone();
    let seen = |who: &str| relation(&of(who), &followed.case, &followed.tickets[0]);
    assert_eq!(seen("agent.caf-35"), Some(Relation::Agency));
    assert_eq!(seen("agent.caf-56"), None);
    let noted = &note.drafts[0].event;
    let reads = |who: &str| reads_text(&of(who), &followed.case, &followed.tickets[0], noted);
    assert!(reads("agent.caf-35"), "its notes are the successor's");
    assert!(!reads("camille"));
    let resolve = world.say(
        "agent.caf-35",
        Some(1),
        &followed,
        TicketNumber::FIRST,
        Command::AddNote {
            text: "repris".to_owned(),
        },
    );
    assert!(resolve.is_ok(), "the epoch is the same");
}

#[test]
fn what_was_shared_with_an_agency_is_shared_with_its_successor() {
    let (mut world, opened) = two_tickets();
    let shared = world.share(&opened, "dep-56").expect("another agency");
    let shared = file(Some(opened), &shared);
    let decided = world.follow(&shared, "dep-56", "caf-35").expect("a merger");
    let followed = file(Some(shared.clone()), &decided);
    let readers: Vec<String> = followed.tickets[0]
        .shared_with
        .iter()
        .map(|desk| desk.resource())
        .collect();
    assert_eq!(readers, ["agencies/caf-35/desks/accueil"]);
    // The successor treats the ticket already: it reads it without being shown it.
    let decided = world.follow(&shared, "dep-56", "caf-56").expect("a merger");
    let followed = file(Some(shared), &decided);
    assert!(followed.tickets[0].shared_with.is_empty());
    assert_eq!(followed.tickets[1].agency(), followed.tickets[0].agency());
}

#[test]
fn tickets_that_have_ended_stay_where_they_were() {
    let (mut world, opened) = two_tickets();
    let withdraw = Command::Withdraw {
        reason: "réglé".to_owned(),
    };
    let ended = world.say("camille", None, &opened, TicketNumber::FIRST, withdraw);
    let ended = file(Some(opened), &ended.expect("it is open"));
    assert_eq!(world.follow(&ended, "caf-56", "caf-35"), Err(Refusal::Unknown));
}

#[test]
fn only_an_administrator_moves_tickets_and_only_to_an_agency_that_can_treat_them() {
    let (mut world, opened) = two_tickets();
    for who in [
        "camille",
        "soizic",
        "manager.caf-56",
        "supervisor",
        "connector.caf-56",
    ] {
        let refused = world.follow_as(who, &opened, "caf-56", "caf-35");
        assert_eq!(refused, Err(Refusal::Role), "{who}");
    }
    let rows = [
        ("caf-56", "caf-56", "successor"),
        ("caf-56", "triage-56", "successor"),
        ("caf-56", "caf-22", "successor"),
        ("triage-56", "caf-35", "agency"),
    ];
    for (from, to, wrong) in rows {
        let refused = world.follow(&opened, from, to);
        assert!(
            matches!(refused, Err(Refusal::Field { field, .. }) if field == wrong),
            "{from} to {to}: {refused:?}"
        );
    }
    for found in world.directory_mut().members.values_mut() {
        if found.agency == Some(agency("caf-35")) {
            found.active = false;
        }
    }
    let refused = world.follow(&opened, "caf-56", "caf-35");
    assert!(
        matches!(
            refused,
            Err(Refusal::Field {
                field: "successor",
                ..
            })
        ),
        "nobody is there: {refused:?}"
    );
}

fn agency(id: &str) -> AgencyId {
    AgencyId::parse(id).expect("an agency")
}

impl World {
    fn follow(&mut self, file: &CaseFile, from: &str, to: &str) -> Result<Decision, Refusal> {
        let decided = self.follow_as("administrator", file, from, to)?;
        assert!(matches!(
            decided.drafts[0].event.kind,
            Kind::AgencyTransferred { .. }
        ));
        Ok(decided)
    }

    fn follow_as(&mut self, who: &str, file: &CaseFile, from: &str, to: &str) -> Result<Decision, Refusal> {
        let actor = directory().members[&member(who)].clone();
        self.with_given(&actor, None, None, |given| {
            transfer_agency(file, &agency(from), &agency(to), "fusion", given)
        })
    }
}
