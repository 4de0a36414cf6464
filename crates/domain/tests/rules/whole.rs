//! Commands on a whole case: what random histories ask, what must be true of each, and single promises.

use declic_domain::decide_case;
use declic_domain::event::{Kind, Outcome, Party};
use declic_domain::holder::{Holder, Standing, holder};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::TicketNumber;
use declic_domain::policy::{self, Action};
use declic_domain::ticket::Ticket;
use declic_domain::{CaseCommand, CaseFile, Command, Decision, Refusal};

use jiff::civil::date;

use crate::decisions::file;
use crate::world::{Step, World, directory, member};

/// A command on the whole case, in about one step of ten.
pub fn command(step: &Step) -> Option<CaseCommand> {
    let reason = "la situation a changé".to_owned();
    Some(match step.wrong {
        49..=60 => CaseCommand::ChangeUrgency {
            urgent: step.variant.is_multiple_of(2),
            reason,
        },
        61..=71 => CaseCommand::Transfer {
            opener: member(
                ["camille", "yann", "soizic", "agent.caf-56", "nobody"][usize::from(step.variant) % 5],
            ),
            reason,
        },
        72 => CaseCommand::Withdraw { reason },
        73..=76 => CaseCommand::RevokeMandate { reason },
        77..=84 => CaseCommand::RenewMandate {
            mandate: until(i16::from(step.variant % 3)),
            scope: reason,
            evidence: String::new(),
        },
        _ => return None,
    })
}

/// Of an accepted command: it happens on each ticket it concerns, once and alike, and for the eyes of all its parties.
pub fn check_accepted(before: &CaseFile, command: &CaseCommand, decision: &Decision) {
    let withdraws = matches!(command, CaseCommand::Withdraw { .. });
    let concerned = before.tickets.iter().filter(|ticket| {
        let reason = String::new();
        match withdraws {
            true => Command::Withdraw { reason }.is_allowed_in(ticket.state),
            false => ticket.state.is_open(),
        }
    });
    let concerned: Vec<&Ticket> = concerned.collect();
    assert!(
        !concerned.is_empty(),
        "L2: a case that has ended takes no command"
    );
    let names = |of: Vec<&Ticket>| of.iter().map(|ticket| ticket.name).collect::<Vec<_>>();
    assert_eq!(
        names(concerned),
        decision
            .drafts
            .iter()
            .map(|draft| draft.event.ticket)
            .collect::<Vec<_>>(),
        "one event on each"
    );
    for (after, draft) in decision.tickets.iter().zip(&decision.drafts) {
        assert_eq!(draft.event.kind, decision.drafts[0].event.kind);
        assert_eq!(
            draft.recipients,
            policy::recipients(&decision.case, after, &draft.event)
        );
        let stays = before.ticket(after.name.number).expect("it was there").state == after.state;
        assert_eq!(stays, !withdraws, "L2: the states are those of the table");
    }
}

/// Of a refused one: with its reason.
pub fn check_refused(before: &CaseFile, _command: &CaseCommand, refusal: &Refusal) {
    assert!(!refusal.to_string().is_empty(), "L2: a refusal has a reason");
    if let Refusal::Transition { state } = refusal {
        assert_eq!(before.tickets.last().map(|last| last.state), Some(*state));
    }
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

/// A mandate of the past, of today and of the future of these histories.
fn until(year: i16) -> Mandate {
    Mandate {
        channel: Channel::Oral,
        given_on: date(2026, 11, 20),
        expires_on: date(2026 + year, 11, 30),
        revoked_on: None,
    }
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
fn resolved(world: &mut World) -> CaseFile {
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

fn handed_to(who: &str) -> CaseCommand {
    CaseCommand::Transfer {
        opener: member(who),
        reason: "je change de service".to_owned(),
    }
}

impl World {
    fn say_of_case(
        &mut self,
        who: &str,
        etag: Option<u64>,
        file: &CaseFile,
        command: CaseCommand,
    ) -> Result<Decision, Refusal> {
        let actor = directory().members[&member(who)].clone();
        self.with_given(&actor, None, etag, |given| decide_case(file, command, given))
    }

    fn say_on(
        &mut self,
        who: &str,
        epoch: Option<u32>,
        file: &CaseFile,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let actor = directory().members[&member(who)].clone();
        self.with_given(&actor, epoch, None, |given| {
            declic_domain::decide::decide(file, TicketNumber::FIRST, command, given)
        })
    }

    /// Decides a command on the case, by somebody: one who may, most often.
    pub fn decide_case(
        &mut self,
        file: &CaseFile,
        command: CaseCommand,
        step: &Step,
    ) -> Result<Decision, Refusal> {
        let actor = self.follower(file, step);
        let etag = step
            .actor
            .is_multiple_of(5)
            .then(|| file.case.version + u64::from(step.behind));
        self.with_given(&actor, None, etag, |given| decide_case(file, command, given))
    }
}
