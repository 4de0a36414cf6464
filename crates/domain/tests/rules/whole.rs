//! Commands on a whole case: what random histories ask, and what must be true of each.

use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::TicketNumber;
use declic_domain::person::Person;
use declic_domain::policy;
use declic_domain::text;
use declic_domain::ticket::{State, Ticket};
use declic_domain::{CaseCommand, CaseFile, Command, Decision, Refusal};
use declic_domain::{decide_case, offered_on_case};
use declic_routing::RawFacts;
use jiff::civil::date;

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
        85..=92 => CaseCommand::AddTicket {
            facts: facts(
                ["RSA", "AAH", "AF", "RETRAITE"][usize::from(step.variant) % 4],
                [None, Some("DECISION"), Some("PAYMENT")][usize::from(step.actor) % 3],
            ),
            explanation: reason,
        },
        93..=98 => {
            let mut facts = facts(["RSA", "AF"][usize::from(step.variant) % 2], None);
            facts.commune = ["56178", "35238", "69123"][usize::from(step.actor) % 3].to_owned();
            CaseCommand::CorrectFacts { facts, reason }
        }
        99..=102 => CaseCommand::CorrectPerson {
            person: zoe(["Tanguy", "Tangui"][usize::from(step.variant) % 2]),
            reason,
        },
        _ => return None,
    })
}

/// Of an accepted command: it happens on each ticket it concerns, once and alike, and for the eyes of all its parties.
pub fn check_accepted(before: &CaseFile, command: &CaseCommand, decision: &Decision) {
    if matches!(command, CaseCommand::AddTicket { .. }) {
        return check_added(before, decision);
    }
    let withdraws = matches!(command, CaseCommand::Withdraw { .. });
    let concerned = before.tickets.iter().filter(|ticket| {
        let reason = String::new();
        match withdraws {
            true => Command::Withdraw { reason }.is_allowed_in(ticket.state),
            false => ticket.state.is_open(),
        }
    });
    let mut concerned: Vec<&Ticket> = concerned.collect();
    let of_mandate = matches!(
        command,
        CaseCommand::RenewMandate { .. } | CaseCommand::RevokeMandate { .. }
    );
    if concerned.is_empty() && of_mandate {
        // An agreement is taken back or given anew on what may still be reopened.
        let closed = before
            .tickets
            .iter()
            .filter(|ticket| ticket.state == State::Closed);
        concerned.extend(closed);
    }
    assert!(
        !concerned.is_empty(),
        "L2: a case that has ended takes no other command"
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

/// Of tickets added: each is new, of another agency than those that are open, and eight at most are open then.
fn check_added(before: &CaseFile, decision: &Decision) {
    let open = |tickets: &[Ticket]| tickets.iter().filter(|ticket| ticket.state.is_open()).count();
    assert!(!decision.tickets.is_empty(), "one at least is added");
    assert!(
        open(&before.tickets) + decision.tickets.len() <= 8,
        "a case has 8 open tickets at most"
    );
    for added in &decision.tickets {
        assert_eq!(added.version, 1);
        assert!(before.ticket(added.name.number).is_none(), "its number is new");
        let mut others = before.tickets.iter().filter(|ticket| ticket.state.is_open());
        let asked = |other: &Ticket| {
            other.agency() == added.agency() && other.orientation.intended == added.orientation.intended
        };
        let at_triage = added.orientation.triage.is_some() && added.orientation.intended.is_none();
        assert!(at_triage || !others.any(asked), "another agency than those asked");
    }
}

pub fn facts(benefit: &str, stage: Option<&str>) -> RawFacts {
    RawFacts {
        commune: "56178".to_owned(),
        regime: "general".to_owned(),
        benefit: benefit.to_owned(),
        blockage: Some("NO_REPLY".to_owned()),
        stage: stage.map(str::to_owned),
        ..RawFacts::default()
    }
}

pub fn zoe(family_name: &str) -> Person {
    Person {
        given_name: "Zoé".to_owned(),
        family_name: family_name.to_owned(),
        birth_date: date(1984, 7, 14),
        agency_identifier: None,
        nir: None,
    }
}

pub fn words() -> text::Opening {
    text::Opening {
        person: zoe("Tanguy"),
        explanation: "RSA coupé sans explication.".to_owned(),
        mandate_scope: "RSA".to_owned(),
        mandate_evidence: String::new(),
    }
}

/// Of a refused one: with its reason.
pub fn check_refused(before: &CaseFile, _command: &CaseCommand, refusal: &Refusal) {
    assert!(!refusal.to_string().is_empty(), "L2: a refusal has a reason");
    if let Refusal::Transition { state } = refusal {
        assert_eq!(before.tickets.last().map(|last| last.state), Some(*state));
    }
}

/// A mandate of the past, of today and of the future of these histories.
pub fn until(year: i16) -> Mandate {
    Mandate {
        channel: Channel::Oral,
        given_on: date(2026, 11, 20),
        expires_on: date(2026 + year, 11, 30),
        revoked_on: None,
    }
}

impl World {
    pub fn say_of_case(
        &mut self,
        who: &str,
        etag: Option<u64>,
        file: &CaseFile,
        command: CaseCommand,
    ) -> Result<Decision, Refusal> {
        let actor = directory().members[&member(who)].clone();
        self.with_given(&actor, None, etag, |given| {
            decide_case(file, Some(&words()), command, given)
        })
    }

    pub fn say_on(
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
        let action = command.action();
        let mut was_offered = false;
        let decided = self.with_given(&actor, None, etag, |given| {
            was_offered = offered_on_case(&actor, file, given.directory).contains(&action);
            decide_case(file, Some(&words()), command, given)
        });
        // What is done was offered; what was offered is not refused for who asks, nor for the state.
        match &decided {
            Ok(_) => assert!(was_offered, "{action:?} by {:?}", actor.role),
            Err(Refusal::Role | Refusal::Unknown | Refusal::Transition { .. }) => {
                assert!(!was_offered, "{action:?} by {:?}", actor.role);
            }
            Err(_) => {}
        }
        decided
    }
}
