//! Single decisions on a whole case, each named after what it promises.

use declic_domain::event::{Kind, Outcome, Party};
use declic_domain::holder::{Holder, Standing, holder};
use declic_domain::mandate::Mandate;
use declic_domain::name::TicketNumber;
use declic_domain::policy::{self, Action};
use declic_domain::text;
use declic_domain::ticket::Ticket;
use declic_domain::{CaseCommand, CaseFile, Command, Decision, InForce, Refusal, correction};
use declic_routing::{RawFacts, Territory};
use jiff::civil::date;

use crate::decisions::file;
use crate::whole::{facts, until, words, zoe};
use crate::world::{World, directory, member};

#[test]
fn another_agency_is_added_by_the_rules_once_and_under_a_mandate_that_holds() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let add = |benefit, stage| CaseCommand::AddTicket {
        facts: facts(benefit, stage),
        explanation: "La décision revient au département.".to_owned(),
    };
    let added = world
        .say_of_case("camille", None, &opened, add("RSA", Some("DECISION")))
        .expect("another agency");
    let ticket = &added.tickets[0];
    assert_eq!(
        (ticket.name.number.get(), ticket.agency().as_str()),
        (2, "dep-56")
    );
    assert_eq!(
        ticket.facts.urgent, opened.case.urgent,
        "the urgency is the case's"
    );
    let file_of_two = file(Some(opened.clone()), &added);
    for benefit in ["RSA", "AF"] {
        let again = world.say_of_case("camille", None, &file_of_two, add(benefit, Some("PAYMENT")));
        assert_eq!(
            again,
            Err(Refusal::AgencyAlreadyAsked),
            "the Caf has a ticket: {benefit}"
        );
    }
    let wrong = world.say_of_case("camille", None, &opened, add("RMI", None));
    assert!(matches!(wrong, Err(Refusal::Facts(_))), "{wrong:?}");
    let revoke = CaseCommand::RevokeMandate {
        reason: "au guichet".to_owned(),
    };
    let revoked = world
        .say_of_case("camille", None, &opened, revoke)
        .expect("an open case");
    let revoked = file(Some(opened.clone()), &revoked);
    let after = world.say_of_case("camille", None, &revoked, add("RSA", Some("DECISION")));
    assert_eq!(after, Err(Refusal::MandateRevoked));
    world.pass_hours(24 * 90);
    let late = world.say_of_case("camille", None, &opened, add("RSA", Some("DECISION")));
    assert_eq!(late, Err(Refusal::MandateInvalid));
}

#[test]
fn corrected_facts_propose_a_redirect_and_make_none() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let moved = RawFacts {
        commune: "35238".to_owned(),
        ..opened.case.facts.clone()
    };
    let correct = |facts| CaseCommand::CorrectFacts {
        facts,
        reason: "elle a déménagé".to_owned(),
    };
    let same = world.say_of_case("camille", None, &opened, correct(opened.case.facts.clone()));
    assert!(
        matches!(same, Err(Refusal::Field { field: "facts", .. })),
        "{same:?}"
    );
    let corrected = world
        .say_of_case("camille", None, &opened, correct(moved.clone()))
        .expect("an open case");
    assert_eq!(
        (&corrected.case.facts, corrected.case.departement.as_str()),
        (&moved, "35")
    );
    let ticket = &corrected.tickets[0];
    assert_eq!(
        (ticket.agency().as_str(), ticket.state),
        ("caf-56", opened.tickets[0].state),
        "it stays"
    );
    assert_eq!(
        ticket.facts, opened.tickets[0].facts,
        "its routing is explained by what it used"
    );
    let would = |ticket: &Ticket| {
        let today = date(2026, 11, 20);
        correction::proposal(ticket, &InForce::embedded(), Territory::embedded(), today)
            .map(|proposal| proposal.agencies)
    };
    assert_eq!(would(ticket), Some(vec!["caf-35".to_owned()]));
    let after = file(Some(opened.clone()), &corrected);
    let redirected = world.redirect_to_msa(&after);
    let successor = redirected.tickets.last().expect("a successor");
    assert_eq!(
        successor.facts.commune, "35238",
        "a redirect starts from the corrected facts"
    );
    assert_eq!((successor.corrected.as_ref(), would(successor)), (None, None));
    let back = world
        .say_of_case("camille", None, &after, correct(opened.case.facts.clone()))
        .expect("an open case");
    assert_eq!(
        (back.tickets[0].corrected.as_ref(), would(&back.tickets[0])),
        (None, None)
    );
}

#[test]
fn a_correction_leaves_alone_what_an_agency_has_corrected() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let redirected = world.redirect_to_msa(&opened);
    let at_msa = file(Some(opened), &redirected);
    let moved = RawFacts {
        commune: "56260".to_owned(),
        ..at_msa.case.facts.clone()
    };
    let correct = CaseCommand::CorrectFacts {
        facts: moved,
        reason: "elle a déménagé".to_owned(),
    };
    let corrected = world
        .say_of_case("camille", None, &at_msa, correct)
        .expect("an open case");
    let known = corrected.tickets[0]
        .corrected
        .as_deref()
        .expect("its facts are others");
    assert_eq!(
        (known.commune.as_str(), known.regime.as_str()),
        ("56260", "agricultural")
    );
}

#[test]
fn a_corrected_person_is_kept_as_it_was_and_is_and_takes_the_place_of_the_old_one() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let correct = |name| CaseCommand::CorrectPerson {
        person: zoe(name),
        reason: "nom de naissance".to_owned(),
    };
    let same = world.say_of_case("camille", None, &opened, correct("Tanguy"));
    assert!(
        matches!(same, Err(Refusal::Field { field: "person", .. })),
        "{same:?}"
    );
    let corrected = world
        .say_of_case("camille", None, &opened, correct("Tangui"))
        .expect("an open case");
    let text::Text::Personal(told) = &corrected.drafts[0].text else {
        panic!("it is told in words, which are sealed")
    };
    let text::Personal::Person(correction) = told else {
        panic!("the words of a correction")
    };
    assert!(correction.before == zoe("Tanguy") && correction.after == zoe("Tangui"));
    let mut kept = words();
    assert!(kept.follow(told) && kept.person == zoe("Tangui"));
}

#[test]
fn a_case_takes_no_ninth_open_ticket() {
    let mut world = World::of_rsa(false);
    let mut full = file(None, &world.open());
    let first = full.tickets[0].clone();
    for number in 2..=8 {
        let mut more = first.clone();
        more.name.number = TicketNumber::new(number).expect("a number");
        full.tickets.push(more);
    }
    let add = CaseCommand::AddTicket {
        facts: facts("RSA", Some("DECISION")),
        explanation: "La décision revient au département.".to_owned(),
    };
    assert_eq!(
        world.say_of_case("camille", None, &full, add.clone()),
        Err(Refusal::TooManyTickets)
    );
    full.tickets[7].state = declic_domain::ticket::State::Closed;
    assert!(world.say_of_case("camille", None, &full, add).is_ok());
}

#[test]
fn a_case_that_is_handed_over_is_seen_by_who_follows_it_and_no_longer_by_who_did() {
    let mut world = World::of_rsa(false);
    let before = file(None, &world.open());
    let sees = |who: &str, file: &CaseFile| {
        let member = directory().members[&member(who)].clone();
        policy::may(&member, Action::GetTicket, &file.case, &file.tickets[0])
    };
    assert!(sees("camille", &before) && !sees("yann", &before));
    let decided = world.say_of_case("camille", None, &before, handed_to("yann"));
    let after = file(Some(before), &decided.expect("a colleague"));
    assert!(!sees("camille", &after) && sees("yann", &after));
    assert!(sees("soizic", &after), "the manager sees both");
    let back = world.say_of_case("camille", None, &after, handed_to("camille"));
    assert_eq!(
        back,
        Err(Refusal::Unknown),
        "it exists no more for who gave it away"
    );
    let taken = world.say_of_case("soizic", None, &after, handed_to("soizic"));
    assert!(taken.is_ok(), "the manager takes it over");
}

#[test]
fn a_case_goes_to_an_active_colleague_and_to_nobody_else() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let mut problems = Vec::new();
    for nobody in ["agent.caf-56", "supervisor", "nobody"] {
        match world.say_of_case("camille", None, &opened, handed_to(nobody)) {
            Err(Refusal::Field {
                field: "opener",
                problem,
            }) => problems.push(problem),
            other => panic!("{nobody}: {other:?}"),
        }
    }
    problems.dedup();
    assert_eq!(problems.len(), 1, "whoever is nobody here gets the same answer");
    let oneself = world.say_of_case("camille", None, &opened, handed_to("camille"));
    assert!(matches!(oneself, Err(Refusal::Field { field: "opener", .. })));
}

#[test]
fn what_waits_for_the_opener_waits_for_the_new_one_from_the_handing_over_on() {
    let mut world = World::of_rsa(false);
    let resolved = resolved(&mut world);
    let since = resolved.tickets[0].held_since;
    world.pass_hours(30);
    let urgent = CaseCommand::ChangeUrgency {
        urgent: true,
        reason: "coupure".to_owned(),
    };
    let urgent = world
        .say_of_case("camille", None, &resolved, urgent)
        .expect("an open case");
    assert_eq!(urgent.tickets[0].held_since, since, "its holder is the same");
    let handed = world
        .say_of_case("camille", None, &resolved, handed_to("yann"))
        .expect("a colleague");
    let ticket = &handed.tickets[0];
    assert_eq!(
        holder(&directory(), Standing::of(&handed.case, ticket)),
        Some(Holder::Opener(member("yann")))
    );
    assert!(ticket.held_since > since);
}

#[test]
fn a_redirect_after_a_change_of_urgency_carries_the_new_one() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let now = !opened.case.urgent;
    let command = CaseCommand::ChangeUrgency {
        urgent: now,
        reason: "coupure".to_owned(),
    };
    let again = world.say_of_case(
        "camille",
        None,
        &opened,
        CaseCommand::ChangeUrgency {
            urgent: !now,
            reason: String::new(),
        },
    );
    assert!(
        matches!(again, Err(Refusal::Field { field: "urgent", .. })),
        "it is so already"
    );
    let changed = world
        .say_of_case("camille", None, &opened, command)
        .expect("an open case");
    assert_eq!((changed.case.urgent, changed.case.facts.urgent), (now, now));
    let changed = file(Some(opened), &changed);
    let redirected = world.redirect_to_msa(&changed);
    let Kind::Opened(successor) = &redirected.drafts[1].event.kind else {
        panic!("a successor opens")
    };
    assert_eq!((successor.case.urgent, successor.facts.urgent), (now, now));
}

#[test]
fn a_case_that_becomes_urgent_leaves_its_agencies_the_urgent_time_from_then_on() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let clocks = |decision: &Decision| decision.tickets[0].clocks.clone().expect("terms are pinned");
    let urgent = |urgent| CaseCommand::ChangeUrgency {
        urgent,
        reason: "coupure".to_owned(),
    };
    assert!(!opened.case.urgent);
    let before = opened.tickets[0].clocks.clone().expect("terms are pinned");
    world.pass_hours(24);
    let now = opened.tickets[0].opened_at + jiff::SignedDuration::from_hours(24);
    let hurried = world
        .say_of_case("camille", None, &opened, urgent(true))
        .expect("an open case");
    let after = clocks(&hurried);
    assert!(
        after.urgent
            && after.acknowledge.due < before.acknowledge.due
            && after.resolve.due < before.resolve.due
    );
    assert!(
        after.acknowledge.warning > now,
        "counted from now, not from before: it is not late at once"
    );
    let hurried = file(Some(opened), &hurried);
    let calm = world
        .say_of_case("camille", None, &hurried, urgent(false))
        .expect("an open case");
    assert_eq!(
        clocks(&calm),
        before,
        "what the ordinary target gave from the start"
    );
    world.pass_hours(24 * 30);
    let late = world
        .say_of_case("camille", None, &hurried, urgent(false))
        .expect("an open case");
    assert_eq!(
        clocks(&late).resolve,
        after.resolve,
        "time that has passed stays so"
    );
}

#[test]
fn an_etag_of_the_case_and_the_end_of_its_tickets_stop_commands_on_it() {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let late = world.say_of_case("camille", Some(7), &opened, handed_to("yann"));
    assert_eq!(late, Err(Refusal::EtagOutdated { current: 1 }));
    let withdraw = CaseCommand::Withdraw {
        reason: "sans objet".to_owned(),
    };
    let withdrawn = world
        .say_of_case("camille", Some(1), &opened, withdraw)
        .expect("an open case");
    assert_eq!(
        withdrawn.drafts[0].event.party,
        Party::Organisation(opened.case.organisation.clone())
    );
    let ended = file(Some(opened), &withdrawn);
    let state = ended.tickets[0].state;
    let refused = world.say_of_case("camille", None, &ended, handed_to("yann"));
    assert_eq!(refused, Err(Refusal::Transition { state }));
    let stranger = world.say_of_case("agent.caf-56", None, &ended, handed_to("yann"));
    assert_eq!(stranger, Err(Refusal::Role));
}

#[test]
fn a_mandate_that_was_taken_back_or_has_expired_stops_reopening_until_it_is_renewed() {
    let mut world = World::of_rsa(false);
    let resolved = resolved(&mut world);
    let revoke = || CaseCommand::RevokeMandate {
        reason: "au guichet".to_owned(),
    };
    let renew = |mandate| CaseCommand::RenewMandate {
        mandate,
        scope: "RSA".to_owned(),
        evidence: String::new(),
    };
    let reopen = || Command::Reopen {
        reason: "toujours bloqué".to_owned(),
    };
    world.pass_hours(24 * 3);
    let revoked = world
        .say_of_case("camille", None, &resolved, revoke())
        .expect("an open case");
    let revoked = file(Some(resolved), &revoked);
    assert_eq!(revoked.case.mandate.revoked_on, Some(date(2026, 11, 23)));
    assert_eq!(
        world.say_on("camille", None, &revoked, reopen()),
        Err(Refusal::MandateRevoked)
    );
    assert_eq!(
        world.say_of_case("camille", None, &revoked, revoke()),
        Err(Refusal::MandateRevoked)
    );
    let of_before = world.say_of_case("camille", None, &revoked, renew(until(1)));
    assert!(
        matches!(
            of_before,
            Err(Refusal::Field {
                field: "mandate.given_on",
                ..
            })
        ),
        "{of_before:?}"
    );
    let of_today = Mandate {
        given_on: date(2026, 11, 23),
        ..until(0)
    };
    let renewed = world
        .say_of_case("camille", None, &revoked, renew(of_today))
        .expect("a new agreement");
    let renewed = file(Some(revoked), &renewed);
    assert_eq!(renewed.case.mandate, of_today);
    assert!(world.say_on("camille", None, &renewed, reopen()).is_ok());
    world.pass_hours(24 * 10);
    assert_eq!(
        world.say_on("camille", None, &renewed, reopen()),
        Err(Refusal::MandateInvalid)
    );
    let expired = world.say_of_case("camille", None, &renewed, renew(of_today));
    assert_eq!(
        expired,
        Err(Refusal::MandateInvalid),
        "what does not hold today renews nothing"
    );
    assert!(
        world
            .say_of_case("camille", None, &renewed, renew(until(1)))
            .is_ok()
    );
}

/// A case whose only ticket the Caf has resolved.
pub fn resolved(world: &mut World) -> CaseFile {
    let opened = file(None, &world.open());
    let taken = world.say_on(
        "agent.caf-56",
        Some(1),
        &opened,
        Command::Acknowledge { agent: None },
    );
    let taken = file(Some(opened), &taken.expect("routed"));
    let resolve = Command::Resolve {
        outcome: Outcome::RightRestored,
        message: "Droit rétabli.".to_owned(),
        steps: Vec::new(),
        link: String::new(),
    };
    let resolved = world.say_on("agent.caf-56", Some(1), &taken, resolve);
    file(Some(taken), &resolved.expect("acknowledged"))
}

pub fn handed_to(who: &str) -> CaseCommand {
    CaseCommand::Transfer {
        opener: member(who),
        reason: "je change de service".to_owned(),
    }
}
